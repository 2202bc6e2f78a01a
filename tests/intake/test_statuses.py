"""Words of a state, of a deed, of a flag; the user's own words; second columns; unknown words."""

import pytest

from analytics.errors import InvalidSettingError
from analytics.intake.statuses import StatusWord
from analytics.intake.words import refund_status_of, status_of, type_of
from analytics.settings import ImportSettings

HEAD = "order_id,customer_id,ordered_at,item_id,amount,status\n"


WORDS = {
    "sale": """
        Paid|COMPLETED|wc-completed|wc-processing|partially_paid|Awaiting Fulfillment|Shipped
        |delivered|TRADE_SUCCESS|Finished|Order completed|已完成|待发货|已收货|已签收|订购成功
        |已完成訂單|已出貨|支払い済み|発送済み|결제완료|bezahlt|Abgeschlossen|In Bearbeitung|payé
        |Terminée|En cours|Pagado|Enviado|Concluído|refund requested|Refund pending|退款中
        |退款关闭|未退款|Rückerstattung ausstehend
    """,
    "pending": """
        Unpaid|on-hold|Awaiting payment|WAIT_BUYER_PAY|Draft|requires_action|等待买家付款|待支付
        |拼团中|未払い|入金待ち|Zahlung ausstehend|En attente|Pendiente|aguardando pagamento
        |In Wartestellung|impayé|Não pago
    """,
    "refunded": """
        Refunded|Refund|Charged back|退款成功|全额退款|已退費|返金済み|erstattet|remboursé
        |Reembolsado|estornado|Refund issued to customer|交易退款|未发货，退款成功
        |已取消,退款成功|已发货，退款成功
    """,
    "partially_refunded": """
        partially refunded|Partial refund|部分退款|一部返金|Teilweise erstattet|已退款(…)
        |remboursement partiel|Refunded (partially)
    """,
    "cancelled": """
        Voided|Cancelled|canceled by customer|Declined|TRADE_CLOSED|超时关闭|拼团失败
        |キャンセル済み|storniert|Annulée|Cancelado|Falhou|Payment failed
    """,
    "test": "test|Sandbox|测试订单",
    "not_a_sale": "Fee|Payout|Transfer|提现成功|不计收支|Bank Deposit",
}


@pytest.mark.parametrize("status", list(WORDS))
def test_words_of_states(status):
    words = [word.strip() for word in WORDS[status].split("|")]
    assert {word: status_of(word) for word in words} == dict.fromkeys(words, status)


@pytest.mark.parametrize("word", ["gargled", "Z9", "方案甲", "blue"])
def test_words_that_nobody_knows(word):
    assert status_of(word) is None


def test_the_user_says_what_a_word_means(stage):
    text = HEAD + "1,a,2024-01-05,i,10,Gargled\n2,b,2024-01-05,i,10,paid\n3,c,2024-01-05,i,10,Odd\n"
    result = stage(text, status_words=(("gargled", "cancelled"), ("Paid", "test")))
    assert result.rows("status") == ["cancelled", "test", "sale"]
    note = result.notes()["unknown_status"]
    assert note.values["words"] == "Odd"
    assert '--status "Odd=cancelled"' in note


def test_only_statuses_that_exist_can_be_given():
    with pytest.raises(InvalidSettingError, match="partially_refunded"):
        ImportSettings(status_words=(("odd", "gone"),))


def test_the_words_of_the_column_are_shown(stage):
    text = HEAD + "".join(
        f"{n},a,2024-01-05,i,10,{word}\n" for n, word in enumerate(["paid", "odd", "paid", ""])
    )
    assert stage(text).understanding.status_words == (
        StatusWord("paid", 2, "sale", is_known=True),
        StatusWord("odd", 1, "sale", is_known=False),
    )


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [
        ("Refunded?", "refunded", "sale"),
        ("Cancelled", "cancelled", "sale"),
        ("is_test", "test", "sale"),
        ("Livemode", "sale", "test"),
        ("Paid", "sale", "pending"),
        ("是否退款", "refunded", "sale"),
    ],
)
@pytest.mark.parametrize("words", [("true", "false"), ("Yes", "No"), ("1", "0"), ("是", "否")])
def test_flags_say_what_their_header_asks(stage, header, yes, no, words):
    text = (
        f"order_id,customer_id,ordered_at,item_id,amount,{header}\n"
        f"1,a,2024-01-05,i,10,{words[0]}\n2,b,2024-01-05,i,10,{words[1]}\n"
    )
    assert stage(text, mapping={"status": header}).rows("status") == [yes, no]


