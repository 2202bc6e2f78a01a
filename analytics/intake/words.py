"""What the words in a cell mean: statuses and kinds of orders, types of transactions, directions.

A word is known if it stands in a dictionary, or holds a stem that leaves no doubt; every other one
is left to the user.
"""

import re
import unicodedata
from collections.abc import Mapping

_SEPARATORS = re.compile(r"[\s_\-]+")
_PREFIX = re.compile(r"^(wc|order|trade|status) (?=\w)")


def word_key(word: str) -> str:
    """Reduce a word to what two spellings of it share: width, case, separators, a shop's prefix.

    >>> word_key("wc-on-hold"), word_key("ON_HOLD"), word_key("已付款，待发货")
    ('on hold', 'on hold', '已付款,待发货')
    """
    text = _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", word).casefold())
    return _PREFIX.sub("", text.strip(" .!"))


def by_word(meanings: Mapping[str, str]) -> dict[str, str]:
    """Turn meaning → "word | word" into word → meaning."""
    return {
        word_key(word): meaning for meaning, words in meanings.items() for word in words.split("|")
    }


STATUSES = by_word(
    {
        "sale": """
            paid | partially paid | overpaid | completed | complete | charged | charge | success
            | succeeded | successful | shipped | partially shipped | dispatched | fulfilled
            | partially fulfilled | payment | processed | sale | sold | delivered | processing
            | active | ok | captured | settled | finished | done | closed won | won | yes | true
            | payment complete | payment received | received | in transit | ready | confirmed
            | approved | accepted | cleared | collected | picked up | ready for pickup | enrolled
            | awaiting fulfillment | awaiting shipment | awaiting pickup | out for delivery
            | invoiced | in progress | in process | packed | preparing | disputed | non renewing
            | finished successfully | order placed | trade success | trade finished | redeemed
            | wait seller send goods | wait buyer confirm goods | trade buyer signed | free | live
            | used | trialing | billed | deposited | purchased | preorder | backordered
            | 交易成功 | 交易完成 | 支付成功 | 已收货 | 已转账 | 交易 | 已完成 | 完成 | 已支付
            | 已付款 | 买家已付款,等待卖家发货 | 买家已付款 | 卖家已发货,等待买家确认
            | 卖家已发货 | 等待确认收货 | 等待卖家发货 | 已发货 | 已发货,待收货 | 未发货 | 待发货
            | 待收货 | 待出库 | 等待出库 | 正在出库 | 备货中 | 正在处理 | 已收钱 | 已到账
            | 已存入零钱 | 朋友已收钱 | 对方已收钱 | 成功 | 已签收 | 已成交 | 充值成功 | 充值完成
            | 订单完成 | 付款成功 | 收款成功 | 已结束 | 待评价 | 已评价 | 待使用 | 待核销 | 已使用
            | 已核销 | 已成团 | 待自提 | 订购成功 | 已生效 | 已开通 | 已报名 | 已确认 | 已结算
            | 已妥投 | 配送中 | 有效 | 未退款 | 无退款 | 无售后或售后取消 | 交易結束 | 已完成訂單
            | 已完成交易 | 已出貨 | 待出貨 | 處理中 | 已確認 | 備貨中 | 付款完成 | 已送達 | 已取貨
            | 支払い済み | 支払済み | 支払済 | 入金済み | 入金済 | 決済完了 | 決済済み | 完了
            | 発送済み | 発送済 | 出荷済み | 配送完了 | 配達完了 | 処理中 | 発送待ち | 取引完了
            | 購入済み | 결제완료 | 결제 완료 | 배송완료 | 배송중 | 구매확정 | 완료
            | bezahlt | abgeschlossen | versendet | verschickt | versandt | geliefert | zugestellt
            | erledigt | erfolgreich | in bearbeitung | in arbeit | fertiggestellt | beglichen
            | payé | payée | terminé | terminée | complété | complétée | expédié | expédiée | livré
            | livrée | effectué | réussi | validé | validée | en cours | en cours de traitement
            | traité | traitée | paiement accepté | encaissé
            | pagado | pagada | completado | completada | enviado | enviada | entregado | entregada
            | procesado | procesando | en proceso | finalizado | exitoso | aprobado | aprobada
            | pago | paga | concluído | concluída | entregue | processando | faturado | aprovado
            | aprovada | em processamento | completo
            | pagato | pagata | completato | completata | spedito | consegnato | in lavorazione
            | betaald | voltooid | afgerond | verzonden | geleverd | in behandeling
        """,
        "pending": """
            pending | authorized | authorised | on hold | unpaid | not paid | draft | open
            | expired | pending payment | awaiting payment | payment pending | incomplete
            | unshipped | requires payment method | requires action | requires confirmation
            | requires capture | uncaptured | past due | overdue | payment due | invoice sent
            | cash on delivery | cod | initiated | quote | wait buyer pay | manual verification
            | manual verification required | payment review | checkout draft | waiting
            | 等待买家付款 | 待付款 | 待支付 | 未付款 | 未支付 | 等待付款 | 货到付款 | 待确认
            | 处理中 | 待付定金 | 待付尾款 | 待成团 | 拼团中 | 待分享 | 支付中 | 等待支付
            | 待审核 | 交易创建 | 貨到付款 | 待確認 | 等待買家付款 | 等待付款中
            | 未払い | 未払 | 支払い待ち | 支払待ち | 入金待ち | 未入金 | 保留 | 保留中 | 未決済
            | 입금대기 | 결제대기 | 미결제
            | ausstehend | offen | wartend | zahlung ausstehend | in wartestellung | unbezahlt
            | nicht bezahlt | entwurf | wartet auf zahlung | zurückgestellt
            | en attente | en attente de paiement | attente paiement | attente de paiement
            | impayé | impayée | brouillon | non payé | à payer | en suspens
            | pendiente | pendiente de pago | en espera | sin pagar | no pagado | impago | borrador
            | pendente | pagamento pendente | aguardando pagamento | aguardando | em aberto
            | não pago | rascunho | in attesa | in sospeso | non pagato
            | in afwachting | in de wacht | openstaand | niet betaald
        """,
        "refunded": """
            refunded | refund | fully refunded | full refund | refund issued | refund complete
            | refund completed | refund succeeded | charged back | chargeback | returned
            | reversed | return completed | money returned
            | 退款 | 退款成功 | 已全额退款 | 全额退款 | 已退款 | 退货退款 | 退款完成 | 已退货 | 退货
            | 退货完成 | 对方已退还 | 交易退款 | 全部退款 | 退款成功,交易关闭 | 已退费 | 退费成功
            | 已退單 | 已退貨 | 退貨 | 全額退款 | 退款成功 | 返金 | 返金済み | 返金済 | 返品
            | 返品済み | 払い戻し | 払い戻し済み | 全額返金 | 환불 | 환불완료 | 환불 완료 | 반품완료
            | erstattet | rückerstattet | zurückerstattet | rückerstattung | erstattung
            | retourniert | zurückgezahlt | remboursé | remboursée | remboursement | retourné
            | retournée | reembolsado | reembolsada | reembolso | devuelto | devuelta | devolución
            | estornado | estornada | estorno | devolvido | rimborsato | rimborsata | terugbetaald
            | geretourneerd
        """,
        "partially_refunded": """
            partially refunded | partial refund | partly refunded | part refunded
            | 部分退款 | 部分退款成功 | 已部分退款 | 已退款(…) | 部份退款 | 部分退货 | 部分退費
            | 一部返金 | 一部返金済み | 部分返金 | 부분환불 | 부분 환불
            | teilweise erstattet | teilweise rückerstattet | teilerstattet | teilerstattung
            | partiellement remboursé | partiellement remboursée | remboursement partiel
            | remboursé partiellement | parcialmente reembolsado | reembolsado parcialmente
            | reembolso parcial | parcialmente estornado | estorno parcial
            | parzialmente rimborsato | gedeeltelijk terugbetaald
        """,
        "cancelled": """
            voided | cancelled | canceled | failed | failure | closed | declined | denied | void
            | error | rejected | blocked | no | false | abandoned | cancelled by buyer | timed out
            | trade closed | trade closed by taobao | payment failed | revoked | lost | invalid
            | deleted | canceled by customer | cancelled by seller
            | 交易关闭 | 已取消 | 取消 | 已关闭 | 关闭 | 交易取消 | 支付失败 | 失败 | 订单关闭
            | 付款失败 | 已撤销 | 交易關閉 | 无效 | 拼团失败 | 已作废 | 作废 | 已删除
            | 订单取消 | 超时关闭 | 已關閉 | 付款失敗 | 訂單取消 | 失敗 | 無效
            | キャンセル | キャンセル済み | 取消済み | 取り消し | 決済失敗 | 無効
            | 주문취소 | 취소 | 취소완료 | 결제실패
            | storniert | abgebrochen | fehlgeschlagen | abgelehnt | gekündigt | annulliert
            | annulé | annulée | échoué | échouée | échec | refusé | refusée | rejeté | abandonné
            | cancelado | cancelada | anulado | anulada | fallido | fallida | rechazado
            | rechazada | caducado | falhou | falhado | recusado | recusada | expirado
            | rejeitado | malsucedido | annullato | annullata | fallito | geannuleerd | mislukt
        """,
        "test": """
            test | sandbox | test mode | test order | 测试 | 测试订单 | 測試 | テスト
        """,
        "not_a_sale": """
            fee | fees | vat | tax | marketing | google fee | non amazon | payout | transfer
            | withdrawal | adjustment | bank deposit | conversion | top up
            | 不计收支 | 提现已到账 | 提现 | 提现成功 | 转账 | 手续费 | 已提现
        """,
    }
)

