"""Shops and marketplaces of the West that no recogniser knows."""

import pytest

from tests.intake.unlisted import Case, differences, param

CASES = [
    Case(
        "squarespace.csv",
        """\
Order ID,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Amount Refunded,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem variant,Lineitem requires shipping,Billing Name,Billing Phone,Payment Method,Payment Reference,Channel Type,Channel Name
00501,ann@x.org,PAID,2024-03-01 10:00:00 -0500,FULFILLED,2024-03-03 09:00:00 -0500,USD,60.00,5.00,4.80,0.00,69.80,SPRING,0.00,Standard,2024-03-01 09:58:00 -0500,2,Knitting course,20.00,SQ100,Blue,false,Ann Lee,555-0101,STRIPE,ch_1,web,site
00501,ann@x.org,,,,,,,,,,,,,,2024-03-01 09:58:00 -0500,1,Wool,20.00,SQ200,Red,true,,,,,,
00502,bo@y.org,PAID,2024-03-02 11:00:00 -0500,PENDING,,USD,20.00,5.00,1.60,20.00,26.60,,0.00,Standard,2024-03-02 10:58:00 -0500,1,Wool,20.00,SQ200,Red,true,Bo Ray,555-0102,PAYPAL,ch_2,web,site
""",
        "order_lines",
        {
            "order_id": "Order ID",
            "email": "Email",
            "ordered_at": "Paid at",
            "created_at": "Created at",
            "order_total": "Total",
            "price": "Lineitem price",
            "quantity": "Lineitem quantity",
            "item_id": "Lineitem sku",
            "item_name": "Lineitem name",
            "currency": "Currency",
            "status": "Financial Status",
            "refunded_amount": "Amount Refunded",
            "coupon": "Discount Code",
        },
        never=("Shipping", "Taxes", "Payment Reference", "Fulfilled at"),
    ),
    Case(
        "wix_orders.csv",
        """\
Order number,Date created,Time,Total order quantity,Contact email,Note from customer,Additional checkout info,Item,Variant,SKU,Qty,Quantity refunded,Price,Weight,Custom text,Deposit amount,Delivery method,Delivery time,Recipient name,Recipient phone,Recipient company name,Delivery country,Billing name,Billing country,Payment status,Payment method,Coupon code,Gift card amount,Shipping rate,Total tax,Total,Currency,Refunded amount,Net amount,Fulfillment status,Tracking #
10021,"Mar 4, 2024",10:21:00 AM,2,ann@x.org,,,Guitar basics,Standard,GB-1,2,0,49.00,0,,,,,Ann Lee,+15550101,,USA,Ann Lee,USA,Paid,Credit card,,0,0,0,98.00,USD,0,98.00,Fulfilled,
10022,"Mar 5, 2024",11:20:00 PM,1,bo@y.org,,,Songbook,Standard,SB-1,1,0,19.00,0,,,,,Bo Ray,+15550102,,USA,Bo Ray,USA,Paid,Credit card,TEN,0,0,0,17.10,USD,0,17.10,Fulfilled,
10023,"Mar 6, 2024",9:20:00 PM,1,ann@x.org,,,Songbook,Standard,SB-1,1,0,19.00,0,,,,,Ann Lee,+15550101,,USA,Ann Lee,USA,Paid,Credit card,,0,0,0,19.00,USD,0,19.00,Fulfilled,
""",
        "order_lines",
        {
            "order_id": "Order number",
            "email": "Contact email",
            "ordered_at": "Date created",
            "item_name": "Item",
            "item_id": "SKU",
            "quantity": "Qty",
            "currency": "Currency",
            "status": "Payment status",
            "coupon": "Coupon code",
            "refunded_amount": "Refunded amount",
            "time_of_day": "Time",
        },
        money="Total",
        never=("Delivery time", "Shipping rate", "Total tax", "Gift card amount", "Tracking #"),
    ),
    Case(
        "ecwid.csv",
        """\
order_number;datetime;customer_email;billing_person_name;billing_person_phone;payment_method;payment_status;fulfillment_status;shipping_method;subtotal;tax;shipping;discount;total;product_name;product_sku;product_price;product_quantity;product_category;referer
A-1001;2024-02-03 10:11:12 +0000;ann@x.org;Ann Lee;+49301;PayPal;PAID;SHIPPED;DHL;40;7.6;5;0;52.6;Tea box;T-1;20;2;Tea;https://a.example
A-1002;2024-02-04 12:11:12 +0000;bo@y.org;Bo Ray;+49302;PayPal;AWAITING_PAYMENT;PROCESSING;DHL;20;3.8;5;0;28.8;Tea box;T-1;20;1;Tea;https://a.example
A-1003;2024-02-08 12:11:12 +0000;ann@x.org;Ann Lee;+49301;PayPal;PAID;PROCESSING;DHL;9;1.7;5;0;15.7;Cup;C-1;9;1;Cups;https://b.example
""",
        "order_lines",
        {
            "order_id": "order_number",
            "email": "customer_email",
            "ordered_at": "datetime",
            "item_name": "product_name",
            "item_id": "product_sku",
            "price": "product_price",
            "quantity": "product_quantity",
            "category": "product_category",
            "order_total": "total",
            "status": "payment_status",
        },
        never=("tax", "shipping", "referer"),
    ),
    Case(
        "prestashop_commandes.csv",
        """\
ID;Référence;Nouveau client;Livraison;Client;Total;Paiement;État;Date
12;XKBKNABJK;1;France;J. Dupont;59,90 €;Carte bancaire;Paiement accepté;2024-01-15 10:20:30
13;OHSATSERP;0;France;A. Martin;19,90 €;Chèque;Annulé;2024-01-16 11:20:30
14;UOYEVOLI;0;Belgique;J. Dupont;29,90 €;Carte bancaire;Paiement accepté;2024-01-18 11:20:30
""",
        "order_lines",
        {"customer_name": "Client", "ordered_at": "Date", "status": "État"},
        money="Total",
        never=("Livraison", "Paiement", "Nouveau client"),
    ),
    Case(
        "shopware_bestellungen.csv",
        """\
Bestellnummer;Bestelldatum;Kundennummer;Kunden-E-Mail;Rechnungsadresse Name;Artikelnummer;Artikelbezeichnung;Menge;Einzelpreis;Gesamtpreis;Versandkosten;MwSt.;Gesamtbetrag;Währung;Zahlungsstatus;Bestellstatus;Gutscheincode
10001;15.01.2024 10:20;20001;ann@x.de;Ann Lee;SW100;Kurs Fotografie;1;199,00;199,00;4,90;38,74;203,90;EUR;bezahlt;abgeschlossen;
10001;15.01.2024 10:20;20001;ann@x.de;Ann Lee;SW101;Buch;2;10,00;20,00;4,90;38,74;223,90;EUR;bezahlt;abgeschlossen;
10002;16.01.2024 11:20;20002;bo@y.de;Bo Ray;SW101;Buch;1;10,00;10,00;4,90;1,90;14,90;EUR;offen;offen;NEU10
""",
        "order_lines",
        {
            "order_id": "Bestellnummer",
            "ordered_at": "Bestelldatum",
            "customer_id": "Kundennummer",
            "email": "Kunden-E-Mail",
            "item_id": "Artikelnummer",
            "item_name": "Artikelbezeichnung",
            "quantity": "Menge",
            "price": "Einzelpreis",
            "currency": "Währung",
            "coupon": "Gutscheincode",
        },
        money="Gesamtpreis",
        never=("Versandkosten", "MwSt."),
    ),
    Case(
        "jtl_verkauf.csv",
        """\
Auftragsnummer;Rechnungsnummer;Erstelldatum;Versanddatum;Kundennr;Firma;Nachname;E-Mail;Plattform;Artikelnr;Artikelname;Anzahl;VK Netto;VK Brutto;Lieferadresse Ort;Zahlungsart
AU-2024-001;RE-1;03.02.2024;05.02.2024;K1001;;Lee;ann@x.de;Webshop;A-1;Lernheft;3;8,40;9,99;Berlin;PayPal
AU-2024-002;RE-2;04.02.2024;06.02.2024;K1002;;Ray;bo@y.de;eBay;A-2;Poster;1;16,80;19,99;Köln;PayPal
AU-2024-003;RE-3;07.02.2024;09.02.2024;K1001;;Lee;ann@x.de;Webshop;A-2;Poster;1;16,80;19,99;Berlin;PayPal
""",
        "order_lines",
        {
            "order_id": "Auftragsnummer",
            "ordered_at": "Erstelldatum",
            "customer_id": "Kundennr",
            "email": "E-Mail",
            "item_id": "Artikelnr",
            "item_name": "Artikelname",
            "quantity": "Anzahl",
        },
        never=("Versanddatum", "Rechnungsnummer"),
    ),
    Case(
        "opencart.csv",
        """\
order_id,invoice_no,store_name,customer_id,customer,email,telephone,payment_method,shipping_method,total,order_status,currency_code,date_added,date_modified
1,0,My Store,7,Ann Lee,ann@x.org,5550101,Bank,Flat,100.0000,Complete,USD,2024-01-03 10:00:00,2024-01-09 10:00:00
2,0,My Store,8,Bo Ray,bo@y.org,5550102,Bank,Flat,35.5000,Pending,USD,2024-01-04 10:00:00,2024-01-08 10:00:00
3,0,My Store,7,Ann Lee,ann@x.org,5550101,Bank,Flat,12.0000,Canceled,USD,2024-01-07 10:00:00,2024-01-10 10:00:00
""",
        "order_lines",
        {
            "order_id": "order_id",
            "customer_id": "customer_id",
            "email": "email",
            "phone": "telephone",
            "ordered_at": "date_added",
            "status": "order_status",
            "currency": "currency_code",
        },
        money="total",
        never=("store_name", "invoice_no", "date_modified"),
    ),
    Case(
        "ebay_orders.csv",
        """\
Sales Record Number,Order Number,Buyer Username,Buyer Name,Buyer Email,Buyer Note,Ship To Name,Ship To Phone,Item Number,Item Title,Custom Label,Quantity,Sold For,Shipping And Handling,Seller Collected Tax,Total Price,Payment Method,Sale Date,Paid On Date,Ship By Date,Shipped On Date,Feedback Left,Tracking Number,Transaction ID
101,26-01234-00001,annlee,Ann Lee,ann@members.example,,Ann Lee,5550101,335000000001,Vintage map,VM-1,1,$25.00,$4.00,$0.00,$29.00,PayPal,Jan-05-24,Jan-05-24,Jan-08-24,Jan-06-24,Yes,9400100,170001
102,26-01234-00002,boray,Bo Ray,bo@members.example,,Bo Ray,5550102,335000000002,Old globe,OG-1,1,$80.00,$9.00,$0.00,$89.00,PayPal,Jan-06-24,Jan-06-24,Jan-09-24,Jan-07-24,No,9400101,170002
103,26-01234-00003,annlee,Ann Lee,ann@members.example,,Ann Lee,5550101,335000000003,Compass,CO-1,2,$15.00,$4.00,$0.00,$34.00,PayPal,Jan-08-24,Jan-09-24,Jan-12-24,Jan-10-24,No,9400102,170003
""",
        "order_lines",
        {
            "order_id": "Order Number",
            "customer_id": "Buyer Username",
            "email": "Buyer Email",
            "ordered_at": "Paid On Date",
            "item_id": "Item Number",
            "item_name": "Item Title",
            "quantity": "Quantity",
        },
        never=("Ship By Date", "Shipped On Date", "Seller Collected Tax", "Tracking Number"),
    ),
    Case(
        "etsy_like_marketplace.csv",
        """\
Marketplace Order,Placed On,Purchaser,Purchaser E-Mail,Artwork,Artwork No,Pieces,Piece Price,Order Sum,Seller,Seller E-Mail,Marketplace Commission,Payout
M-900,2024-05-01,Ann Lee,ann@x.org,Blue print,W1,1,40.00,40.00,Studio A,studio@a.org,4.00,36.00
M-901,2024-05-02,Bo Ray,bo@y.org,Red print,W2,2,30.00,60.00,Studio A,studio@a.org,6.00,54.00
M-902,2024-05-04,Ann Lee,ann@x.org,Red print,W2,1,30.00,30.00,Studio A,studio@a.org,3.00,27.00
""",
        "order_lines",
        {
            "order_id": "Marketplace Order",
            "ordered_at": "Placed On",
            "email": "Purchaser E-Mail",
            "quantity": "Pieces",
        },
        money="Order Sum",
        never=("Seller", "Seller E-Mail", "Marketplace Commission", "Payout"),
    ),
    Case(
        "lightspeed_sales.csv",
        """\
Date,Receipt number,Line type,Customer,Customer code,Quantity,Subtotal,Sales tax,Discount,Loyalty,Total,Paid,Details,Register,User,Status,Sku
2024-02-01 10:00:00,5001,Sale,Ann Lee,ANN-1,1,20.00,1.60,0,0,21.60,21.60,Yoga mat,Main,Eve,Completed,YM1
2024-02-02 10:00:00,5002,Sale,Bo Ray,BO-1,2,40.00,3.20,0,0,43.20,43.20,Yoga mat,Main,Eve,Completed,YM1
2024-02-05 10:00:00,5003,Sale,Ann Lee,ANN-1,1,15.00,1.20,0,0,16.20,16.20,Strap,Main,Joe,Voided,ST1
""",
        "order_lines",
        {
            "ordered_at": "Date",
            "order_id": "Receipt number",
            "customer_id": "Customer code",
            "quantity": "Quantity",
            "item_id": "Sku",
            "status": "Status",
        },
        money="Total",
        never=("User", "Register", "Sales tax", "Loyalty"),
    ),
    Case(
        "toast_orders.csv",
        """\
Location,Order Id,Order #,Checks,Opened,# of Guests,Tab Names,Server,Table,Revenue Center,Dining Options,Guest Email,Discount Amount,Amount,Tax,Tip,Gratuity,Total,Voided,Paid,Closed
Downtown,3000001,1,1,1/5/24 11:02 AM,2,,Eve S,12,Bar,Dine In,ann@x.org,0.00,40.00,3.20,8.00,0.00,51.20,false,1/5/24 12:02 PM,1/5/24 12:03 PM
Downtown,3000002,2,1,1/5/24 11:32 AM,4,,Eve S,14,Bar,Dine In,bo@y.org,0.00,80.00,6.40,15.00,0.00,101.40,false,1/5/24 12:32 PM,1/5/24 12:33 PM
Downtown,3000003,1,1,1/16/24 11:32 AM,1,,Joe T,2,Bar,Take Out,ann@x.org,0.00,20.00,1.60,0.00,0.00,21.60,false,1/16/24 11:52 AM,1/16/24 11:53 AM
""",
        "order_lines",
        {"order_id": "Order Id", "email": "Guest Email"},
        absent=("customer_name",),
        never=("Server", "Tip", "Tax", "Gratuity", "Location", "# of Guests"),
    ),
    Case(
        "clover_payments.csv",
        """\
Payment Date,Order Date,Payment ID,Order ID,Invoice Number,Tender,Result,Amount,Tax Amount,Tip Amount,Refund Amount,Payment Employee ID,Payment Employee Name,Customer ID,Customer Name,Card Brand,Device
05-Jan-2024 11:02 AM EST,05-Jan-2024 11:00 AM EST,PAY1,ORD1,,Credit Card,SUCCESS,25.00,2.00,3.00,0.00,E1,Eve,CUST1,Ann Lee,VISA,D1
06-Jan-2024 11:02 AM EST,06-Jan-2024 11:00 AM EST,PAY2,ORD2,,Credit Card,SUCCESS,35.00,2.80,4.00,0.00,E1,Eve,CUST2,Bo Ray,VISA,D1
09-Jan-2024 11:02 AM EST,09-Jan-2024 11:00 AM EST,PAY3,ORD3,,Cash,FAIL,15.00,1.20,0.00,0.00,E2,Joe,CUST1,Ann Lee,,D1
""",
        "order_lines",
        {
            "order_id": "Order ID",
            "customer_id": "Customer ID",
            "ordered_at": "Payment Date",
            "refunded_amount": "Refund Amount",
            "status": "Result",
        },
        money="Amount",
        never=("Tax Amount", "Tip Amount", "Payment Employee ID", "Payment Employee Name"),
    ),
    Case(
        "zettle_verkaeufe.csv",
        """\
Datum;Uhrzeit;Quittungsnummer;Kunde;Mitarbeiter;Artikel;Variante;Menge;Preis (EUR);Rabatt (EUR);Endpreis (EUR);MwSt (EUR);Zahlungsmethode
01.03.2024;10:05;1001;Ann Lee;Eve;Kaffee;groß;2;3,50;0,00;7,00;1,12;Karte
01.03.2024;10:15;1002;Bo Ray;Eve;Kuchen;;1;4,20;0,20;4,00;0,26;Bar
04.03.2024;09:15;1003;Ann Lee;Joe;Kaffee;klein;1;2,50;0,00;2,50;0,40;Karte
""",
        "order_lines",
        {
            "ordered_at": "Datum",
            "time_of_day": "Uhrzeit",
            "order_id": "Quittungsnummer",
            "customer_name": "Kunde",
            "item_name": "Artikel",
            "quantity": "Menge",
            "price": "Preis (EUR)",
        },
        money="Endpreis (EUR)",
        never=("Mitarbeiter", "MwSt (EUR)"),
    ),
    Case(
        "quickbooks_sales_by_customer.csv",
        """\
Date,Transaction type,Num,Product/Service,Memo/Description,Customer,Qty,Sales price,Amount,Balance
01/05/2024,Invoice,1037,Consulting,Hours,Acme Ltd,3,100.00,300.00,300.00
01/17/2024,Invoice,1038,Training,One day,Bolt Inc,1,900.00,900.00,1200.00
02/02/2024,Credit Memo,1039,Training,One day,Bolt Inc,-1,900.00,-900.00,300.00
""",
        "order_lines",
        {
            "ordered_at": "Date",
            "order_id": "Num",
            "item_name": "Product/Service",
            "customer_name": "Customer",
            "quantity": "Qty",
            "price": "Sales price",
            "transaction_type": "Transaction type",
        },
        money="Amount",
        never=("Balance",),
    ),
    Case(
        "xero_invoices.csv",
        """\
ContactName,EmailAddress,POAddressLine1,POCity,InvoiceNumber,Reference,InvoiceDate,DueDate,PlannedDate,Total,TaxTotal,InvoiceAmountPaid,InvoiceAmountDue,InventoryItemCode,Description,Quantity,UnitAmount,Discount,LineAmount,AccountCode,TaxType,TaxAmount,Currency,Type,Sent,Status
Acme Ltd,pay@acme.org,1 Road,Leeds,INV-0001,,5/01/2024,20/01/2024,,240.00,40.00,240.00,0.00,CONS,Consulting,2,100.00,,200.00,200,20% (VAT on Income),40.00,GBP,Sales invoice,Sent,Paid
Bolt Inc,pay@bolt.org,2 Road,York,INV-0002,,17/01/2024,31/01/2024,,120.00,20.00,0.00,120.00,TRAIN,Training,1,100.00,,100.00,200,20% (VAT on Income),20.00,GBP,Sales invoice,Sent,Awaiting Payment
Acme Ltd,pay@acme.org,1 Road,Leeds,INV-0003,,19/02/2024,28/02/2024,,60.00,10.00,60.00,0.00,TRAIN,Training,0.5,100.00,,50.00,200,20% (VAT on Income),10.00,GBP,Sales invoice,Sent,Paid
""",
        "order_lines",
        {
            "order_id": "InvoiceNumber",
            "email": "EmailAddress",
            "ordered_at": "InvoiceDate",
            "item_id": "InventoryItemCode",
            "item_name": "Description",
            "quantity": "Quantity",
            "price": "UnitAmount",
            "currency": "Currency",
            "status": "Status",
        },
        money="LineAmount",
        never=("DueDate", "TaxTotal", "InvoiceAmountDue", "AccountCode", "TaxAmount"),
    ),
    Case(
        "zoho_invoice.csv",
        """\
Invoice Date,Invoice ID,Invoice Number,Invoice Status,Customer ID,Customer Name,Due Date,Currency Code,Exchange Rate,SubTotal,Total,Balance,Item Name,Item Desc,Quantity,Item Price,Discount Amount,Item Total,Product ID,Item Tax,Item Tax Amount,Primary Contact EmailID,Sales person
2024-01-05,98000000001,INV-1,Closed,46000001,Ann Lee,2024-01-20,INR,1.0,300,354,0,SQL course,,1,300,0,300,P1,GST,54,ann@x.org,Eve
2024-01-06,98000000002,INV-2,Overdue,46000002,Bo Ray,2024-01-21,INR,1.0,500,590,590,R course,,1,500,0,500,P2,GST,90,bo@y.org,Eve
2024-02-06,98000000003,INV-3,Closed,46000001,Ann Lee,2024-02-21,INR,1.0,500,590,0,R course,,1,500,0,500,P2,GST,90,ann@x.org,Joe
""",
        "order_lines",
        {
            "ordered_at": "Invoice Date",
            "status": "Invoice Status",
            "customer_id": "Customer ID",
            "currency": "Currency Code",
            "item_name": "Item Name",
            "quantity": "Quantity",
            "item_id": "Product ID",
            "price": "Item Price",
            "amount": "Item Total",
            "order_total": "Total",
        },
        never=("Due Date", "Balance", "Sales person", "Exchange Rate", "Item Tax Amount"),
    ),
    Case(
        "mercado_libre_vendas.csv",
        """\
N.º de venda;Data da venda;Estado;Unidades;Receita por produtos (BRL);Tarifa de venda e impostos;Tarifas de envio;Cancelamentos e reembolsos (BRL);Total (BRL);SKU;N.º do anúncio;Título do anúncio;Preço unitário de venda do anúncio (BRL);Comprador;E-mail do comprador;CPF;Endereço
2000001;05/01/2024 10:20;Venda entregue;1;100,00;-12,00;-8,00;0,00;80,00;S-1;MLB1;Curso em livro;100,00;Ana Lima;ana@x.br;111;Rua 1
2000002;16/01/2024 11:20;Venda cancelada;2;200,00;-24,00;-8,00;-200,00;-32,00;S-1;MLB1;Curso em livro;100,00;Beto Sá;beto@y.br;222;Rua 2
2000003;19/02/2024 11:20;Venda entregue;1;50,00;-6,00;-8,00;0,00;36,00;S-2;MLB2;Caderno;50,00;Ana Lima;ana@x.br;111;Rua 1
""",
        "order_lines",
        {
            "order_id": "N.º de venda",
            "ordered_at": "Data da venda",
            "status": "Estado",
            "quantity": "Unidades",
            "email": "E-mail do comprador",
            "item_name": "Título do anúncio",
        },
        never=("Tarifa de venda e impostos", "Tarifas de envio", "Endereço"),
    ),
    Case(
        "tiendanube_ventas.csv",
        """\
Número de orden;Email;Fecha;Estado de la orden;Estado del pago;Estado del envío;Moneda;Subtotal;Descuento;Costo de envío;Total;Nombre del comprador;DNI / CUIT;Teléfono;Medio de pago;Cupón de descuento;Nombre del producto;Precio del producto;Cantidad del producto;SKU;Canal
1501;ana@x.ar;05/01/2024 10:20:30;Abierta;Recibido;Enviado;ARS;3000;0;500;3500;Ana Lima;30111;+54911;Tarjeta;;Curso de canto;1500;2;CC-1;Mobile
1502;beto@y.ar;16/01/2024 11:20:30;Cancelada;Anulado;No enviado;ARS;1500;0;500;2000;Beto Sá;30222;+54912;Tarjeta;HOLA;Curso de canto;1500;1;CC-1;Web
1503;ana@x.ar;19/02/2024 11:20:30;Abierta;Recibido;Enviado;ARS;900;0;500;1400;Ana Lima;30111;+54911;Tarjeta;;Cuaderno;900;1;CU-1;Web
""",
        "order_lines",
        {
            "order_id": "Número de orden",
            "email": "Email",
            "ordered_at": "Fecha",
            "currency": "Moneda",
            "item_name": "Nombre del producto",
            "price": "Precio del producto",
            "quantity": "Cantidad del producto",
            "item_id": "SKU",
            "order_total": "Total",
            "coupon": "Cupón de descuento",
            "phone": "Teléfono",
            "channel": "Canal",
        },
        never=("Costo de envío", "DNI / CUIT"),
    ),
    Case(
        "fattura_ordini.csv",
        """\
Numero ordine;Data ordine;Cliente;Indirizzo e-mail;Telefono;Codice articolo;Articolo;Quantità;Prezzo unitario;Sconto;Importo;Spese di spedizione;IVA;Totale ordine;Valuta;Stato
77;05/01/2024;Anna Lei;anna@x.it;+39011;A1;Corso di vino;1;90,00;0,00;90,00;0,00;19,80;90,00;EUR;Pagato
78;16/01/2024;Bo Rai;bo@y.it;+39012;A2;Libro;2;15,00;0,00;30,00;5,00;6,60;35,00;EUR;Annullato
79;19/01/2024;Anna Lei;anna@x.it;+39011;A2;Libro;1;15,00;0,00;15,00;5,00;3,30;20,00;EUR;Pagato
""",
        "order_lines",
        {
            "order_id": "Numero ordine",
            "ordered_at": "Data ordine",
            "email": "Indirizzo e-mail",
            "phone": "Telefono",
            "item_id": "Codice articolo",
            "item_name": "Articolo",
            "quantity": "Quantità",
            "price": "Prezzo unitario",
            "discount": "Sconto",
            "amount": "Importo",
            "order_total": "Totale ordine",
            "currency": "Valuta",
            "status": "Stato",
        },
        never=("Spese di spedizione", "IVA"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=param)
def test_reading(case, tmp_path):
    assert differences(case, tmp_path) == []