@pytest.mark.parametrize(
    ("state", "second", "status"),
    [
        ("已收货", "退款成功", "refunded"),
        ("已收货", "无售后或售后取消", "sale"),
        ("已发货", "退款中", "sale"),
        ("交易完成", "部分退款", "partially_refunded"),
        ("交易关闭", "", "cancelled"),
        ("Completed", "full", "refunded"),
        ("Completed", "Refund rejected", "sale"),
    ],
)
def test_a_second_column_corrects_the_first(stage, state, second, status):
    text = HEAD.replace("status", "status,售后状态") + f"1,a,2024-01-05,i,10,{state},{second}\n"
    result = stage(text, mapping={"refund_status": "售后状态", "status": "status"})
    assert result.row("status") == status


def test_words_of_a_second_column():
    assert refund_status_of("Success") == "refunded"
    assert refund_status_of("Refund requested") == ""
    assert refund_status_of("odd") is None


TYPED = "order_id,customer_id,ordered_at,amount,Transaction Type\n"


@pytest.mark.parametrize(
    ("word", "amount", "expected"),
    [
        ("Payment", "10", (10, "sale")),
        ("Refund", "10", (-10, "refunded")),
        ("Refund", "-10", (-10, "refunded")),
        ("Payment Reversal", "-10", (-10, "refunded")),
        ("General Currency Conversion", "-10", (-10, "not_a_sale")),
        ("Bank Deposit to PP Account", "10", (10, "not_a_sale")),
        ("Fee", "-0.5", (-0.5, "not_a_sale")),
        ("手续费", "-0.5", (-0.5, "not_a_sale")),
        ("Bankgutschrift auf PayPal-Konto", "10", (10, "not_a_sale")),
        ("Conversion de devise standard", "10", (10, "not_a_sale")),
        ("Remboursement", "10", (-10, "refunded")),
        ("Gargle", "10", (10, "sale")),
    ],
)
def test_types_of_transactions(stage, word, amount, expected):
    result = stage(
        TYPED + f"1,a,2024-01-05,{amount},{word}\n2,b,2024-01-05,9,Payment\n",
        mapping={"transaction_type": "Transaction Type"},
    )
    found = result.rows("amount", "status")[0]
    assert (float(found[0]), found[1]) == expected


def test_words_of_types_that_an_export_lists():
    own = {"expressabwicklung": "sale"}
    assert type_of("Expressabwicklung", own, other="not_a_sale") == "sale"
    assert type_of("Payment", own, other="not_a_sale") == "not_a_sale"
    assert type_of("Payment", own) == "sale"
    assert type_of("Gargle", own) is None


def test_a_refund_row_goes_to_the_order_that_it_names(stage):
    text = (
        "Transaction ID,Email,Date,Amount,Type,Reference Txn ID\n"
        "T1,a@x.example,2024-01-05,100,Payment,\n"
        "T2,a@x.example,2024-02-09,-40,Payment Refund,T1\n"
        "T3,b@x.example,2024-02-10,5,Payment,S-17\n"
    )
    result = stage(
        text,
        mapping={"order_id": "Transaction ID", "refund_of": "Reference Txn ID",
                 "transaction_type": "Type"},
    )  # fmt: skip
    assert result.rows("order_id", "amount", "status") == [
        ("T1", 100, "sale"),
        ("T1", -40, "refunded"),
        ("T3", 5, "sale"),
    ]
