"""Exports that name nobody are refused with the reason; a column said to name somebody helps."""

import pytest

from analytics.errors import NoCustomersError

APP_STORE = (
    "Provider\tProvider Country\tSKU\tDeveloper\tTitle\tVersion\tProduct Type Identifier\tUnits\t"
    "Developer Proceeds\tBegin Date\tEnd Date\tCustomer Currency\tCountry Code\t"
    "Currency of Proceeds\tApple Identifier\tCustomer Price\n"
    "APPLE\tUS\tcom.x\tMe\tApp\t1.0\t1F\t3\t0.70\t01/05/2024\t01/05/2024\tUSD\tUS\tUSD\t123\t0.99\n"
)
GOOGLE_PLAY = (
    "Description,Transaction Date,Transaction Time,Tax Type,Transaction Type,Refund Type,"
    "Product Title,Product id,Product Type,Sku Id,Hardware,Buyer Country,Buyer State,"
    "Buyer Postal Code,Buyer Currency,Amount (Buyer Currency),Currency Conversion Rate,"
    "Merchant Currency,Amount (Merchant Currency)\n"
    'GPA.1,"Nov 1, 2019",3:29:44 AM PDT,,Charge,,App,com.x,1,gold,phone,US,CA,94000,USD,0.99,1,USD,'
    "0.99\n"
)
GOOGLE_PLAY_SALES = (
    "Order Number,Order Charged Date,Order Charged Timestamp,Financial Status,Device Model,"
    "Product Title,Product ID,SKU ID,Currency of Sale,Item Price,Taxes Collected,Charged Amount,"
    "City of Buyer,Country of Buyer\n"
    "GPA.1,2019-11-01,1572600000,Charged,phone,App,com.x,gold,USD,0.99,0,0.99,Graz,AT\n"
)
GA4 = (
    "# ----------------------------------------\n# Events\n# Start date: 20240101\n"
    "# End date: 20240131\n# ----------------------------------------\n"
    "Event name,Event count,Total users,Event count per active user,Total revenue\n"
    "page_view,100,20,5,0\n,100,20,5,0\n"
)
AMAZON = (
    "amazon-order-id\tpurchase-date\torder-status\tsku\tasin\tquantity\tcurrency\titem-price\n"
    "112-1-1\t2024-04-10T09:15:00+00:00\tShipped\tMUG\tB01\t1\tEUR\t10.00\n"
)
SETTLEMENT = (
    "settlement-id\tsettlement-start-date\tdeposit-date\ttotal-amount\tcurrency\ttransaction-type\t"
    "order-id\tamount-type\tamount-description\tamount\tposted-date\n"
    "111\t2024-04-01\t2024-04-16\t15.50\tGBP\t\t\t\t\t\t\n"
    "111\t\t\t\t\tOrder\t026-1\tItemPrice\tPrincipal\t20.00\t2024-04-03\n"
)
DATE_RANGE = (
    '"Includes Amazon Marketplace transactions"\n"All amounts in USD"\n'
    '"date/time","settlement id","type","order id","sku","description","quantity","marketplace",'
    '"product sales","selling fees","other","total"\n'
    '"Jun 8, 2025 10:23:05 PM PDT","18174059732","Order","112-1-1","MUG","Mug","1","amazon.com",'
    '"14.90","-2.24","0","7.81"\n'
)
STRIPE = (
    "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description\n"
    "txn_1,charge,ch_1,97.00,3.07,93.93,eur,2024-05-01 10:00,2024-05-03 00:00,Order 1\n"
)
TAOBAO = (
    "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,订单状态,商家编码,订单付款时间\n"
    "1001,1000,课程A,60.00,1,A,交易成功,A,2024-01-05 10:01:00\n"
)
PINDUODUO = (
    "商品,订单号,订单状态,用户实付金额(元),商家实收金额(元),商品数量(件),支付时间,商品id,售后状态\n"
    "课程A,P001,已收货,90.00,95.00,1,2024-01-05 10:00:00,901,无售后或售后取消\n"
)
JINGDONG = (
    "导出信息：\n京东用户名：x\n\n"
    "交易时间,商户名称,交易说明,金额,收/付款方式,交易状态,收/支,交易分类,交易订单号,"
    "商家订单号,备注\n"
    "2024-01-05 10:00:00,店铺,商品,131.77(已退款89.84),白条,交易成功,支出,其他,1\t,2\t,\n"
)
MEITUAN = (
    "美团交易账单明细\n\n"
    "交易创建时间,交易成功时间,交易类型,订单标题,收/支,支付方式,订单金额,实付金额,交易单号,"
    "商家单号,备注\n"
    "2024-01-05 10:00:00,2024-01-05 10:00:05,支付,午饭,支出,零钱,¥22.30,¥21.17,1\t,2\t,/\n"
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (APP_STORE, "App Store reports count units and proceeds"),
        (GOOGLE_PLAY, "Google Play reports list sales by country"),
        (GOOGLE_PLAY_SALES, "Google Play reports list sales by country"),
        (GA4, "GA4 reports are sums over visitors"),
        (AMAZON, "all-orders report names no buyer"),
        (SETTLEMENT, "an Amazon settlement lists payouts"),
        (DATE_RANGE, "an Amazon settlement lists payouts"),
        (STRIPE, "this Stripe balance names no customer"),
        (TAOBAO, "report of items names no buyer"),
        (PINDUODUO, "Pinduoduo export names no buyer"),
        (JINGDONG, "a JD bill lists what one person bought"),
        (MEITUAN, "a Meituan bill lists what one person bought"),
    ],
    ids=[
        "app_store", "play_earnings", "play_sales", "ga4", "amazon", "settlement", "date_range",
        "stripe", "taobao", "pinduoduo", "jingdong", "meituan",
    ],
)  # fmt: skip
def test_refused_with_the_reason(stage, text, reason):
    with pytest.raises(NoCustomersError, match=reason) as caught:
        stage(text, name="report.csv")
    assert str(caught.value).startswith("report.csv: ")
    assert "\n" not in str(caught.value)


def test_a_column_that_names_the_customer_lifts_the_refusal(stage):
    text = AMAZON.replace("order-status", "who").replace("Shipped", "ann")
    result = stage(text, mapping={"customer_id": "who", "amount": "item-price",
                                  "ordered_at": "purchase-date"})  # fmt: skip
    assert result.row("customer_id", "amount") == ("ann", 10)


def test_a_buyer_in_the_report_lifts_the_refusal(stage):
    text = (
        "Event Date\tApp Name\tApp Apple ID\tSubscription Name\tSubscription Apple ID\t"
        "Customer Price\tCustomer Currency\tDeveloper Proceeds\tSubscriber ID\tRefund\tUnits\n"
        "2024-01-05\tApp\t1\tGold\t2\t9.99\tUSD\t6.99\t77001\t\t1\n"
    )
    result = stage(text)
    assert result.understanding.platform == "app_store_subscribers"
    assert result.row("customer_id", "item_id", "currency") == ("77001", "2", "USD")
