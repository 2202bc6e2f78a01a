"""Exports written down after the matcher was made, to see how it does on what it never saw."""

import pytest

from tests.intake.unlisted import Case, differences, param

CASES = [
    Case(
        "grocer_report.csv",
        """\
Date,Customer Email,Product Name,Category,Price/kg (INR),Quantity (kg),Total Amount (INR),Order Status
5/1/2024,ann@x.in,Rice,Grain,60,5,300,Delivered
16/1/2024,bo@y.in,Lentils,Pulses,110,2,220,Cancelled
19/2/2024,ann@x.in,Lentils,Pulses,110,1,110,Delivered
""",
        "order_lines",
        {
            "ordered_at": "Date",
            "email": "Customer Email",
            "item_name": "Product Name",
            "category": "Category",
            "status": "Order Status",
            "price": "Price/kg (INR)",
            "quantity": "Quantity (kg)",
        },
        money="Total Amount (INR)",
    ),
    Case(
        "service_orders.csv",
        """\
Order Number,Order Date,Customer Email,Status,Payment Status,Payment Method,Subtotal,Discount,Tax,Shipping,Total,Assigned To,Assigned Role,Assigned At
1001,2024-01-05 10:00:00,ann@x.org,Completed,Paid,Card,90,0,9,5,104,eve@shop.org,Packer,2024-01-05 11:00:00
1002,2024-01-16 10:00:00,bo@y.org,Cancelled,Refunded,Card,40,0,4,5,49,eve@shop.org,Packer,2024-01-16 11:00:00
1003,2024-02-05 10:00:00,ann@x.org,Completed,Paid,Card,20,0,2,5,27,joe@shop.org,Packer,2024-02-05 11:00:00
""",
        "order_lines",
        {"order_id": "Order Number", "ordered_at": "Order Date", "email": "Customer Email"},
        money="Total",
        never=("Assigned To", "Assigned At", "Tax", "Shipping"),
    ),
    Case(
        "boxes.csv",
        """\
Order ID,Date,Customer Email,Box Type,Items,Total Price,Tax,Grand Total
b1,"1/5/2024, 10:00:00 AM",ann@x.org,Large,Soap; Towel,$40.00,$4.00,$44.00
b2,"1/16/2024, 10:00:00 AM",bo@y.org,Small,Soap,$20.00,$2.00,$22.00
b3,"2/5/2024, 10:00:00 AM",ann@x.org,Small,Soap,$20.00,$2.00,$22.00
""",
        "order_lines",
        {
            "order_id": "Order ID",
            "ordered_at": "Date",
            "email": "Customer Email",
            "item_name": "Items",
        },
        never=("Tax",),
    ),
    Case(
        "program_orders.csv",
        """\
Order ID,Date,Customer Email,Phone,City,Items,Total Amount,Discount,Payment Status,Coupon
o1,1/5/2024 10:00:00 AM,ann@x.org,9800000001,Pune,Yoga (1x),900,0,paid,
o2,1/16/2024 10:00:00 AM,bo@y.org,9800000002,Delhi,Diet (1x),450,50,failed,FIFTY
o3,2/5/2024 10:00:00 AM,ann@x.org,9800000001,Pune,Diet (1x),500,0,paid,
""",
        "order_lines",
        {
            "order_id": "Order ID",
            "email": "Customer Email",
            "phone": "Phone",
            "coupon": "Coupon",
            "status": "Payment Status",
            "discount": "Discount",
        },
        money="Total Amount",
    ),
    Case(
        "laundry.csv",
        """\
order_id,order_date,customer_id,customer_name,phone,barangay,service_id,service_name,weight_kg,price_per_kg,total_amount,payment_status,pickup_date
ORD-1,2024-01-05,CUST-1,Ann Lee,9460000001,North,4,Wash,3,40,120,Paid,2024-01-06
ORD-2,2024-01-16,CUST-2,Bo Ray,9460000002,South,5,Iron,2,30,60,Unpaid,2024-01-17
ORD-3,2024-02-05,CUST-1,Ann Lee,9460000001,North,5,Iron,4,30,120,Paid,2024-02-06
""",
        "order_lines",
        {
            "order_id": "order_id",
            "ordered_at": "order_date",
            "customer_id": "customer_id",
            "phone": "phone",
            "item_id": "service_id",
            "item_name": "service_name",
            "status": "payment_status",
        },
        money="total_amount",
        never=("pickup_date", "weight_kg", "barangay"),
    ),
    Case(
        "store_sales_db.csv",
        """\
Order_ID,Order_Date,Customer_ID,Customer_Name,Product_Category,Product_Name,Quantity,Unit_Price,Payment_Mode,Store_Location
1001,2024-01-05,C001,Ann Lee,Electronics,Mouse,2,799,UPI,Bangalore
1002,2024-01-16,C002,Bo Ray,Grocery,Rice,1,650,Cash,Chennai
1003,2024-02-05,C001,Ann Lee,Grocery,Rice,2,650,UPI,Bangalore
""",
        "order_lines",
        {
            "order_id": "Order_ID",
            "customer_id": "Customer_ID",
            "category": "Product_Category",
            "item_name": "Product_Name",
            "quantity": "Quantity",
            "price": "Unit_Price",
        },
        never=("Store_Location", "Payment_Mode"),
    ),
    Case(
        "outlet_factory.csv",
        """\
Sl No,Status,Order Number,Order Date,Total Quantity,Total Count,Due Date,DC Number,Factory Name,Outlet Name,Outlet Code,Customer Name,Customer Phone,Service Category,Grand Total Amount
1,Delivered,S100,05/01/2024,3,3,07/01/2024,D1,Plant A,Mall,M1,Ann Lee,9800000001,Dry clean,450
2,Delivered,S101,16/01/2024,1,1,18/01/2024,D2,Plant A,Mall,M1,Bo Ray,9800000002,Wash,150
3,Cancelled,S102,19/01/2024,2,2,21/01/2024,D3,Plant A,Mall,M1,Ann Lee,9800000001,Wash,300
""",
        "order_lines",
        {
            "order_id": "Order Number",
            "ordered_at": "Order Date",
            "phone": "Customer Phone",
            "status": "Status",
        },
        money="Grand Total Amount",
        never=("Sl No", "Due Date", "Outlet Name", "Outlet Code", "Factory Name"),
    ),
    Case(
        "待发货订单.csv",
        """\
订单ID,订单编号,客户名称,订单日期,订单金额,商品种类,创建时间
1,DD001,蓝天公司,2024-01-05,1200.00,3,2024-01-05 10:00:00
2,DD002,白云商行,2024-01-16,300.50,1,2024-01-16 10:00:00
3,DD003,蓝天公司,2024-02-05,80.00,2,2024-02-05 10:00:00
""",
        "order_lines",
        {"customer_name": "客户名称", "ordered_at": "订单日期"},
        money="订单金额",
        absent=("quantity",),
    ),
    Case(
        "noren_shop.csv",
        """\
店舗伝票番号,受注日,受注郵便番号,受注住所１,受注名,受注名カナ,受注電話番号,受注メールアドレス,発送先名,支払方法,商品計,税金,発送料,手数料,ポイント,合計金額,備考,商品名,商品コード,商品価格,受注数量,顧客コード
N-1,2024/01/05,1000001,東京,山田花,ヤマダ,090-0000-0001,hana@x.jp,山田花,カード,5000,500,0,0,0,5500,,茶碗,CH-1,5000,1,K01
N-2,2024/01/16,1000002,大阪,佐藤太郎,サトウ,090-0000-0002,taro@y.jp,佐藤太郎,代引,3000,300,600,300,0,4200,,急須,KY-1,3000,1,K02
N-3,2024/02/05,1000001,東京,山田花,ヤマダ,090-0000-0001,hana@x.jp,山田花,カード,6000,600,0,0,0,6600,,急須,KY-1,3000,2,K01
""",
        "order_lines",
        {
            "ordered_at": "受注日",
            "email": "受注メールアドレス",
            "phone": "受注電話番号",
            "item_name": "商品名",
            "item_id": "商品コード",
            "price": "商品価格",
            "quantity": "受注数量",
            "customer_id": "顧客コード",
            "order_total": "合計金額",
        },
        never=("発送料", "手数料", "税金", "ポイント"),
    ),
    Case(
        "amazon_like_de.csv",
        """\
Auftrags-Nr.;Kaufdatum;Zahlungsdatum;Käufer E-Mail;Name des Käufers;Telefon des Käufers;SKU;Produktname;gekaufte Menge;Währung;Artikelpreis;Artikelsteuer;Versandpreis;Lieferanschrift;Aktionsrabatt
302-1;05.01.2024 10:00;05.01.2024 10:01;ann@x.de;Ann Lee;+49 30 10001;S-1;Lampe;2;EUR;59,80;9,55;4,90;Weg 1;0,00
302-2;16.01.2024 10:00;16.01.2024 10:05;bo@y.de;Bo Ray;+49 30 10002;S-2;Kabel;1;EUR;9,90;1,58;4,90;Weg 2;1,00
302-3;19.02.2024 10:00;19.02.2024 10:01;ann@x.de;Ann Lee;+49 30 10001;S-2;Kabel;3;EUR;29,70;4,74;0,00;Weg 1;0,00
""",
        "order_lines",
        {
            "order_id": "Auftrags-Nr.",
            "ordered_at": "Zahlungsdatum",
            "email": "Käufer E-Mail",
            "phone": "Telefon des Käufers",
            "item_id": "SKU",
            "item_name": "Produktname",
            "quantity": "gekaufte Menge",
            "currency": "Währung",
            "price": "Artikelpreis",
        },
        never=("Versandpreis", "Artikelsteuer"),
    ),
    Case(
        "commandes_boutique.csv",
        """\
N° de commande;Date de la commande;Statut;Adresse e-mail de l'acheteur;Nom de l'acheteur;Tél.;Réf. produit;Libellé;Qté;PU TTC;Remise;Total TTC;Frais de port;Devise;Mode de paiement;Code promo
C-1;05/01/2024 10:00;Payée;ann@x.fr;Ann Lee;0601000001;R1;Stage poterie;1;80,00;0,00;80,00;0,00;EUR;CB;
C-2;16/01/2024 10:00;Annulée;bo@y.fr;Bo Ray;0601000002;R2;Argile;2;12,50;0,00;25,00;6,00;EUR;CB;ETE
C-3;19/02/2024 10:00;Payée;ann@x.fr;Ann Lee;0601000001;R2;Argile;4;12,50;0,00;50,00;6,00;EUR;CB;
""",
        "order_lines",
        {
            "order_id": "N° de commande",
            "ordered_at": "Date de la commande",
            "status": "Statut",
            "email": "Adresse e-mail de l'acheteur",
            "phone": "Tél.",
            "item_name": "Libellé",
            "quantity": "Qté",
            "price": "PU TTC",
            "currency": "Devise",
            "coupon": "Code promo",
        },
        money="Total TTC",
        never=("Frais de port", "Mode de paiement"),
    ),
    Case(
        "thrivecart.csv",
        """\
Date,Time,Order ID,Invoice ID,Customer Name,Customer Email,Customer Address Country,Item Type,Item Name,Pricing Option,Quantity,Price,Processor,Affiliate ID,Affiliate Commission,Charge Type,Is Test?
2024-01-05,10:00:00,7001,I1,Ann Lee,ann@x.org,US,product,Course,One time,1,97.00,stripe,,0.00,charge,No
2024-01-16,11:00:00,7002,I2,Bo Ray,bo@y.org,GB,bump,Workbook,One time,1,17.00,paypal,A1,5.00,charge,No
2024-02-05,12:00:00,7003,I3,Ann Lee,ann@x.org,US,product,Club,Monthly,1,29.00,stripe,,0.00,charge,No
""",
        "order_lines",
        {
            "ordered_at": "Date",
            "time_of_day": "Time",
            "order_id": "Order ID",
            "email": "Customer Email",
            "item_name": "Item Name",
            "quantity": "Quantity",
            "price": "Price",
        },
        never=("Affiliate Commission", "Affiliate ID"),
    ),
    Case(
        "mindbody_sales.csv",
        """\
Sale Date,Client ID,Client,Sale ID,Item name,Batch #,Location,Item Price,Quantity,Subtotal,Discount %,Discount amount,Tax,Item Total,Total Paid w/ Payment Method,Payment Method
1/5/2024,100015,"Lee, Ann",501,10 Class Pass,,Main,150.00,1,150.00,0,0.00,0.00,150.00,150.00,Visa
1/16/2024,100016,"Ray, Bo",502,Drop In,,Main,20.00,1,20.00,0,0.00,0.00,20.00,20.00,Cash
2/5/2024,100015,"Lee, Ann",503,Mat,,Main,30.00,2,60.00,10,6.00,4.00,58.00,58.00,Visa
""",
        "order_lines",
        {
            "ordered_at": "Sale Date",
            "customer_id": "Client ID",
            "order_id": "Sale ID",
            "item_name": "Item name",
            "price": "Item Price",
            "quantity": "Quantity",
            "discount": "Discount amount",
            "amount": "Item Total",
        },
        never=("Location", "Tax", "Discount %"),
    ),
    Case(
        "acuity_appointments.csv",
        """\
Start Time,End Time,First Name,Last Name,Phone,Email,Type,Calendar,Appointment Price,Paid?,Amount Paid Online,Certificate Code,Notes,Date Scheduled,Label,Appointment ID
"January 5, 2024 10:00 am","January 5, 2024 11:00 am",Ann,Lee,5550101001,ann@x.org,Lesson,Eve,50.00,yes,50.00,,,2024-01-02,,900001
"January 16, 2024 10:00 am","January 16, 2024 11:00 am",Bo,Ray,5550101002,bo@y.org,Lesson,Eve,50.00,yes,50.00,,,2024-01-10,,900002
"February 5, 2024 10:00 am","February 5, 2024 11:00 am",Ann,Lee,5550101001,ann@x.org,Workshop,Joe,80.00,no,0.00,,,2024-02-01,,900003
""",
        "order_lines",
        {"email": "Email", "phone": "Phone", "amount": "Amount Paid Online"},
        never=("End Time", "Calendar"),
    ),
    Case(
        "ticket_tailor.csv",
        """\
Transaction ID,Order number,Order date (UTC),First Name,Last Name,Email,Phone,Event name,Event start,Ticket type,Ticket quantity,Ticket revenue,Booking fee,Total paid,Currency,Order status,Discount code used
t1,OR-1,2024-01-05 10:00,Ann,Lee,ann@x.org,5550101001,Gig,2024-03-01,Adult,2,40.00,2.00,42.00,GBP,Completed,
t2,OR-2,2024-01-16 10:00,Bo,Ray,bo@y.org,5550101002,Gig,2024-03-01,Child,1,10.00,0.50,10.50,GBP,Cancelled,
t3,OR-3,2024-02-05 10:00,Ann,Lee,ann@x.org,5550101001,Ball,2024-04-01,Adult,1,30.00,1.50,31.50,GBP,Completed,BF
""",
        "order_lines",
        {
            "order_id": "Order number",
            "ordered_at": "Order date (UTC)",
            "email": "Email",
            "quantity": "Ticket quantity",
            "currency": "Currency",
            "status": "Order status",
            "coupon": "Discount code used",
        },
        never=("Booking fee", "Event start"),
        absent=("event",),
    ),
    Case(
        "circle_paywall.csv",
        """\
Member email,Member name,Paywall,Price,Currency,Status,Charged on,Coupon used,Community
ann@x.org,Ann Lee,Pro,29.00,USD,Paid,2024-01-05T10:00:00Z,,Makers
bo@y.org,Bo Ray,Pro,14.50,USD,Refunded,2024-01-16T10:00:00Z,HALF,Makers
ann@x.org,Ann Lee,Pro,29.00,USD,Paid,2024-02-05T10:00:00Z,,Makers
""",
        "order_lines",
        {
            "email": "Member email",
            "price": "Price",
            "currency": "Currency",
            "status": "Status",
            "ordered_at": "Charged on",
            "coupon": "Coupon used",
        },
        never=("Community",),
    ),
    Case(
        "wechat_store_export.csv",
        """\
订单编号,订单状态,下单用户openid,买家微信昵称,收货姓名,收货电话,商品名称(品牌),商品SKU编码,数量,商品实际单价(元),订单实际支付金额(元),运费(元),支付完成时间,下单时间,发货时间,微信支付交易单号,带货者
3700001,已完成,oAAA1,小李,李,13800000001,笔记本(甲),NB1,2,15.00,30.00,0.00,2024-01-05 10:01:00,2024-01-05 10:00:00,2024-01-06 10:00:00,420000001,阿强
3700002,已取消,oAAA2,小王,王,13800000002,钢笔(乙),GB1,1,88.00,88.00,0.00,,2024-01-16 10:00:00,,,
3700003,已完成,oAAA1,小李,李,13800000001,钢笔(乙),GB1,1,88.00,88.00,0.00,2024-02-05 10:01:00,2024-02-05 10:00:00,2024-02-06 10:00:00,420000003,
""",
        "order_lines",
        {
            "order_id": "订单编号",
            "status": "订单状态",
            "customer_id": "下单用户openid",
            "phone": "收货电话",
            "item_name": "商品名称(品牌)",
            "item_id": "商品SKU编码",
            "quantity": "数量",
            "price": "商品实际单价(元)",
            "ordered_at": "支付完成时间",
            "created_at": "下单时间",
        },
        money="订单实际支付金额(元)",
        never=("运费(元)", "发货时间", "带货者"),
    ),
    Case(
        "训练营报名.csv",
        """\
报名编号,学员姓名,学员手机,所报课程,班级,缴费金额,缴费时间,缴费状态,优惠金额,招生老师,来源渠道
BM1,李雷,13800000001,考研数学,一班,2980,2024-01-05 10:00,已缴费,200,王老师,公众号
BM2,韩梅,13800000002,考研英语,二班,1980,2024-01-16 10:00,已退费,0,王老师,朋友圈
BM3,李雷,13800000001,考研英语,二班,1980,2024-02-05 10:00,已缴费,0,刘老师,公众号
""",
        "order_lines",
        {
            "order_id": "报名编号",
            "phone": "学员手机",
            "item_name": "所报课程",
            "amount": "缴费金额",
            "ordered_at": "缴费时间",
            "status": "缴费状态",
            "channel": "来源渠道",
        },
        never=("招生老师",),
    ),
    Case(
        "pos_cashier.csv",
        """\
流水号,收银员,门店,会员卡号,会员姓名,商品编码,商品名称,销售数量,零售价,销售金额,优惠金额,销售时间
LS1,小美,一店,V001,李,S1,牛奶,2,10.00,20.00,0.00,2024-01-05 10:00:00
LS2,小美,一店,V002,王,S2,面包,1,8.00,7.00,1.00,2024-01-16 10:00:00
LS3,小丽,一店,V001,李,S2,面包,3,8.00,24.00,0.00,2024-02-05 10:00:00
""",
        "order_lines",
        {
            "order_id": "流水号",
            "customer_id": "会员卡号",
            "item_id": "商品编码",
            "item_name": "商品名称",
            "quantity": "销售数量",
            "amount": "销售金额",
            "ordered_at": "销售时间",
        },
        never=("收银员", "门店"),
    ),
    Case(
        "portal_feedback.csv",
        """\
ReviewId,Reviewer Id,Product Id,Star Rating,Review Title,Review Text,Review Date,Verified Purchase
r1,u1,p1,5,Good,Very good,2024-01-05,Y
r2,u2,p1,2,Bad,Not so good,2024-01-16,N
r3,u1,p2,4,Fine,Quite fine,2024-02-05,Y
""",
        "ratings",
        {
            "customer_id": "Reviewer Id",
            "item_id": "Product Id",
            "rating": "Star Rating",
            "rated_at": "Review Date",
        },
    ),
    Case(
        "rees_behaviour.csv",
        """\
event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
2024-01-05 10:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde
2024-01-05 10:00:04 UTC,cart,3900821,2053013552326770905,appliances.water,aqua,33.20,554748717,9333dfbd
2024-01-05 10:01:04 UTC,purchase,3900821,2053013552326770905,appliances.water,aqua,33.20,554748717,9333dfbd
""",
        "events",
        {
            "customer_id": "user_id",
            "event": "event_type",
            "occurred_at": "event_time",
            "item_id": "product_id",
            "session_id": "user_session",
        },
    ),
    Case(
        "taobao_behaviour.csv",
        """\
user_id,item_id,behavior_type,user_geohash,item_category,time
98047837,232431562,1,,4245,2014-12-06 02
97726136,383583590,1,,5894,2014-12-09 20
98047837,64749712,4,,2883,2014-12-18 11
""",
        "events",
        {
            "customer_id": "user_id",
            "event": "behavior_type",
            "occurred_at": "time",
            "item_id": "item_id",
        },
    ),
    Case(
        "学习记录.csv",
        """\
学号,姓名,章节名称,开始学习时间,最近学习时间,学习时长（分钟）,完成状态,动作
s1,李雷,第一章,2024-01-05 10:00:00,2024-01-05 10:30:00,30,已完成,学习
s2,韩梅,第一章,2024-01-06 10:00:00,2024-01-06 10:05:00,5,未完成,学习
s1,李雷,第二章,2024-01-07 10:00:00,2024-01-07 10:40:00,40,已完成,测验
""",
        "events",
        {"customer_id": "学号", "event": "动作", "occurred_at": "开始学习时间"},
    ),
    Case(
        "profitwell.csv",
        """\
Customer ID,Email,Plan ID,Plan Interval,Plan Currency,Status,Value,Effective Date Started,Effective Date Ended,Trial End
c1,ann@x.org,pro,month,usd,active,29.00,2024-01-05,,
c2,bo@y.org,basic,year,usd,churned,90.00,2024-01-16,2024-06-16,2024-01-30
""",
        "subscriptions",
        {
            "customer_id": "Customer ID",
            "email": "Email",
            "plan": "Plan ID",
            "interval": "Plan Interval",
            "started_at": "Effective Date Started",
            "ended_at": "Effective Date Ended",
            "trial_ends_at": "Trial End",
            "currency": "Plan Currency",
            "amount": "Value",
        },
    ),
    Case(
        "teilnehmerliste.csv",
        """\
Teilnehmernummer;Name;E-Mail;Ort;Anmeldedatum;Newsletter
T1;Ann Lee;ann@x.de;Berlin;05.01.2024;ja
T2;Bo Ray;bo@y.de;Wien;16.01.2024;nein
""",
        "customers",
        {
            "customer_id": "Teilnehmernummer",
            "customer_name": "Name",
            "email": "E-Mail",
            "city": "Ort",
            "signed_up_at": "Anmeldedatum",
        },
    ),
    Case(
        "kurskatalog.csv",
        """\
Kurs-ID;Kurstitel;Rubrik;Dozent;Kursgebühr;Veröffentlicht am
K1;Fotografie;Kunst;Lee;99,00;05.01.2024
K2;Töpfern;Kunst;Ray;120,00;16.01.2024
""",
        "items",
        {
            "item_id": "Kurs-ID",
            "item_name": "Kurstitel",
            "category": "Rubrik",
            "teacher": "Dozent",
            "published_at": "Veröffentlicht am",
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=param)
def test_reading(case, tmp_path):
    assert differences(case, tmp_path) == []
