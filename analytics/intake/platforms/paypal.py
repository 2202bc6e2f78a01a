"""PayPal: account activity, whose headers and types follow the language of the account.

Conversions, deposits and holds mirror a payment or move the owner's own money; none is a sale.
"""

from analytics.intake.recogniser import Platform

_ZONE = ("TimeZone", "Time Zone", "Zeitzone", "Fuseau horaire", "Zona horaria", "Fuso orario",
         "时区", "時區")  # fmt: skip
_GROSS = ("Gross", "Brutto", "Brut", "Avant commission", "Bruto", "Importe bruto", "Lordo",
          "总额", "总金额", "總額")  # fmt: skip
_NET = ("Net", "Netto", "Neto", "Importe neto", "净额", "淨額")
_ID = ("Transaction ID", "Transaktionscode", "N° de transaction", "Numéro de transaction",
       "Id. de transacción", "ID de transacción", "Identificador de transacción",
       "Codice transazione", "交易号", "交易编号", "交易代码", "交易 ID", "交易單號")  # fmt: skip
_FROM = ("From Email Address", "Absender E-Mail-Adresse", "De l'adresse email",
         "De l'adresse e-mail", "Correo electrónico del remitente",
         "Dirección de correo electrónico del remitente", "Remitente de correo electrónico",
         "Indirizzo email mittente", "发件人邮箱地址", "发件人电子邮件地址", "付款人邮箱地址",
         "寄件人電子郵件地址")  # fmt: skip

_SALES = """
    express checkout payment | website payment | general payment | mobile payment | payment
    | subscription payment | recurring payment | donation payment | invoice payment
    | preapproved payment bill user payment | direct credit card payment | mass pay payment
    | express-zahlung | website-zahlung | allgemeine zahlung | handyzahlung | abonnementzahlung
    | zahlung | paiement express | paiement sur site marchand | paiement standard
    | paiement d'abonnement | paiement mobile | pago exprés | pago de sitio web | pago general
    | pago de suscripción | 快速结账付款 | 网站付款 | 一般付款 | 移动付款 | 订阅付款
"""
_REFUNDS = """
    payment refund | refund | payment reversal | chargeback | rückzahlung | zahlungsrückzahlung
    | rückbuchung | remboursement de paiement | remboursement | annulation de paiement
    | reembolso de pago | reembolso | rimborso | 付款退款 | 退款 | 付款撤销
"""
_MIRRORS = """
    general currency conversion | currency conversion | user initiated currency conversion
    | bank deposit to pp account | bank deposit to pp account (obselete) | general withdrawal
    | user initiated withdrawal | withdraw funds to bank account | transfer to bank
    | general credit card deposit | general credit card withdrawal | general account correction
    | account hold for open authorization | reversal of general account hold | general hold
    | payment hold | payment release | hold on balance for dispute investigation
    | cancellation of hold for dispute resolution | general authorization | authorization
    | shopping cart item | order | fee reversal | payment review hold | payment review release
    | general bonus | bonus | buyer credit payment withdrawal - transfer from bml
    | allgemeine währungsumrechnung | währungsumrechnung | bankgutschrift auf paypal-konto
    | bankgutschrift | allgemeine abbuchung | von nutzer eingeleitete abbuchung | abbuchung
    | allgemeine autorisierung | einbehaltung für offene autorisierung
    | kontoeinbehaltung für offene autorisierung | rückbuchung allgemeiner kontoeinbehaltung
    | allgemeine gutschrift auf kreditkarte | allgemeine kreditkartengutschrift
    | conversion de devise standard | conversion de devise générale | conversion de devise
    | dépôt bancaire sur compte pp | virement bancaire vers le compte paypal
    | virement à partir d'un compte bancaire | retrait général | retrait standard
    | retrait à l'initiative de l'utilisateur | autorisation générale | autorisation standard
    | suspension de compte pour autorisation en cours
    | annulation de suspension de compte générale | conversión de divisas general
    | conversión de divisa general | conversión de divisas | depósito bancario en cuenta pp
    | retirada general | retirada iniciada por el usuario | retiro general
    | autorización general | retención de cuenta para autorización pendiente
    | conversione di valuta generica | accredito bancario su conto pp | prelievo generico
    | 一般币种兑换 | 币种兑换 | 货币兑换 | 银行存入paypal账户 | 一般提现 | 提现 | 用户发起的提现
    | 一般授权 | 账户冻结 | 撤销一般账户冻结
"""


def _words(listed: str) -> list[str]:
    return [" ".join(word.split()) for word in listed.split("|")]


ACTIVITY = Platform(
    name="paypal_activity",
    title="PayPal activity",
    table="order_lines",
    present=(_ZONE, _GROSS, _NET, _ID, _FROM),
    columns={
        "email": _FROM,
        "customer_name": ("Name", "Nom", "Nombre", "Nome", "姓名", "名称", "名稱"),
        "order_id": _ID,
        "refund_of": (
            "Reference Txn ID", "Zugehöriger Transaktionscode",
            "Numéro de la transaction de référence", "N° de transaction de référence",
            "Id. de transacción de referencia", "ID de referencia de transacción",
            "Codice transazione di riferimento", "参考交易号", "参考交易编号", "參考交易單號",
        ),
        "ordered_at": ("Date", "Datum", "Fecha", "Data", "日期"),
        "time_of_day": ("Time", "Uhrzeit", "Heure", "Hora", "Orario", "Ora", "时间", "時間"),
        "time_zone": _ZONE,
        "item_id": (
            "Item ID", "Artikelnummer", "N° de l'objet", "Référence de l'objet",
            "Id. del artículo", "物品号", "物品编号",
        ),
        "item_name": (
            "Item Title", "Artikelbezeichnung", "Titre de l'objet", "Título del artículo",
            "Titolo oggetto", "物品名称", "Subject", "Betreff", "Objet",
        ),
        "quantity": ("Quantity", "Anzahl", "Quantité", "Cantidad", "数量"),
        "amount": _GROSS,
        "currency": ("Currency", "Währung", "Devise", "Divisa", "Valuta", "币种", "货币", "幣別"),
        "status": ("Status", "Etat", "État", "Estado", "Stato", "状态", "狀態"),
        "transaction_type": (
            "Type", "Typ", "Tipo", "类型", "類型",
            "Description", "Beschreibung", "Descripción", "Descrizione", "说明", "說明",
        ),
    },
    statuses={
        "abgeschlossen": "sale", "terminé": "sale", "effectué": "sale", "completado": "sale",
        "completato": "sale", "ausstehend": "pending", "en attente": "pending",
        "pendiente": "pending", "in sospeso": "pending", "placed": "pending",
        "zurückgezahlt": "refunded", "remboursé": "refunded", "reembolsado": "refunded",
        "teilweise zurückgezahlt": "partially_refunded", "removed": "cancelled",
        "abgelehnt": "cancelled", "storniert": "cancelled", "annulé": "cancelled",
        "refusé": "cancelled", "cancelado": "cancelled", "denegado": "cancelled",
    },
    types=(
        dict.fromkeys(_words(_SALES), "sale")
        | dict.fromkeys(_words(_REFUNDS), "refunded")
        | dict.fromkeys(_words(_MIRRORS), "not_a_sale")
    ),
    is_line_level=True,
    spends_below_zero=True,
)  # fmt: skip

EXPORTS = (ACTIVITY,)
