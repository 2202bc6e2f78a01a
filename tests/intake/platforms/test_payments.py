"""Payment services: refunds on rows of their own, fees, transfers, mirrored rows."""

from datetime import datetime
from decimal import Decimal


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
    assert result.rows("order_id", "customer_id", "amount", "currency") == [
        ("ch_1", "cus_1", 1440, "MXN"),
        ("ch_2", "cus_1", 15, "USD"),
        ("ch_3", "cus_2", 15, "USD"),
        ("ch_4", "cus_2", 15, "USD"),
        ("ch_5", "cus_2", 15, "USD"),
        ("ch_6", "cus_2", 15, "USD"),
    ]
    assert result.rows("kind")[:3] == ["subscription", "renewal", "one-off"]
    status = result.rows("status")
    assert [status[index] for index in (0, 1, 2, 3, 5)] == [
        "sale", "refunded", "pending", "test", "cancelled",
    ]  # fmt: skip
    assert result.rows("refunded_amount")[4] == 5
    assert "unknown_kind" not in result.notes()


def test_stripe_payments_of_fifteen_columns_after_a_spreadsheet(stage):
    text = (
        "Created date (UTC);Amount;Currency;Captured;Converted Amount;Converted Currency;Fee;"
        "Payment Source Type;Status;Taxes On Fee;Card Address Country;Card Funding;"
        "Card Issue Country;Customer ID;Invoice Number\n"
        "2024-06-07 02:38:54;15.00;usd;TRUE;534.80;thb;35.40;card;Paid;2.48;PE;debit;PE;cus_1;"
        "B-0005\n"
        "2024-06-06 21:29:22;9.00;eur;TRUE;350.06;thb;26.63;card;Paid;1.86;ES;debit;ES;cus_2;"
        "B-0006\n"
    )  # fmt: skip
    result = stage(text)
    assert result.understanding.platform == "stripe_payments"
    assert result.rows("order_id", "customer_id", "amount", "currency") == [
        ("B-0005", "cus_1", 15, "USD"),
        ("B-0006", "cus_2", 9, "EUR"),
    ]


def test_stripe_payments_of_an_older_year(stage):
    text = (
        "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,"
        "Converted Amount,Fee,Status,Captured,Card ID,Customer ID,Customer Email\n"
        "ch_1,Course,Payment complete.,2019-06-07 02:38,15.00,0.00,usd,15.00,0.74,Paid,true,card_1,"
        "cus_1,ann@b.example\n"
    )  # fmt: skip
    result = stage(text)
    assert result.understanding.platform == "stripe_payments"
    assert result.row("order_id", "ordered_at") == ("ch_1", datetime(2019, 6, 7, 2, 38))


def test_stripe_balance_counts_charges_and_leaves_fees_and_payouts(stage):
    text = (
        "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,"
        "reporting_category,source_id,charge_id,description,customer_id,customer_email\n"
        "txn_1,2024-06-01 10:00:00,2024-06-03 00:00:00,eur,60.00,2.00,58.00,charge,ch_1,ch_1,"
        "Order 1,cus_1,Ann@B.example\n"
        "txn_2,2024-06-02 10:00:00,2024-06-04 00:00:00,eur,40.00,1.00,39.00,charge,ch_2,ch_2,"
        "Order 2,,bo@c.example\n"
        "txn_3,2024-06-05 10:00:00,2024-06-05 00:00:00,eur,-20.00,0.00,-20.00,refund,re_1,ch_1,"
        "Refund,cus_1,Ann@B.example\n"
        "txn_4,2024-06-06 10:00:00,2024-06-06 00:00:00,eur,-77.00,0.00,-77.00,payout,po_1,,"
        "STRIPE PAYOUT,,\n"
    )  # fmt: skip
    result = stage(text)
    assert result.understanding.platform == "stripe_balance"
    assert result.rows("order_id", "customer_id", "amount")[:2] == [
        ("ch_1", "cus_1", 60),
        ("ch_2", "bo@c.example", 40),
    ]
    assert result.rows("order_id")[2] == "ch_1"
    assert result.rows("status")[1] == "sale"
    assert result.rows("status")[3] == "not_a_sale"
    assert set(result.rows("source")) == {"stripe_payments"}


PAYPAL_HEAD = (
    '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net",'
    '"From Email Address","To Email Address","Transaction ID","Item Title","Item ID",'
    '"Reference Txn ID","Quantity","Balance"\n'
)