# Words that may stand in a second status column: of its own, "success" is the refund's success.
REFUND_STATUSES = by_word(
    {
        "refunded": """
            退款成功 | 全额退款 | 已全额退款 | 已退款 | 全额退款成功 | 退款完成 | 退货退款成功
            | 售后完成 | 售后成功 | 退货退款 | 全部退款 | 全額退款 | 返金済み | refunded | full
            | fully refunded | full refund | success | succeeded | completed | complete | refund
            | refund issued | chargeback | charged back | lost | yes | true | y | 是
        """,
        "partially_refunded": """
            部分退款 | 部分退款成功 | 已部分退款 | 部份退款 | 一部返金 | partially refunded
            | partial refund | partial
        """,
        "": """
            no | none | not refunded | pending | requested | rejected | declined | cancelled
            | canceled | failed | processing | closed | open | won | n | false | no refund | 否
            | 无 | 未退款 | 无退款 | 未申请退款 | 无售后或售后取消 | 无售后 | 退款中 | 退款关闭
            | 退款取消 | 售后处理中 | 售后关闭 | 售后取消 | 退款失败 | 待退款 | 申请退款 | 拒绝退款
            | 没有退款 | 未发起售后 | 无需退款 | change | abnormal | processing refund
        """,
    }
)

TYPES = by_word(
    {
        "sale": """
            sale | sales | order | purchase | payment | charge | payment capture | capture
            | product sale | invoice | credit card payment | 交易 | 销售 | 支付 | 消费 | 订单
            | 收款 | 交易付款 | 商户消费 | 扫码支付 | 売上 | 支払い | verkauf | zahlung | bestellung
            | vente | paiement | venta | pago | venda | pagamento | vendita
        """,
        "refunded": """
            refund | refunds | refunded | partial refund | full refund | payment refund
            | payment reversal | reversal | chargeback | charge back | dispute | return | returns
            | credit note | cancellation refund | charge refund | 退款 | 退货 | 退货退款
            | 交易退款 | 退费 | 返金 | 返品 | rückerstattung | erstattung | gutschrift
            | rückzahlung | remboursement | avoir | reembolso | devolución | estorno | rimborso
        """,
        "not_a_sale": """
            fee | fees | payout | payouts | transfer | transfers | conversion | adjustment
            | withdrawal | deposit | bank deposit | top up | topup | reserve | release | hold
            | tax | vat | gst | commission | tip out | loan | shipping label | subscription fee
            | service fee | marketing | advertising | google fee | charge fee | currency conversion
            | 手续费 | 提现 | 转账 | 充值 | 结算 | 服务费 | 佣金 | 推广费 | 红包 | 保证金
            | 在线支付手续费 | 手数料 | 振込 | gebühr | gebühren | auszahlung
            | abbuchung | frais | virement | versement | retrait | comisión
            | retiro | transferencia | taxa | saque | transferência
        """,
    }
)

