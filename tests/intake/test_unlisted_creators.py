"""Platforms of authors, teachers and payments that no recogniser knows."""

import pytest

from tests.intake.unlisted import Case, differences, param

CASES = [
    Case(
        "lemon_squeezy_orders.csv",
        """\
id,store_id,identifier,order_number,user_name,user_email,currency,subtotal,discount_total,tax,total,subtotal_usd,total_usd,tax_name,status,refunded,refunded_at,first_order_item_product_name,first_order_item_variant_name,test_mode,created_at,updated_at
9001,44,104e18a2,1,Ann Lee,ann@x.org,USD,999,0,0,999,999,999,,paid,false,,Icon set,Default,false,2024-01-05T10:00:00.000000Z,2024-01-06T10:00:00.000000Z
9002,44,204e18a2,2,Bo Ray,bo@y.org,EUR,1999,0,380,2379,2180,2595,VAT,refunded,true,2024-01-19T10:00:00.000000Z,Font,Pro,false,2024-01-16T10:00:00.000000Z,2024-01-19T10:00:00.000000Z
9003,44,304e18a2,3,Ann Lee,ann@x.org,USD,1999,0,0,1999,1999,1999,,paid,false,,Font,Pro,false,2024-02-05T10:00:00.000000Z,2024-02-06T10:00:00.000000Z
""",
        "order_lines",
        {
            "email": "user_email",
            "currency": "currency",
            "status": "status",
            "ordered_at": "created_at",
            "order_id": "order_number",
            "item_name": "first_order_item_product_name",
        },
        money="total",
        never=("store_id", "tax", "updated_at", "refunded_at", "total_usd"),
    ),
    Case(
        "paddle_transactions.csv",
        """\
Transaction ID,Order ID,Product ID,Product Name,Customer Email,Customer Country,Customer Postcode,Gross Amount,Tax Amount,Paddle Fee,Net Earnings,Currency,Balance Currency,Coupon,Transaction Date,Status,Subscription ID,Affiliate
41,5001-9,511,App Pro,ann@x.org,US,10001,49.00,0.00,2.95,46.05,USD,USD,,2024-01-05 10:00:00,Completed,,
42,5002-9,511,App Pro,bo@y.org,DE,10115,49.00,7.82,2.95,38.23,USD,USD,TEN,2024-01-16 10:00:00,Refunded,,
43,5003-9,512,App Max,ann@x.org,US,10001,99.00,0.00,5.45,93.55,USD,USD,,2024-02-05 10:00:00,Completed,,
""",
        "order_lines",
        {
            "order_id": "Order ID",
            "item_id": "Product ID",
            "item_name": "Product Name",
            "email": "Customer Email",
            "currency": "Currency",
            "coupon": "Coupon",
            "ordered_at": "Transaction Date",
            "status": "Status",
        },
        money="Gross Amount",
        never=("Tax Amount", "Paddle Fee", "Net Earnings", "Affiliate", "Balance Currency"),
    ),
    Case(
        "fastspring.csv",
        """\
Order ID,Order Reference,Transaction Date,Transaction Time,Buyer Email,Buyer Name,Buyer Country,Product Path,Product Display Name,Quantity,Transaction Currency,Item Total in Transaction Currency,Discount in Transaction Currency,Coupon Code,Payment Type,Order Type,Order Status
fs1,R-1,2024-01-05,10:00:00,ann@x.org,Ann Lee,US,app-pro,App Pro,1,USD,49.00,0.00,,card,sale,completed
fs2,R-2,2024-01-16,11:00:00,bo@y.org,Bo Ray,DE,app-max,App Max,2,EUR,90.00,8.00,TEN,paypal,sale,completed
fs3,R-3,2024-02-05,12:00:00,ann@x.org,Ann Lee,US,app-max,App Max,1,USD,49.00,0.00,,card,rebill,completed
""",
        "order_lines",
        {
            "order_id": "Order ID",
            "ordered_at": "Transaction Date",
            "time_of_day": "Transaction Time",
            "email": "Buyer Email",
            "item_name": "Product Display Name",
            "quantity": "Quantity",
            "currency": "Transaction Currency",
            "coupon": "Coupon Code",
            "status": "Order Status",
            "kind": "Order Type",
        },
        money="Item Total in Transaction Currency",
    ),
    Case(
        "podia_sales.csv",
        """\
Name,Email,Product,Price,Coupon,Affiliate Name,Affiliate Email,Payment Processor,Purchased At
Ann Lee,ann@x.org,Watercolour,$99.00,,,,Stripe,2024-01-05 10:00:00 UTC
Bo Ray,bo@y.org,Watercolour,$79.00,SAVE20,Cy,cy@z.org,PayPal,2024-01-16 10:00:00 UTC
Ann Lee,ann@x.org,Oil,$120.00,,,,Stripe,2024-02-05 10:00:00 UTC
""",
        "order_lines",
        {
            "email": "Email",
            "item_name": "Product",
            "price": "Price",
            "coupon": "Coupon",
            "ordered_at": "Purchased At",
        },
        never=("Affiliate Name", "Affiliate Email"),
        absent=("order_id",),
    ),
    Case(
        "learnworlds_payments.csv",
        """\
Payment Id,Invoice,User Id,User Email,Username,Product Id,Product Title,Product Type,Price,Discount,Coupon,Affiliate,Tax,Total,Currency,Payment Gateway,Created,Refunded At
p-1,101,u-1,ann@x.org,annlee,course-1,SQL,course,100,0,,,0,100,USD,stripe,2024-01-05 10:00:00,
p-2,102,u-2,bo@y.org,boray,bundle-1,Data,bundle,200,20,TEN,,0,180,USD,stripe,2024-01-16 10:00:00,
p-3,103,u-1,ann@x.org,annlee,bundle-1,Data,bundle,200,0,,,0,200,USD,stripe,2024-02-05 10:00:00,
""",
        "order_lines",
        {
            "customer_id": "User Id",
            "email": "User Email",
            "item_id": "Product Id",
            "item_name": "Product Title",
            "content_type": "Product Type",
            "currency": "Currency",
            "ordered_at": "Created",
            "coupon": "Coupon",
        },
        money="Total",
        never=("Affiliate", "Tax", "Refunded At"),
    ),
    Case(
        "systeme_io.csv",
        """\
Order number,Date,Customer first name,Customer last name,Customer email,Offer,Coupon,Amount,Tax,Total amount,Currency,Payment method,Status,Affiliate email
501,2024-01-05 10:00,Ann,Lee,ann@x.org,Launch kit,,97,0,97,EUR,Stripe,Paid,
502,2024-01-16 10:00,Bo,Ray,bo@y.org,Launch kit,HALF,48.5,0,48.5,EUR,Stripe,Refunded,cy@z.org
503,2024-02-05 10:00,Ann,Lee,ann@x.org,Coaching,,300,0,300,EUR,Stripe,Paid,
""",
        "order_lines",
        {
            "order_id": "Order number",
            "ordered_at": "Date",
            "email": "Customer email",
            "item_name": "Offer",
            "coupon": "Coupon",
            "currency": "Currency",
            "status": "Status",
        },
        money="Total amount",
        never=("Affiliate email", "Tax"),
    ),
    Case(
        "hotmart_vendas.csv",
        """\
Código da transação;Status da transação;Data da transação;Confirmação do pagamento;Produtor(a);Código do produto;Produto;Código do preço;Tipo de cobrança;Moeda de compra;Valor de compra com impostos;Valor de compra sem impostos;Comissão do produtor;Comprador(a);Email do(a) Comprador(a);Telefone;Cupom;Afiliado(a);Quantidade total de parcelas
HP001;Aprovado;05/01/2024 10:20:30;05/01/2024 10:21:30;Studio;881;Curso de piano;o1;À vista;BRL;197,00;197,00;160,00;Ana Lima;ana@x.br;11990000001;;;1
HP002;Reembolsado;16/01/2024 11:20:30;16/01/2024 11:21:30;Studio;881;Curso de piano;o1;À vista;BRL;197,00;197,00;160,00;Beto Sá;beto@y.br;11980000002;OI10;Caio;3
HP003;Aprovado;19/02/2024 11:20:30;19/02/2024 11:21:30;Studio;882;Curso de voz;o2;À vista;BRL;97,00;97,00;80,00;Ana Lima;ana@x.br;11990000001;;;1
""",
        "order_lines",
        {
            "order_id": "Código da transação",
            "status": "Status da transação",
            "item_id": "Código do produto",
            "item_name": "Produto",
            "currency": "Moeda de compra",
            "email": "Email do(a) Comprador(a)",
            "phone": "Telefone",
            "coupon": "Cupom",
        },
        money="Valor de compra com impostos",
        never=("Produtor(a)", "Comissão do produtor", "Afiliado(a)"),
    ),
    Case(
        "kiwify.csv",
        """\
ID da venda,Status,Produto,Cliente,Email,CPF / CNPJ,Celular,Data de Criação,Método,Parcelas,Valor líquido,Total com acréscimo,Taxas,Cupom,Nome do afiliado
k-1,paid,Curso X,Ana Lima,ana@x.br,111,5511999990001,2024-01-05 10:20:30,pix,1,92.10,97.00,4.90,,
k-2,refunded,Curso X,Beto Sá,beto@y.br,222,5511999990002,2024-01-16 10:20:30,pix,1,92.10,97.00,4.90,,Caio
k-3,paid,Curso Y,Ana Lima,ana@x.br,111,5511999990001,2024-02-05 10:20:30,pix,1,45.00,47.00,2.00,,
""",
        "order_lines",
        {
            "order_id": "ID da venda",
            "status": "Status",
            "item_name": "Produto",
            "email": "Email",
            "phone": "Celular",
            "ordered_at": "Data de Criação",
            "coupon": "Cupom",
        },
        never=("Taxas", "Nome do afiliado", "Parcelas"),
    ),
    Case(
        "eduzz.csv",
        """\
Fatura;Data de Criação;Data de Pagamento;Status;Cliente / E-mail;Cliente / Nome;ID do Produto;Produto;Valor da Venda;Ganho Líquido;Forma de Pagamento;Afiliado
F1;05/01/2024;05/01/2024;Paga;ana@x.br;Ana Lima;71;Ebook Pão;47,00;42,00;Cartão;
F2;16/01/2024;17/01/2024;Paga;beto@y.br;Beto Sá;71;Ebook Pão;47,00;42,00;Boleto;
F3;19/02/2024;;Aberta;ana@x.br;Ana Lima;72;Ebook Bolo;37,00;33,00;Boleto;
""",
        "order_lines",
        {
            "order_id": "Fatura",
            "ordered_at": "Data de Pagamento",
            "created_at": "Data de Criação",
            "status": "Status",
            "email": "Cliente / E-mail",
            "item_id": "ID do Produto",
            "item_name": "Produto",
        },
        money="Valor da Venda",
    ),
    Case(
        "memberful_members.csv",
        """\
Full Name,Email,Stripe Customer ID,Discord User ID,Plan,Subscription ID,Active,Auto-renew,Trialing,Price,Start Date,Cancellation Date,Expiration Date,Total spend,Country
Ann Lee,ann@x.org,cus_1,,Gold,11,Yes,Yes,No,10.00,2024-01-05,,2024-03-05,20.00,US
Bo Ray,bo@y.org,cus_2,,Silver,12,No,No,No,5.00,2024-01-16,2024-02-10,2024-02-16,5.00,DE
""",
        "subscriptions",
        {
            "email": "Email",
            "plan": "Plan",
            "started_at": "Start Date",
            "ended_at": "Expiration Date",
            "canceled_at": "Cancellation Date",
            "amount": "Price",
        },
    ),
    Case(
        "kofi_transactions.csv",
        """\
DateTime (UTC),From,Message,Item,Received,Given,Currency,TransactionType,TransactionId,Reference,SalesTax,SalesTaxPercentage,BuyerEmail
01/05/2024 10:00,Ann,Great!,Donation,5.00,0.00,USD,Donation,t-1,r-1,,,ann@x.org
01/16/2024 10:00,Bo,,Brush pack,12.00,0.00,USD,Shop Order,t-2,r-2,,,bo@y.org
02/05/2024 10:00,Ann,,Gold tier,8.00,0.00,USD,Monthly Donation,t-3,r-3,,,ann@x.org
""",
        "order_lines",
        {
            "ordered_at": "DateTime (UTC)",
            "item_name": "Item",
            "amount": "Received",
            "currency": "Currency",
            "order_id": "TransactionId",
            "email": "BuyerEmail",
            "transaction_type": "TransactionType",
        },
        never=("SalesTax", "Message"),
    ),
    Case(
        "buymeacoffee.csv",
        """\
Supporter name,Supporter email,Coffees,Support amount,Currency,Support note,Support date,Payment platform,Transaction id,Is refunded
Ann,ann@x.org,3,15,USD,Thanks,2024-01-05 10:00:00,stripe,tr_1,0
Bo,bo@y.org,1,5,USD,,2024-01-16 10:00:00,stripe,tr_2,1
Ann,ann@x.org,1,5,USD,,2024-02-05 10:00:00,stripe,tr_3,0
""",
        "order_lines",
        {
            "email": "Supporter email",
            "amount": "Support amount",
            "currency": "Currency",
            "ordered_at": "Support date",
            "order_id": "Transaction id",
        },
        never=("Support note",),
    ),
    Case(
        "payhip_sales.csv",
        """\
Date,Product Name,Buyer Email,Buyer Name,Amount Gross,VAT,Payhip Fee,Amount Net,Currency,Payment Type,Coupon Code,Affiliate Email,Transaction ID,IP Country
2024-01-05 10:00:00,Pattern A,ann@x.org,Ann Lee,10.00,0.00,0.50,9.20,GBP,PayPal,,,TX1,GB
2024-01-16 10:00:00,Pattern B,bo@y.org,Bo Ray,12.00,2.00,0.60,9.10,GBP,Stripe,SALE,cy@z.org,TX2,GB
2024-02-05 10:00:00,Pattern B,ann@x.org,Ann Lee,12.00,0.00,0.60,11.10,GBP,PayPal,,,TX3,GB
""",
        "order_lines",
        {
            "ordered_at": "Date",
            "item_name": "Product Name",
            "email": "Buyer Email",
            "order_id": "Transaction ID",
            "currency": "Currency",
            "coupon": "Coupon Code",
        },
        money="Amount Gross",
        never=("VAT", "Payhip Fee", "Affiliate Email"),
    ),
    Case(
        "sellfy.csv",
        """\
Order ID;Customer email;Customer name;Product;Quantity;Order value;Tax value;Currency;Discount code;Purchase date;Country;Payment provider;Newsletter opt-in
s1;ann@x.org;Ann Lee;Preset pack;1;19.00;0.00;EUR;;2024-01-05;US;stripe;yes
s2;bo@y.org;Bo Ray;Preset pack;1;15.20;2.89;EUR;MINUS20;2024-01-16;DE;stripe;no
s3;ann@x.org;Ann Lee;Video;1;39.00;0.00;EUR;;2024-02-05;US;stripe;yes
""",
        "order_lines",
        {
            "order_id": "Order ID",
            "email": "Customer email",
            "item_name": "Product",
            "quantity": "Quantity",
            "currency": "Currency",
            "coupon": "Discount code",
            "ordered_at": "Purchase date",
        },
        money="Order value",
        never=("Tax value", "Newsletter opt-in"),
    ),
    Case(
        "sendowl_orders.csv",
        """\
Order ID,State,Buyer Name,Buyer Email,Dispatched To,Settled Gross,Settled Gateway Fee,Settled Tax,Settled Currency,Discount Code,Products,Created At,Completed Checkout At,Affiliate Name
771,complete,Ann Lee,ann@x.org,,25.00,1.00,0.00,USD,,Ebook One,2024-01-05 10:00:00,2024-01-05 10:02:00,
772,refunded,Bo Ray,bo@y.org,,25.00,1.00,0.00,USD,,Ebook One,2024-01-16 10:00:00,2024-01-16 10:02:00,
773,complete,Ann Lee,ann@x.org,,40.00,1.00,0.00,USD,,Ebook Two,2024-02-05 10:00:00,2024-02-05 10:02:00,
""",
        "order_lines",
        {
            "order_id": "Order ID",
            "status": "State",
            "email": "Buyer Email",
            "currency": "Settled Currency",
            "coupon": "Discount Code",
            "item_name": "Products",
            "ordered_at": "Created At",
        },
        money="Settled Gross",
        never=("Settled Gateway Fee", "Settled Tax", "Affiliate Name"),
    ),
    Case(
        "eventbrite_orders.csv",
        """\
Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Event Name,Event ID,Currency,Gross Sales,Ticket Revenue,Eventbrite Fees,Eventbrite Payment Processing,Tax Paid,Order Type,Attendee Status,Discount Code,Event Start Date
301,2024-01-05 10:00:00,Ann,Lee,ann@x.org,2,General,Jazz night,E1,USD,44.00,40.00,3.00,1.00,0.00,Eventbrite Completed,Attending,,2024-03-01
302,2024-01-16 10:00:00,Bo,Ray,bo@y.org,1,VIP,Jazz night,E1,USD,66.00,60.00,4.00,2.00,0.00,Eventbrite Completed,Attending,,2024-03-01
303,2024-02-05 10:00:00,Ann,Lee,ann@x.org,1,General,Blues night,E2,USD,22.00,20.00,1.50,0.50,0.00,Refunded,Not attending,,2024-04-01
""",
        "order_lines",
        {
            "order_id": "Order #",
            "ordered_at": "Order Date",
            "email": "Email",
            "quantity": "Quantity",
            "currency": "Currency",
            "coupon": "Discount Code",
        },
        money="Gross Sales",
        never=("Eventbrite Fees", "Tax Paid", "Event Start Date"),
        absent=("event",),
    ),
    Case(
        "tickera.csv",
        """\
Ticket Code,Order Number,Order Status,Order Date,Buyer First Name,Buyer Last Name,Buyer E-Mail,Event Name,Ticket Type,Price,Order Total,Payment Gateway,Discount Code,Checked-in
T1,5001,Paid,2024-01-05 10:00:00,Ann,Lee,ann@x.org,Open day,Adult,10.00,20.00,Stripe,,Yes
T2,5001,Paid,2024-01-05 10:00:00,Ann,Lee,ann@x.org,Open day,Adult,10.00,20.00,Stripe,,Yes
T3,5002,Cancelled,2024-01-16 10:00:00,Bo,Ray,bo@y.org,Open day,Child,5.00,5.00,Stripe,,No
""",
        "order_lines",
        {
            "order_id": "Order Number",
            "status": "Order Status",
            "ordered_at": "Order Date",
            "email": "Buyer E-Mail",
            "price": "Price",
            "order_total": "Order Total",
            "coupon": "Discount Code",
        },
        absent=("event",),
    ),
    Case(
        "sumup_transaktionen.csv",
        """\
Transaktions-ID;Datum;Transaktionstyp;Kartentyp;Letzte 4 Ziffern;Zahlungsmethode;Status;Gesamt;Netto;Steuerbetrag;Trinkgeld;Gebühr;Auszahlung;E-Mail (Beleg);Kontonutzer
T1;05.01.2024 10:00;Verkauf;VISA;1111;chip;Erfolgreich;20,00;16,81;3,19;0,00;0,38;19,62;ann@x.de;shop@s.de
T2;16.01.2024 10:00;Verkauf;VISA;2222;chip;Erfolgreich;30,00;25,21;4,79;0,00;0,57;29,43;bo@y.de;shop@s.de
T3;19.02.2024 10:00;Rückerstattung;VISA;1111;chip;Erfolgreich;-20,00;-16,81;-3,19;0,00;0,00;-20,00;ann@x.de;shop@s.de
""",
        "order_lines",
        {
            "order_id": "Transaktions-ID",
            "ordered_at": "Datum",
            "transaction_type": "Transaktionstyp",
            "status": "Status",
            "email": "E-Mail (Beleg)",
        },
        money="Gesamt",
        never=("Steuerbetrag", "Trinkgeld", "Gebühr", "Auszahlung", "Kontonutzer"),
    ),
    Case(
        "mollie_payments.csv",
        """\
Date,Payment method,Currency,Amount,Status,ID,Description,Consumer name,Consumer bank account,Settlement currency,Settlement amount,Settlement reference,Amount refunded,Customer ID,Order number
2024-01-05 10:00:00,ideal,EUR,20.00,paid,tr_1,Order 1,Ann Lee,NL01,EUR,20.00,S1,0.00,cst_1,1
2024-01-16 10:00:00,ideal,EUR,30.00,expired,tr_2,Order 2,Bo Ray,NL02,EUR,0.00,,0.00,cst_2,2
2024-02-05 10:00:00,ideal,EUR,25.00,paid,tr_3,Order 3,Ann Lee,NL01,EUR,25.00,S2,5.00,cst_1,3
""",
        "order_lines",
        {
            "ordered_at": "Date",
            "currency": "Currency",
            "amount": "Amount",
            "status": "Status",
            "refunded_amount": "Amount refunded",
            "customer_id": "Customer ID",
            "order_id": "Order number",
        },
        never=("Settlement amount", "Settlement currency", "Consumer bank account"),
    ),
    Case(
        "adyen_received_payments.csv",
        """\
Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Currency,Amount,Type,Risk Scoring,Shopper Interaction,Shopper Name,Shopper Email,Shopper Reference,Shopper Country,Issuer Name,Acquirer Response
Acme,AcmeWeb,8815000001,ORD-1,visa,2024-01-05 10:00:00,CET,EUR,20.00,Authorised,0,Ecommerce,Ann Lee,ann@x.org,shopper-1,NL,ING,APPROVED
Acme,AcmeWeb,8815000002,ORD-2,mc,2024-01-16 10:00:00,CET,EUR,30.00,Refused,10,Ecommerce,Bo Ray,bo@y.org,shopper-2,NL,ABN,DECLINED
Acme,AcmeWeb,8815000003,ORD-3,visa,2024-02-05 10:00:00,CET,EUR,25.00,Authorised,0,Ecommerce,Ann Lee,ann@x.org,shopper-1,NL,ING,APPROVED
""",
        "order_lines",
        {
            "order_id": "Merchant Reference",
            "ordered_at": "Creation Date",
            "time_zone": "TimeZone",
            "currency": "Currency",
            "amount": "Amount",
            "email": "Shopper Email",
            "customer_id": "Shopper Reference",
        },
        never=("Company Account", "Merchant Account", "Risk Scoring"),
    ),
    Case(
        "braintree.csv",
        """\
Transaction ID,Subscription ID,Transaction Type,Transaction Status,Created Datetime,Created Timezone,Settlement Date,Merchant Account,Amount Authorized,Amount Submitted For Settlement,Service Fee,Tax Amount,Currency ISO Code,Order ID,Customer ID,Customer First Name,Customer Last Name,Customer Email,Refunded Transaction ID
bt1,,sale,settled,01/05/2024 10:00:00,America/Chicago,01/06/2024,acme,20.00,20.00,0.00,0.00,USD,ORD-1,c1,Ann,Lee,ann@x.org,
bt2,,sale,voided,01/16/2024 10:00:00,America/Chicago,,acme,30.00,0.00,0.00,0.00,USD,ORD-2,c2,Bo,Ray,bo@y.org,
bt3,,credit,settled,02/05/2024 10:00:00,America/Chicago,02/06/2024,acme,20.00,20.00,0.00,0.00,USD,ORD-1,c1,Ann,Lee,ann@x.org,bt1
""",
        "order_lines",
        {
            "order_id": "Order ID",
            "transaction_type": "Transaction Type",
            "status": "Transaction Status",
            "ordered_at": "Created Datetime",
            "time_zone": "Created Timezone",
            "currency": "Currency ISO Code",
            "customer_id": "Customer ID",
            "email": "Customer Email",
        },
        never=("Service Fee", "Tax Amount", "Merchant Account", "Settlement Date"),
    ),
    Case(
        "razorpay_payments.csv",
        """\
id,entity,amount,currency,status,order_id,invoice_id,international,method,amount_refunded,refund_status,captured,description,card_id,bank,wallet,vpa,email,contact,notes,fee,tax,error_code,created_at
pay_1,payment,49900,INR,captured,order_1,,false,upi,0,,true,Course,,,,a@upi,ann@x.org,+919900000001,"{""course"":""7""}",1178,180,,05/01/2024 10:20:30
pay_2,payment,99900,INR,failed,order_2,,false,card,0,,false,Course,,,,,bo@y.org,+919900000002,[],0,0,BAD,16/01/2024 10:20:30
pay_3,payment,49900,INR,refunded,order_3,,false,upi,49900,full,true,Course,,,,a@upi,ann@x.org,+919900000001,[],1178,180,,19/02/2024 10:20:30
""",
        "order_lines",
        {
            "order_id": "order_id",
            "amount": "amount",
            "currency": "currency",
            "status": "status",
            "refunded_amount": "amount_refunded",
            "email": "email",
            "phone": "contact",
            "ordered_at": "created_at",
        },
        never=("fee", "tax", "card_id"),
    ),
    Case(
        "paystack.csv",
        """\
ID,Reference,Amount Paid,Paystack Fees,Amount Settled,Currency,Status,Customer (Fullname),Customer (Email),Customer (Phone),Transaction Date,Channel,Card Type,Card Bank,IP Address
1001,ref1,5000,75,4925,NGN,success,Ann Lee,ann@x.org,+234801,2024-01-05T10:00:00,card,visa,GTB,1.1.1.1
1002,ref2,7000,105,6895,NGN,failed,Bo Ray,bo@y.org,+234802,2024-01-16T10:00:00,bank,,,1.1.1.2
1003,ref3,5000,75,4925,NGN,success,Ann Lee,ann@x.org,+234801,2024-02-05T10:00:00,card,visa,GTB,1.1.1.1
""",
        "order_lines",
        {
            "amount": "Amount Paid",
            "currency": "Currency",
            "status": "Status",
            "email": "Customer (Email)",
            "phone": "Customer (Phone)",
            "ordered_at": "Transaction Date",
        },
        never=("Paystack Fees", "Amount Settled"),
    ),
    Case(
        "mercado_pago.csv",
        """\
Fecha de compra (date_created);Fecha de acreditación (date_approved);Fecha de liberación (date_released);E-mail contraparte (counterpart_email);Teléfono contraparte (counterpart_phone_number);Descripción de la operación (reason);Código de referencia (external_reference);Número de operación (operation_id);Estado de la operación (status);Tipo de operación (operation_type);Valor del producto (transaction_amount);Tarifa de Mercado Pago (mercadopago_fee);Costo de envío (shipping_cost);Monto recibido (net_received_amount);Monto devuelto (amount_refunded)
05/01/2024 10:20:30;05/01/2024 10:21:00;19/01/2024 10:21:00;ana@x.ar;5411;Taller;R1;900001;approved;regular_payment;1000,00;-50,00;0,00;950,00;0,00
16/01/2024 10:20:30;16/01/2024 10:21:00;30/01/2024 10:21:00;beto@y.ar;5412;Taller;R2;900002;refunded;regular_payment;1000,00;-50,00;0,00;950,00;1000,00
19/02/2024 10:20:30;19/02/2024 10:21:00;28/02/2024 10:21:00;ana@x.ar;5411;Curso;R3;900003;approved;regular_payment;2000,00;-99,00;0,00;1901,00;0,00
""",
        "order_lines",
        {
            "email": "E-mail contraparte (counterpart_email)",
            "status": "Estado de la operación (status)",
            "amount": "Valor del producto (transaction_amount)",
            "refunded_amount": "Monto devuelto (amount_refunded)",
            "order_id": "Número de operación (operation_id)",
        },
        never=(
            "Tarifa de Mercado Pago (mercadopago_fee)",
            "Costo de envío (shipping_cost)",
            "Fecha de liberación (date_released)",
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=param)
def test_reading(case, tmp_path):
    assert differences(case, tmp_path) == []
