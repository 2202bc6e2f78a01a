"""Small imitations of known exports, each with its quirks."""

from datetime import datetime
from decimal import Decimal

import pytest

from analytics.intake.platforms import PLATFORMS
from analytics.intake.recogniser import recognise
from analytics.schema import CANONICAL


def test_stripe_payments(stage):
    text = (
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Description,Mode,Status,"
        "Customer ID,Customer Email\n"
        'ch_1,2024-06-07 02:38:54,"1,440.00",0.00,mxn,true,Subscription creation,Live,Paid,cus_1,'
        "A@b.example\n"
        "ch_2,2024-06-08 02:38:54,15.00,15.00,usd,true,Subscription update,Live,Refunded,,"
        "A@b.example\n"
        "ch_3,2024-06-09 02:38:54,15.00,0.00,usd,false,Course,Live,Paid,cus_2,\n"
        "ch_4,2024-06-09 02:38:54,15.00,0.00,usd,true,Course,Test,Paid,cus_2,\n"
        "ch_5,2024-06-09 02:38:54,15.00,5.00,usd,true,Course,Live,Paid,cus_2,\n"
        "ch_6,2024-06-09 02:38:54,15.00,0.00,usd,true,Course,Live,Failed,cus_2,\n"
    )  # fmt: skip
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "stripe_payments"
    assert result.rows("ordered_at")[0] == datetime(2024, 6, 7, 2, 38, 54)
    assert result.rows("order_id", "customer_id", "amount", "currency", "status", "kind") == [
        ("ch_1", "cus_1", 1440, "MXN", "sale", "subscription"),
        ("ch_2", "a@b.example", 15, "USD", "refunded", "renewal"),
        ("ch_3", "cus_2", 15, "USD", "pending", "one-off"),
        ("ch_4", "cus_2", 15, "USD", "test", "one-off"),
        ("ch_5", "cus_2", 15, "USD", "sale", "one-off"),
        ("ch_6", "cus_2", 15, "USD", "cancelled", "one-off"),
    ]
    assert "unknown_kind" not in result.notes()


def test_youzan_orders(stage):
    text = (
        "有赞订单报表,,,,,,,,,,\n"
        "订单号,订单状态,订单创建时间,买家付款时间,全部商品名称,应收订单金额,订单实付金额,"
        "买家手机号,买家昵称,分销员,分销员\n"
        'E001,交易完成,2024-01-05 10:00:00,2024-01-05 10:01:00,"课程A,课程B","1,200.00","1,100.00",'
        "13800138000,小王,——,\n"
        "E002,交易关闭,2024-01-06 10:00:00,,课程A,99.00,0.00, ,小李,——,\n"
        "E003,等待买家付款,2024-01-07 10:00:00,——,课程A,99.00,0.00,13900139000,小张,——,\n"
        '合计,,,,,,"1,298.00",,,,\n'
    )  # fmt: skip
    result = stage(text, encoding="gbk", timezone="Asia/Shanghai")
    assert result.understanding.platform == "youzan_orders"
    assert result.understanding.header_line == 2
    assert result.rows("order_id", "customer_id", "is_weak", "amount", "status", "currency") == [
        ("E001", "13800138000", False, 1100, "sale", "CNY"),
        ("E002", "小李", True, 99, "cancelled", "CNY"),
        ("E003", "13900139000", False, 99, "pending", "CNY"),
    ]
    assert result.rows("ordered_at")[2] == datetime(2024, 1, 7, 2)


PREAMBLE = "".join(f"说明{n}，请勿用于非法用途\n" for n in range(18)) + "---- 电子客户回单 ----\n"


def test_alipay_personal(stage):
    text = PREAMBLE + (
        "交易时间      ,交易分类   ,交易对方   ,对方账号   ,商品说明   ,收/支   ,金额   ,"
        "收/付款方式   ,交易状态   ,交易订单号   ,商家订单号   ,备注   ,\n"
        "2024-01-05 10:00:00 ,转账 ,小王 ,wa***@qq.com ,课程A ,收入 ,99.00 ,余额 ,"
        "交易成功 ,2024001\t,\t, ,\n"
        "2024-01-06 10:00:00 ,日用 ,超市 ,/ ,纸 ,支出 ,9.90 ,余额 ,"
        "交易成功 ,2024002\t,\t, ,\n"
        "2024-01-07 10:00:00 ,理财 ,基金 ,/ ,卖出 ,不计收支 ,50.00 ,余额 ,"
        "交易成功 ,2024003\t,\t, ,\n"
    )
    result = stage(text, encoding="gb18030")
    assert result.understanding.platform == "alipay_personal"
    assert result.rows("order_id", "customer_id", "status", "is_weak") == [
        ("2024001", "wa***@qq.com", "sale", True),
        ("2024002", "超市", "not_a_sale", True),
        ("2024003", "基金", "not_a_sale", True),
    ]
    assert result.notes()["personal_bill"].values == {"income": 1, "other": 2}


def test_wechat_personal(stage):
    padding = "," * 10
    text = (
        f"微信支付账单明细{padding}\n共3笔记录{padding}\n{padding}\n"
        "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"
        '2024-01-05 10:00:00,二维码收款,"小王","课程A",收入,¥99.00,/,已收钱,'
        '1000050001\t,/\t,"/"\n'
        "2024-01-06 10:00:00,商户消费,超市,纸,支出,¥9.90,零钱,支付成功,1000050002\t,/\t,/\n"
        "2024-01-07 10:00:00,零钱提现,招商银行,/,/,¥100.10,零钱,提现已到账,1000050003\t,/\t,/\n"
    )
    result = stage(text)
    assert result.understanding.platform == "wechat_personal"
    assert result.rows("order_id", "amount", "status", "item_name") == [
        ("1000050001", 99, "sale", "课程A"),
        ("1000050002", Decimal("9.90"), "not_a_sale", "纸"),
        ("1000050003", Decimal("100.10"), "not_a_sale", None),
    ]


def test_shopify_customers(stage):
    text = (
        "Customer ID,First Name,Email,Accepts Email Marketing,Total Spent,Total Orders,Phone\n"
        "'123,Ann,Ann@B.example,yes,99.00,2,'+14155550100\n'124,Bo,,no,0.00,0,'+14155550101\n"
    )
    result = stage(text)
    assert result.understanding.platform == "shopify_customers"
    assert result.rows("customer_id") == ["ann@b.example", "14155550101"]


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_every_recogniser_recognises_its_own_headers(platform):
    headers = [*platform.present, *(names[0] for names in platform.columns.values())]
    found = recognise(PLATFORMS, headers)
    assert found is platform
    assert platform.table in CANONICAL
    assert set(platform.mapping(headers)) == set(platform.columns)