def test_paypal_leaves_conversions_deposits_and_own_spending_out(stage):
    text = PAYPAL_HEAD + (
        '"01/15/2024","22:30:00","PST","Ann B","Express Checkout Payment","Completed","USD",'
        '"1,050.00","-1.00","1,049.00","ann@b.example","shop@me.example","T1","Course A","A",'
        '"","1",'
        '"0"\n'
        '"01/16/2024","09:00:00","PST","Bo C","Website Payment","Pending","USD","20.00","-1.00",'
        '"19.00","bo@c.example","shop@me.example","T2","Course B","B","","1","0"\n'
        '"01/17/2024","09:00:00","PST","Ann B","Payment Refund","Completed","USD","-50.00","0.00",'
        '"-50.00","shop@me.example","ann@b.example","T3","Course A","A","T1","1","0"\n'
        '"01/17/2024","09:00:00","PST","","General Currency Conversion","Completed","EUR","18.00",'
        '"0.00","18.00","","","T4","","","T2","","0"\n'
        '"01/18/2024","09:00:00","PST","","Bank Deposit to PP Account ","Completed","USD","99.00",'
        '"0.00","99.00","","","T5","","","","","0"\n'
        '"01/19/2024","09:00:00","PST","Printer","Express Checkout Payment","Completed","USD",'
        '"-30.00","0.00","-30.00","shop@me.example","print@x.example","T6","Paper","P","","1","0"\n'
    )
    result = stage(text)
    assert result.understanding.platform == "paypal_activity"
    assert result.rows("order_id", "customer_id", "amount", "currency")[:2] == [
        ("T1", "ann@b.example", 1050, "USD"),
        ("T2", "bo@c.example", 20, "USD"),
    ]
    assert result.rows("ordered_at")[0] == datetime(2024, 1, 16, 6, 30)
    assert result.rows("order_id")[2] == "T1"
    status = result.rows("status")
    assert status[1] == "pending"
    assert status[3:] == ["not_a_sale", "not_a_sale", "not_a_sale"]


def test_paypal_in_german(stage):
    text = (
        '"Datum","Uhrzeit","Zeitzone","Name","Typ","Status","Währung","Brutto","Gebühr","Netto",'
        '"Absender E-Mail-Adresse","Empfänger E-Mail-Adresse","Transaktionscode",'
        '"Artikelbezeichnung","Zugehöriger Transaktionscode"\n'
        '"07.09.2023","10:12:00","Europe/Berlin","Ann B","Express-Zahlung","Abgeschlossen","EUR",'
        '"1.024,90","-1,00","1.023,90","ann@b.example","ich@me.example","1AB","Kurs A",""\n'
        '"13.09.2023","10:12:00","Europe/Berlin","","Bankgutschrift auf PayPal-Konto",'
        '"Abgeschlossen","EUR","24,90","0,00","24,90","","","2AB","",""\n'
        '"21.09.2023","19:00:00","Europe/Berlin","Bo C","Website-Zahlung","Ausstehend","EUR",'
        '"15,00","0,00","15,00","bo@c.example","ich@me.example","3AB","Kurs B",""\n'
    )  # fmt: skip
    result = stage(text)
    assert result.understanding.platform == "paypal_activity"
    assert result.rows("order_id", "customer_id", "amount", "status") == [
        ("1AB", "ann@b.example", Decimal("1024.90"), "sale"),
        ("2AB", None, Decimal("24.90"), "not_a_sale"),
        ("3AB", "bo@c.example", 15, "pending"),
    ]
    assert result.rows("ordered_at")[0] == datetime(2023, 9, 7, 8, 12)


def test_paypal_in_french_with_the_month_first(stage):
    text = (
        '"Date","Heure","Fuseau horaire","Description","Devise","Brut","Frais","Net","Solde",'
        '"N° de transaction","De l\'adresse email","Nom","Nom de la banque","Compte bancaire",'
        '"TVA","Numéro de facture","Numéro de la transaction de référence"\n'
        '"1/7/2020","04:05:42","America/Los_Angeles","Paiement express","USD","59,30","0,00",'
        '"59,30","59,30","2X3","ann@b.example","Ann B","","","0,00","",""\n'
        '"1/17/2020","04:05:42","America/Los_Angeles","Conversion de devise standard","USD",'
        '"59,30","0,00","59,30","0,00","62D","","","","","0,00","","2X3"\n'
    )  # fmt: skip
    result = stage(text)
    assert result.understanding.platform == "paypal_activity"
    assert result.rows("order_id", "amount", "status", "ordered_at")[0] == (
        "2X3", Decimal("59.30"), "sale", datetime(2020, 1, 7, 12, 5, 42),
    )  # fmt: skip
    assert result.rows("status")[1] == "not_a_sale"


