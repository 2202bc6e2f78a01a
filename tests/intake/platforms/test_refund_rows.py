"""A refund on a row of its own ends in the order that it belongs to, whoever wrote it."""

from decimal import Decimal

import pytest

import analytics

PAYPAL = (
    '"Date","Time","TimeZone","Type","Status","Currency","Gross","Fee","Net","From Email Address",'
    '"Transaction ID","Reference Txn ID"\n'
    '"01/15/2024","22:30:00","PST","Website Payment","Completed","USD","1,050.00","-1.00",'
    '"1,049.00","ann@b.example","A",""\n'
    '"01/16/2024","09:00:00","PST","Website Payment","Completed","USD","20.00","-1.00","19.00",'
    '"bo@c.example","B",""\n'
    '"01/17/2024","09:00:00","PST","Payment Refund","Completed","USD","-50.00","0.00","-50.00",'
    '"shop@me.example","R","A"\n'
    '"01/17/2024","09:00:00","PST","General Currency Conversion","Completed","USD","20.00","0.00",'
    '"20.00","","C","B"\n'
)
STRIPE = (
    "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,"
    "reporting_category,source_id,charge_id,customer_id\n"
    'txn_1,2024-06-01 10:00:00,2024-06-03 00:00:00,usd,"1,050.00",2.00,58.00,charge,A,A,cus_1\n'
    "txn_2,2024-06-02 10:00:00,2024-06-04 00:00:00,usd,20.00,1.00,39.00,charge,B,B,cus_2\n"
    "txn_3,2024-06-05 10:00:00,2024-06-05 00:00:00,usd,-50.00,0.00,-20.00,refund,re_1,A,cus_1\n"
    "txn_4,2024-06-06 10:00:00,2024-06-06 00:00:00,usd,-77.00,0.00,-77.00,payout,po_1,,\n"
)
SQUARE = (
    "Date,Time,Time Zone,Item,Qty,Price Point Name,Gross Sales,Net Sales,Transaction ID,Event Type,"
    "Customer ID\n"
    '2024-01-11,09:00:00,Eastern Time (US & Canada),Bun,2.0,Regular,"$1,050.00","$1,050.00",A,'
    "Payment,c1\n"
    "2024-01-11,10:00:00,Eastern Time (US & Canada),Bun,1.0,Regular,$20.00,$20.00,B,Payment,c2\n"
    "2024-01-12,09:00:00,Eastern Time (US & Canada),Bun,-1.0,Regular,-$50.00,-$50.00,A,Refund,c1\n"
)
ALIPAY = (
    "#支付宝业务明细查询\n支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,对方账户,"
    "订单金额（元）,商家实收（元）,退款批次号/请求号\n"
    "1\t,A\t,交易\t,课程\t,2024-01-05 10:00:00,2024-01-05 10:00:09,*小王(wa***@qq.com)\t,1050.00,"
    "1050.00,\t\n"
    "2\t,B\t,交易\t,课程\t,2024-01-05 11:00:00,2024-01-05 11:00:09,*小李(li***@qq.com)\t,"
    "20.00,20.00,"
    "\t\n"
    "1\t,A\t,退款\t,课程\t,2024-01-06 10:00:00,2024-01-06 10:00:05,*小王(wa***@qq.com)\t,-50.00,"
    "-50.00,R\t\n"
    "#交易合计：2笔，商家实收共1070.00元\n"
)
LEDGER = (
    "#支付宝账务明细查询\n账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,"
    "收入金额（+元）,"
    "支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注\n"
    "L1\t,S1\t,A\t,课程\t,2024-01-05 10:00:00,ann@b.example\t,1050.00,0.00,0,支付宝,交易付款,\t\n"
    "L2\t,S1\t,A\t,课程\t,2024-01-05 10:00:01,\t,0.00,-0.60,0,支付宝,收费,\t\n"
    "L3\t,S2\t,B\t,课程\t,2024-01-05 11:00:00,bo@c.example\t,20.00,0.00,0,支付宝,交易付款,\t\n"
    "L4\t,S3\t,A\t,课程\t,2024-01-06 10:00:00,ann@b.example\t,0.00,-50.00,0,支付宝,交易退款,\t\n"
)
WECHAT = (
    "交易时间,公众账号ID,商户号,微信订单号,商户订单号,用户标识,交易类型,交易状态,货币种类,"
    "应结订单金额,"
    "微信退款单号,退款金额,退款状态,商品名称,订单金额,申请退款金额\n"
    "`2024-01-05 10:00:00,`x,`1,`91,`A,`o_ann,`JSAPI,`SUCCESS,`USD,`1050.00,`0,`0.00,`,`课程,"
    "`1050.00,`0.00\n"
    "`2024-01-05 11:00:00,`x,`1,`92,`B,`o_bo,`JSAPI,`SUCCESS,`USD,`20.00,`0,`0.00,`,`课程,`20.00,"
    "`0.00\n"
    "`2024-01-06 10:00:00,`x,`1,`91,`A,`o_ann,`JSAPI,`REFUND,`USD,`0.00,`50,`50.00,`SUCCESS,`课程,"
    "`0.00,`50.00\n"
    "总交易单数,应结订单总金额,退款总金额\n`3,`1070.00,`50.00\n"
)


@pytest.mark.parametrize(
    "text",
    [PAYPAL, STRIPE, SQUARE, ALIPAY, LEDGER, WECHAT],
    ids=["paypal", "stripe", "square", "alipay", "alipay_ledger", "wechat"],
)
def test_the_order_knows_what_went_back(tmp_path, text):
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    workspace = analytics.open_workspace(tmp_path / "shop", create=True)
    report = workspace.import_file(path)
    assert report.rows_rejected == 0
    orders = workspace.table("orders")
    valid = orders.filter(orders.is_valid).order_by("order_id").execute()
    assert [
        tuple(row) for row in valid[["order_id", "gross", "refunded", "status"]].to_numpy()
    ] == [
        ("A", Decimal(1050), Decimal(50), "partially_refunded"),
        ("B", Decimal(20), Decimal(0), "sale"),
    ]


def test_a_refund_that_repeats_its_order_with_both_rows_marked(tmp_path):
    text = (
        "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,"
        "Coupon(s),N. Revenue\n"
        "2024-08-09 11:33:00,A,$38.00 ,completed,Ann B,new,1× Mug,1,,38\n"
        "2024-08-15 10:00:00,B,$44.00 ,refunded,Bo C,new,2× Jar,2,,44\n"
        "2024-08-16 10:00:00,B,$44.00 $0.00,refunded,Bo C,new,2× Jar,'-2,,'-44\n"
    )
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    workspace = analytics.open_workspace(tmp_path / "shop", create=True)
    workspace.import_file(path)
    orders = workspace.table("orders").order_by("order_id").execute()
    assert [
        tuple(row) for row in orders[["order_id", "gross", "refunded", "status"]].to_numpy()
    ] == [
        ("A", Decimal(38), Decimal(0), "sale"),
        ("B", Decimal(44), Decimal(44), "refunded"),
    ]