KINDS = by_word(
    {
        "one-off": """
            one-off | oneoff | one-time | onetime | single | order | one time purchase
            | purchase | manual | payment | 一次性 | 单次 | 单购 | 普通订单 | 单品 | 购买
        """,
        "subscription": """
            subscription | subscription creation | subscription create | new subscription
            | signup | subscribe | first | initial | first charge | new | trial conversion
            | 订阅 | 新订阅 | 首购 | 首次订阅 | 开通 | 首次开通 | 开通会员
        """,
        "renewal": """
            renewal | renew | renewed | subscription update | subscription cycle | recurring
            | rebill | recurring payment | subscription renewal | automatic renewal
            | 续费 | 自动续费 | 续订 | 连续包月 | 续期
        """,
        "instalment": """
            instalment | installment | payment plan | installments | instalments | split payment
            | 分期 | 分期付款 | 尾款 | ratenzahlung | parcela
        """,
    }
)

# A flag column names what is true of the row: "Refunded?", "Paid", "is_test", "livemode".
_FLAGS = (
    (re.compile(r"partial\w* ?refund"), ("partially_refunded", "sale")),
    (re.compile(r"refund|charge ?back|退款|返金|erstatt|rembours|reembols"), ("refunded", "sale")),
    (re.compile(r"cancel|void|annul|storn|取消|キャンセル|作废"), ("cancelled", "sale")),
    (re.compile(r"live"), ("sale", "test")),
    (re.compile(r"test|测试"), ("test", "sale")),
    (re.compile(r"paid|captured|付款|支付|支払|bezahlt|payé|pagado|pago"), ("sale", "pending")),
)  # fmt: skip
_TRUE = {"true", "t", "yes", "y", "1", "1.0", "是", "ja", "oui", "sí", "si", "sim", "はい"}
_FALSE = {"false", "f", "no", "n", "0", "0.0", "否", "nein", "non", "não", "いいえ"}