def test_paypal_in_spanish_and_in_chinese(stage):
    spanish = (
        '"Fecha","Hora","Zona horaria","Nombre","Tipo","Estado","Divisa","Bruto","Tarifa","Neto",'
        '"Correo electrónico del remitente","Id. de transacción"\n'
        '"15/03/2024","10:00:00","Europe/Madrid","Ann B","Pago exprés","Completado","EUR","10,50",'
        '"-1,00","9,50","ann@b.example","ES1"\n'
        '"16/03/2024","10:00:00","Europe/Madrid","","Conversión de divisas general","Completado",'
        '"EUR","5,00","0,00","5,00","","ES2"\n'
    )
    chinese = (
        '"日期","时间","时区","说明","币种","总额","费用","净额","余额","交易号",'
        '"发件人邮箱地址","姓名"\n'
        '"2024/3/15","10:00:00","Asia/Shanghai","快速结账付款","USD","10.50","-1.00","9.50","0",'
        '"CN1","ann@b.example","Ann B"\n'
        '"2024/3/16","10:00:00","Asia/Shanghai","一般币种兑换","USD","5.00","0.00","5.00","0",'
        '"CN2",'
        '"",""\n'
    )
    for text in (spanish, chinese):
        result = stage(text)
        assert result.understanding.platform == "paypal_activity"
        assert result.rows("customer_id", "amount", "status")[0] == (
            "ann@b.example", Decimal("10.50"), "sale",
        )  # fmt: skip
        assert result.rows("status")[1] == "not_a_sale"
        assert result.rows("ordered_at")[0].date() == datetime(2024, 3, 15).date()


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


def test_alipay_personal_of_an_older_year(stage):
    text = (
        "支付宝交易记录明细查询\n账号:[x@qq.com]\n起始日期:[2019-01-01 00:00:00]    终止日期:"
        "[2019-02-01 00:00:00]\n-----------------交易记录明细列表-----------------\n"
        "交易号                  ,商家订单号               ,交易创建时间              ,"
        "付款时间    ,"
        "最近修改时间     ,交易来源地     ,类型    ,交易对方    ,商品名称    ,金额（元）   ,"
        "收/支     ,"
        "交易状态    ,服务费（元）   ,成功退款（元）  ,备注    ,资金状态     ,\n"
        "20190105001\t ,\t ,2019-01-05 10:00:00 ,2019-01-05 10:00:05 ,2019-01-05 10:00:06 ,其他 ,"
        "即时到账交易 ,小王 ,课程A ,99.00 ,收入 ,交易成功 ,0.00 ,10.00 , ,已收入 ,\n"
        "20190106001\t ,\t ,2019-01-06 10:00:00 ,2019-01-06 10:00:05 ,2019-01-06 10:00:06 ,其他 ,"
        "即时到账交易 ,超市 ,纸 ,9.90 ,支出 ,交易成功 ,0.00 ,0.00 , ,已支出 ,\n"
        "------------------------------------------------------------------------\n"
        "共2笔记录\n已收入:1笔,99.00元\n导出时间:[2019-02-02 10:00:00]    用户:x\n"
    )
    result = stage(text, encoding="gb18030", timezone="Asia/Shanghai")
    assert result.understanding.platform == "alipay_personal"
    assert (result.staged.rows_read, result.staged.rows_rejected) == (2, 0)
    assert result.rows("order_id", "customer_id", "amount", "refunded_amount", "ordered_at")[0] == (
        "20190105001", "小王", 99, 10, datetime(2019, 1, 5, 2, 0, 5),
    )  # fmt: skip
    assert result.rows("status")[1] == "not_a_sale"


