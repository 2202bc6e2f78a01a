"""What the words in a cell mean: statuses and kinds of orders, types of transactions, directions.

A word is known if it stands in a dictionary, or holds a stem that leaves no doubt; every other one
is left to the user.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

_SEPARATORS = re.compile(r"[\s_\-]+")
_PREFIX = re.compile(r"^(wc|order|trade|status) (?=\w)")


def word_key(word: str) -> str:
    """Reduce a word to what two spellings of it share: width, case, separators, a shop's prefix.

    >>> word_key("wc-on-hold"), word_key("ON_HOLD"), word_key("已付款，待发货")
    ('on hold', 'on hold', '已付款,待发货')
    """
    text = unicodedata.normalize("NFKC", word).casefold().replace("\u0307", "")  # the dot of İ
    text = _SEPARATORS.sub(" ", text)
    return _PREFIX.sub("", text.strip(" .!"))


def by_word(meanings: Mapping[str, str]) -> dict[str, str]:
    """Turn meaning → "word | word" into word → meaning."""
    return {
        word_key(word): meaning for meaning, words in meanings.items() for word in words.split("|")
    }


_MEANINGS = {
    name: by_word(meanings)
    for name, meanings in tomllib.loads(
        (Path(__file__).parent / "meanings.toml").read_text(encoding="utf-8")
    ).items()
}
STATUSES = _MEANINGS["statuses"]
REFUND_STATUSES = _MEANINGS["refund_statuses"]
TYPES = _MEANINGS["types"]
KINDS = _MEANINGS["kinds"]

# A flag column names what is true of the row: "Refunded?", "Paid", "is_test", "livemode".
_FLAGS = (
    (re.compile(r"partial\w* ?refund"), ("partially_refunded", "sale")),
    (re.compile(r"refund|charge ?back|退款|返金|erstatt|rembours|reembols"), ("refunded", "sale")),
    (re.compile(r"cancel|void|annul|storn|取消|キャンセル|作废"), ("cancelled", "sale")),
    (re.compile(r"live"), ("sale", "test")),
    (re.compile(r"test|测试"), ("test", "sale")),
    (
        re.compile(r"paid|captured|付款|支付|支払|bezahlt|payé|pagado|pago|оплач"),
        ("sale", "pending"),
    ),
)  # fmt: skip
_TRUE = {"true", "t", "yes", "y", "1", "1.0", "是", "ja", "oui", "sí", "si", "sim", "はい"}
_FALSE = {"false", "f", "no", "n", "0", "0.0", "否", "nein", "non", "não", "いいえ"}

# Stems, in this order, for words that stand in no dictionary.
_REFUND = (
    r"refund|charge ?back|退款|退费|退費|退货|返金|返品|환불|erstatt|rembours|reembols|estorn"
    r"|rimbors|devol[uv]|возв?рат|возвращ|zwr[oó]|iade|terugbet|återbet|dikembali"
)
_UNDECIDED = (
    r"\b(no|not|non|none|never|un\w+|pending|request\w*|awaiting|process\w*|reject\w*|declin\w*"
    r"|cancel\w*|fail\w*|partial\w*paid|ausstehend|en attente|pendiente|pendente|ожида\w*|не|nie"
    r"|запрос\w*|отказ\w*|отклон\w*)\b"
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
            r"cancel|\bvoid|annul|anul|storn|declin|\bfail|reject|fehlgeschl|rechaz|recus|отмен|iptal"
            r"|avbry|отклон|odrzuc|\bbatal|dibatal|已取消|キャンセル|취소|交易关闭|已关闭|支付失败"
        ),
        "cancelled",
    ),
    (
        re.compile(
            r"unpaid|not paid|awaiting payment|pending payment|待付款|待支付|未付款|未支付"
            r"|等待买家付款|支払い待ち|入金待ち|не ?оплач|ожида|nieopłac|ödenmedi|belum (di)?bayar"
            r"|impag|da pagare|non pagat|não pag|nicht bezahlt|unbezahlt|niet betaald"
            r"|입금 ?대기|미입금"
        ),
        "pending",
    ),
    (re.compile(r"оплач|zapłac|opłac|\bpaid\b|bezahlt|已支付|已付款|支払い?済|결제 ?완료"), "sale"),
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


def are_flags(words: Iterable[str]) -> bool:
    """Whether all of some words say yes or no in letters.

    >>> are_flags(["Yes", "no"]), are_flags(["1", "0"]), are_flags([])
    (True, False, False)
    """
    keys = {word_key(word) for word in words}
    return bool(keys) and keys <= {word for word in _TRUE | _FALSE if not word[0].isdigit()}


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