# Stems, in this order, for words that stand in no dictionary.
_REFUND = (
    r"refund|charge ?back|退款|退费|退費|退货|返金|返品|환불|erstatt|rembours|reembols|estorn"
    r"|rimbors"
)
_UNDECIDED = (
    r"\b(no|not|non|none|never|un\w+|pending|request\w*|awaiting|process\w*|reject\w*|declin\w*"
    r"|cancel\w*|fail\w*|partial\w*paid|ausstehend|en attente|pendiente|pendente)\b"
    r"|中$|待|申请|申請|拒绝|拒絕|取消|关闭|關閉|失败|失敗|未|无|無|否|撤销|中,|否认"
)
_STEMS = (
    (
        re.compile(
            rf"(partial|partly|partiel|parcial|parzial|teil|gedeelt|部分|部份|一部|부분).*({_REFUND})"
            rf"|({_REFUND}).*(partial|partiel|parcial|部分|部份)"
        ),
        "partially_refunded",
    ),
    (re.compile(_REFUND), "refunded"),
    (
        re.compile(
            r"cancel|\bvoid|annul|storn|declin|\bfail|reject|fehlgeschl|rechaz|recus"
            r"|已取消|キャンセル|취소|交易关闭|已关闭|支付失败"
        ),
        "cancelled",
    ),
    (
        re.compile(
            r"unpaid|not paid|awaiting payment|pending payment|待付款|待支付|未付款|未支付"
            r"|等待买家付款|支払い待ち|入金待ち"
        ),
        "pending",
    ),
)
_TYPE_STEMS = (
    (re.compile(r"fail|reversal of refund|refund reversal"), "not_a_sale"),
    (re.compile(_REFUND + r"|revers|rückzahl|annulation de paiement"), "refunded"),
    (
        re.compile(
            r"conver|umrechnung|withdraw|abbuchung|auszahl|bank deposit|bankgutschrift|virement"
            r"|versement|transfer|payout|\bfees?\b|gebühr|\bfrais\b|\bhold\b|reserve|einbehalt"
            r"|top.?up|\btax\b|\bvat\b|cashback|adjust|loan|reward|interest"
            r"|提现|转账|转入|转出|手续费|服务费|佣金|充值|保证金"
        ),
        "not_a_sale",
    ),
    (
        re.compile(
            r"payment|paiement|zahlung|\bsale|\border|charge|checkout|purchase|pago|pagamento"
            r"|消费|支付|订单|商品"
        ),
        "sale",
    ),
)