def test_alipay_merchant_with_totals_below_and_a_negative_refund(stage):
    text = (
        "#支付宝业务明细查询\n#账号：[20880000]\n#起始日期：[2024年01月05日 00:00:00]   终止日期："
        "[2024年01月06日 00:00:00]\n#-----------------业务明细列表----------------\n"
        "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,"
        "终端号,"
        "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,退款批次号/请求号,"
        "服务费（元）,备注\n"
        "2024010522001\t,M001\t,交易\t,课程A\t,2024-01-05 10:00:00,2024-01-05 10:00:09,\t,\t,\t,\t,"
        "*小王(wa***@qq.com)\t,99.00,99.00,0.00,\t,-0.60,\t\n"
        "2024010522002\t,M002\t,交易\t,课程B\t,2024-01-05 23:30:00,2024-01-05 23:30:09,\t,\t,\t,\t,"
        "*小李(138****0000)\t,200.00,200.00,0.00,\t,-1.20,\t\n"
        "2024010522001\t,M001\t,退款\t,课程A\t,2024-01-06 10:00:00,2024-01-06 10:00:05,\t,\t,\t,\t,"
        "*小王(wa***@qq.com)\t,-99.00,-99.00,0.00,R1\t,0.60,\t\n"
        "#-----------------业务明细列表结束----------------\n"
        "#交易合计：2笔，商家实收共299.00元，商家优惠共0.00元\n#退款合计：1笔，商家实收退款共-99.00元\n"
        "#交易合计：2笔，商家实收共299.00元，商家优惠共0.00元\n#退款合计：1笔，商家实收退款共-99.00元\n"
        "#交易合计：2笔，商家实收共299.00元，商家优惠共0.00元\n#退款合计：1笔，商家实收退款共-99.00元\n"
        "#交易合计：2笔，商家实收共299.00元，商家优惠共0.00元\n#退款合计：1笔，商家实收退款共-99.00元\n"
        "#导出时间：[2024年01月07日 10:00:00]\n"
    )
    result = stage(text, encoding="gb18030", timezone="Asia/Shanghai")
    assert result.understanding.platform == "alipay_merchant"
    assert result.staged.rows_rejected == 0
    assert result.rows("order_id", "customer_id", "is_weak", "currency")[:2] == [
        ("M001", "*小王(wa***@qq.com)", True, "CNY"),
        ("M002", "*小李(138****0000)", True, "CNY"),
    ]
    assert result.rows("ordered_at")[:2] == [
        datetime(2024, 1, 5, 2, 0, 9), datetime(2024, 1, 5, 15, 30, 9),
    ]  # fmt: skip
    assert result.rows("status")[1] == "sale"
    assert result.rows("amount")[1] == 200


def test_alipay_ledger_keeps_fees_out_of_sales(stage):
    text = (
        "#支付宝账务明细查询\n#账号：[20880000]\n#-----------------账务明细列表----------------\n"
        "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,"
        "支出金额（-元）,"
        "账户余额（元）,交易渠道,业务类型,备注\n"
        "L001\t,B001\t,M001\t,课程A\t,2024-01-05 10:00:00,ann@b.example\t,99.00,0.00,99.00,支付宝,"
        "交易付款,\t\n"
        "L002\t,B001\t,M001\t,课程A\t,2024-01-05 10:00:01,\t,0.00,-0.60,98.40,支付宝,收费,"
        "服务费\t\n"
        "L003\t,B003\t,\t,\t,2024-01-06 10:00:00,\t,0.00,-50.00,48.40,支付宝,提现,\t\n"
        "#-----------------账务明细列表结束----------------\n#收入合计：1笔，共99.00元\n"
    )
    result = stage(text, encoding="gb18030", timezone="Asia/Shanghai")
    assert result.understanding.platform == "alipay_ledger"
    assert result.rows("order_id", "customer_id", "amount", "status")[0] == (
        "M001", "ann@b.example", 99, "sale",
    )  # fmt: skip
    assert result.rows("status")[1:] == ["not_a_sale", "not_a_sale"]
    assert set(result.rows("source")) == {"alipay_merchant"}


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


def test_wechat_merchant_with_backticks_and_a_summary_below(stage):
    text = (
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,"
        "交易状态,"
        "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,"
        "充值券退款金额,"
        "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n"
        "`2024-01-05 10:00:00,`wx1,`1900,`0,`,`4200000000000000000000000001,`M001,`o_ann,`JSAPI,"
        "`SUCCESS,`OTHERS,`CNY,`99.00,`0.00,`0,`0,`0.00,`0.00,`,`,`课程A,`,`0.59000,`0.60%,`99.00,"
        "`0.00,`\n"
        "`2024-01-05 11:00:00,`wx1,`1900,`0,`,`4200000000000000000000000002,`M002,`o_bo,`JSAPI,"
        "`SUCCESS,`OTHERS,`CNY,`10.00,`0.00,`0,`0,`0.00,`0.00,`,`,`课程B,`,`0.06000,`0.60%,`10.00,"
        "`0.00,`\n"
        "`2024-01-05 12:00:00,`wx1,`1900,`0,`,`4200000000000000000000000001,`M001,`o_ann,`JSAPI,"
        "`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5030,`R1,`99.00,`0.00,`ORIGINAL,`SUCCESS,`课程A,`,"
        "`-0.59000,`0.60%,`0.00,`99.00,`\n"
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,"
        "申请退款总金额\n"
        "`3,`109.00,`99.00,`0.00,`0.06000,`109.00,`99.00\n"
    )
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "wechat_merchant"
    assert (result.staged.rows_read, result.staged.rows_rejected) == (3, 0)
    assert result.rows("order_id", "customer_id", "amount", "currency")[:2] == [
        ("M001", "o_ann", 99, "CNY"),
        ("M002", "o_bo", 10, "CNY"),
    ]
    assert result.rows("ordered_at")[0] == datetime(2024, 1, 5, 2)
    assert result.rows("order_id")[2] == "M001"
    assert result.rows("status")[1] == "sale"