_CLAUSES = re.compile(r"[,;/|、]")
_WEIGHTS = ("sale", "pending", "cancelled", "partially_refunded", "refunded", "not_a_sale", "test")

INCOME_WORDS = ("收入", "income", "in", "credit", "已收入", "收")


def status_of(word: str, own: Mapping[str, str] | None = None) -> str | None:
    """Return the canonical status that a word means, None where it is unknown.

    >>> status_of("Paid"), status_of("未发货，退款成功"), status_of("refund requested")
    ('sale', 'refunded', 'sale')
    >>> status_of("gargled") is None
    True
    """
    key = word_key(word)
    found = (own or {}).get(key) or STATUSES.get(key)
    if found:
        return found
    if parts := [status for part in _CLAUSES.split(key) if (status := STATUSES.get(part.strip()))]:
        return max(parts, key=_WEIGHTS.index)
    is_open = bool(re.search(_UNDECIDED, key))
    for pattern, status in _STEMS:
        if pattern.search(key):
            is_refund = status in {"refunded", "partially_refunded"}
            return "sale" if is_open and is_refund else status
    return None


def refund_status_of(word: str) -> str | None:
    """Return what a word of a second status column adds: refunded, partially refunded, nothing.

    >>> refund_status_of("退款成功"), refund_status_of("无售后"), refund_status_of("maybe")
    ('refunded', '', None)
    """
    key = word_key(word)
    if key in REFUND_STATUSES:
        return REFUND_STATUSES[key]
    if re.search(_REFUND, key):
        if re.search(_UNDECIDED, key):
            return ""
        return next(status for pattern, status in _STEMS if pattern.search(key))
    return None


def type_of(
    word: str, own: Mapping[str, str] | None = None, *, other: str | None = None
) -> str | None:
    """Return what the type of a transaction means: sale, refunded, not_a_sale, else `other`.

    Where `own` lists the words of an export, only those count.

    >>> type_of("Payment Refund"), type_of("General Currency Conversion"), type_of("Fee")
    ('refunded', 'not_a_sale', 'not_a_sale')
    """
    key = word_key(word)
    found = (own or {}).get(key)
    if found or (own and other):
        return found or other
    if found := TYPES.get(key):
        return found
    return next((one for pattern, one in _TYPE_STEMS if pattern.search(key)), other)


def kind_of(word: str) -> str | None:
    """Return the kind of order that a word means, None where it is unknown."""
    return KINDS.get(word_key(word))


def flag_meanings(header: str, words: set[str]) -> dict[str, str]:
    """Return what yes and no mean in a status column named for a state, {} where it is no flag.

    >>> flag_meanings("Refunded?", {"Yes", "no"})
    {'Yes': 'refunded', 'no': 'sale'}
    >>> flag_meanings("Status", {"Yes", "no"})
    {}
    """
    keys = {word: word_key(word) for word in sorted(words)}
    if not keys or not set(keys.values()) <= _TRUE | _FALSE:
        return {}
    name = word_key(header)
    for pattern, (yes, no) in _FLAGS:
        if pattern.search(name):
            return {word: yes if key in _TRUE else no for word, key in keys.items()}
    return {}
