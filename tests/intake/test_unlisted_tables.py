"""Events, customers, items, ratings and subscriptions of platforms that no recogniser knows."""

import pytest

from tests.intake.unlisted import Case, differences, param

CASES = [
    Case(
        "segment_tracks.csv",
        """\
id,anonymous_id,user_id,event,event_text,received_at,sent_at,timestamp,context_page_url,context_ip,context_library_name,product_id,uuid_ts
m1,a1,u1,course_viewed,Course Viewed,2024-01-05 10:00:01,2024-01-05 10:00:00,2024-01-05 10:00:00,https://a.example/1,1.1.1.1,analytics.js,7,2024-01-05 10:05:00
m2,a2,u2,course_started,Course Started,2024-01-05 10:01:01,2024-01-05 10:01:00,2024-01-05 10:01:00,https://a.example/2,1.1.1.2,analytics.js,8,2024-01-05 10:05:00
m3,a1,u1,lesson_finished,Lesson Finished,2024-01-05 10:09:01,2024-01-05 10:09:00,2024-01-05 10:09:00,https://a.example/1,1.1.1.1,analytics.js,7,2024-01-05 10:15:00
""",
        "events",
        {
            "customer_id": "user_id",
            "event": "event",
            "occurred_at": "timestamp",
            "item_id": "product_id",
        },
    ),
    Case(
        "rudderstack.csv",
        """\
messageId,userId,anonymousId,eventName,originalTimestamp,receivedAt,properties,channel
m1,u1,a1,Product Viewed,2024-01-05T10:00:00.000Z,2024-01-05T10:00:01.000Z,"{""product_id"":""7""}",web
m2,u2,a2,Product Added,2024-01-05T10:01:00.000Z,2024-01-05T10:01:01.000Z,"{""product_id"":""8""}",web
m3,u1,a1,Order Completed,2024-01-05T10:02:00.000Z,2024-01-05T10:02:01.000Z,"{""order_id"":""9""}",web
""",
        "events",
        {
            "customer_id": "userId",
            "event": "eventName",
            "occurred_at": "originalTimestamp",
            "properties": "properties",
        },
    ),
    Case(
        "matomo_actions.csv",
        """\
idVisit,visitorId,userId,actionType,url,pageTitle,serverTimePretty,serverTimestamp,timeSpent,country
1,v1,u1,action,https://a.example/1,Intro,Jan 5 2024 10:00:00,2024-01-05 10:00:00,35,France
2,v2,u2,goal,https://a.example/2,Signup,Jan 5 2024 10:01:00,2024-01-05 10:01:00,12,Spain
1,v1,u1,outlink,https://b.example/,Out,Jan 5 2024 10:02:00,2024-01-05 10:02:00,0,France
""",
        "events",
        {"customer_id": "userId", "event": "actionType", "occurred_at": "serverTimestamp"},
    ),
    Case(
        "moodle_logs.csv",
        """\
Time,User full name,Affected user,Event context,Component,Event name,Description,Origin,IP address
"5/01/24, 10:00:00",Ann Lee,-,Course: SQL,System,Course viewed,The user with id '3' viewed the course.,web,1.1.1.1
"16/01/24, 10:01:00",Bo Ray,-,Quiz: One,Quiz,Quiz attempt submitted,The user with id '4' submitted.,web,1.1.1.2
"19/01/24, 10:02:00",Ann Lee,-,Course: SQL,System,Course viewed,The user with id '3' viewed the course.,web,1.1.1.1
""",
        "events",
        {"customer_name": "User full name", "event": "Event name", "occurred_at": "Time"},
    ),
    Case(
        "canvas_requests.csv",
        """\
request_id,timestamp,user_id,course_id,session_id,activity,url,interaction_seconds,user_agent
r1,2024-01-05T10:00:00Z,170001,501,s1,page_view,/courses/501,30.5,Mozilla
r2,2024-01-05T10:01:00Z,170002,501,s2,quiz_start,/courses/501/q,12.0,Mozilla
r3,2024-01-05T10:02:00Z,170001,502,s1,page_view,/courses/502,4.0,Mozilla
""",
        "events",
        {
            "customer_id": "user_id",
            "event": "activity",
            "occurred_at": "timestamp",
            "item_id": "course_id",
            "session_id": "session_id",
            "duration_s": "interaction_seconds",
        },
    ),
    Case(
        "cctalk_learning.csv",
        """\
学员ID,学员昵称,课程ID,课程名称,行为,发生时间,学习时长(秒),学习进度,终端
s1,小李,c1,英语,观看,2024-01-05 10:00:00,300,20%,iOS
s2,小王,c1,英语,完成,2024-01-05 11:00:00,1500,100%,安卓
s1,小李,c2,日语,观看,2024-01-06 10:00:00,200,10%,iOS
""",
        "events",
        {
            "customer_id": "学员ID",
            "item_id": "课程ID",
            "event": "行为",
            "occurred_at": "发生时间",
            "duration_s": "学习时长(秒)",
            "progress": "学习进度",
        },
    ),
    Case(
        "teachable_users.csv",
        """\
User ID,Full Name,Email,Joined At,Last Sign In At,Sign In Count,Source,Unsubscribed From Marketing,Role,Amount Spent,Number of Courses
1,Ann Lee,ann@x.org,2024-01-05 10:00:00 UTC,2024-05-05 10:00:00 UTC,12,google,No,student,99.00,2
2,Bo Ray,bo@y.org,2024-01-16 10:00:00 UTC,2024-05-06 10:00:00 UTC,3,direct,No,student,0.00,0
""",
        "customers",
        {
            "customer_id": "User ID",
            "customer_name": "Full Name",
            "email": "Email",
            "signed_up_at": "Joined At",
            "channel": "Source",
        },
    ),
    Case(
        "klaviyo_profiles.csv",
        """\
Email,Klaviyo ID,First Name,Last Name,Organization,Title,Phone Number,Address,City,Country,Zip Code,Date Added,First Active,Last Active,Profile Created On,Email Marketing Consent,Historic CLV,Predicted CLV,Total Orders,Average Order Value
ann@x.org,01A,Ann,Lee,,,+15550101,1 Road,Boston,United States,02101,2024-01-05 10:00:00,2024-01-05 10:00:00,2024-05-05 10:00:00,2024-01-05 10:00:00,SUBSCRIBED,120.00,80.00,3,40.00
bo@y.org,01B,Bo,Ray,,,+15550102,2 Road,Austin,United States,73301,2024-01-16 10:00:00,2024-01-16 10:00:00,2024-05-06 10:00:00,2024-01-16 10:00:00,NEVER,15.00,20.00,1,15.00
""",
        "customers",
        {
            "email": "Email",
            "customer_id": "Klaviyo ID",
            "phone": "Phone Number",
            "city": "City",
            "country": "Country",
        },
    ),
    Case(
        "woo_customers.csv",
        """\
Name,Username,Last active,Sign up,Email,Orders,Total spend,AOV,Country / Region,City,Region,Postal code
Ann Lee,annlee,2024-05-05,2024-01-05,ann@x.org,3,120.00,40.00,US,Boston,MA,02101
Bo Ray,boray,2024-05-06,2024-01-16,bo@y.org,1,15.00,15.00,US,Austin,TX,73301
""",
        "customers",
        {
            "email": "Email",
            "signed_up_at": "Sign up",
            "country": "Country / Region",
            "city": "City",
        },
    ),
    Case(
        "crm_snapshot.csv",
        """\
客户编号,客户姓名,手机号,性别,注册日期,首次下单时间,最近下单时间,累计订单数,累计消费金额,会员等级
c1,李,13800000001,女,2024-01-05,2024-01-06,2024-05-06,5,900,金卡
c2,王,13800000002,男,2024-01-16,2024-01-17,2024-02-17,2,150,银卡
""",
        "customers",
        {
            "customer_id": "客户编号",
            "customer_name": "客户姓名",
            "phone": "手机号",
            "gender": "性别",
            "signed_up_at": "注册日期",
        },
    ),
    Case(
        "kunden.csv",
        """\
Kundennummer;Anrede;Vorname;Nachname;E-Mail-Adresse;Telefon;Ort;Land;Geburtsdatum;Registriert am;Letzte Bestellung;Anzahl Bestellungen;Umsatz gesamt
20001;Frau;Ann;Lee;ann@x.de;+49301;Berlin;Deutschland;01.02.1990;05.01.2024;06.05.2024;4;320,00
20002;Herr;Bo;Ray;bo@y.de;+49302;Wien;Österreich;19.03.1985;16.01.2024;17.02.2024;1;19,90
""",
        "customers",
        {
            "customer_id": "Kundennummer",
            "email": "E-Mail-Adresse",
            "phone": "Telefon",
            "city": "Ort",
            "country": "Land",
            "signed_up_at": "Registriert am",
        },
    ),
    Case(
        "hubspot_deals.csv",
        """\
Record ID,Deal Name,Deal Stage,Close Date,Create Date,Deal owner,Amount,Currency,Associated Contact,Associated Contact IDs,Associated Company,Pipeline
5001,Course for Ann,Closed won,2024-01-05 10:00,2024-01-02 10:00,Eve Smith,300.00,USD,Ann Lee (ann@x.org),101,Acme,Sales
5002,Course for Bo,Closed lost,2024-01-16 10:00,2024-01-10 10:00,Eve Smith,500.00,USD,Bo Ray (bo@y.org),102,Bolt,Sales
5003,Books for Ann,Closed won,2024-02-05 10:00,2024-02-01 10:00,Joe Roe,40.00,USD,Ann Lee (ann@x.org),101,Acme,Sales
""",
        "order_lines",
        {"ordered_at": "Close Date", "amount": "Amount", "currency": "Currency", "status": "Deal Stage"},
        never=("Deal owner",),
    ),
    Case(
        "salesforce_opportunities.csv",
        """\
Opportunity ID,Opportunity Name,Account ID,Account Name,Amount,Amount Currency,Close Date,Created Date,Stage,Opportunity Owner,Lead Source,Type
006A1,Acme renewal,001A,Acme,1200.00,USD,1/5/2024,12/20/2023,Closed Won,Eve Smith,Web,Existing Business
006A2,Bolt start,001B,Bolt,700.00,USD,1/16/2024,12/28/2023,Closed Lost,Eve Smith,Event,New Business
006A3,Acme add-on,001A,Acme,300.00,USD,2/5/2024,1/20/2024,Closed Won,Joe Roe,Web,Existing Business
""",
        "order_lines",
        {
            "order_id": "Opportunity ID",
            "customer_id": "Account ID",
            "amount": "Amount",
            "ordered_at": "Close Date",
            "status": "Stage",
            "channel": "Lead Source",
        },
        never=("Opportunity Owner",),
    ),
    Case(
        "movielens_ratings.csv",
        """\
userId,movieId,rating,timestamp
1,31,2.5,1260759144
1,1029,3.0,1260759179
2,10,4.0,835355493
""",
        "ratings",
        {
            "customer_id": "userId",
            "item_id": "movieId",
            "rating": "rating",
            "rated_at": "timestamp",
        },
    ),
    Case(
        "yelp_reviews.csv",
        """\
review_id,user_id,business_id,stars,date,text,useful,funny,cool
r1,u1,b1,5,2024-01-05 10:00:00,Great,1,0,0
r2,u2,b1,2,2024-01-16 10:00:00,Meh,0,0,0
r3,u1,b2,4,2024-02-05 10:00:00,Fine,0,1,0
""",
        "ratings",
        {"customer_id": "user_id", "item_id": "business_id", "rating": "stars", "rated_at": "date"},
    ),
    Case(
        "coursera_reviews.csv",
        """\
reviews,reviewers,date_reviews,rating,course_id
Good course,By Ann L,"Feb 12, 2024",5,google-cbrs
Too long,By Bo R,"Sep 28, 2023",4,google-cbrs
Loved it,By Ann L,"Mar 19, 2024",5,ml-intro
""",
        "ratings",
        {"customer_name": "reviewers", "item_id": "course_id", "rating": "rating"},
    ),
    Case(
        "评价导出.csv",
        """\
评价人,用户ID,课程ID,课程名称,评分,评价内容,评价时间
小李,u1,c1,英语,5,很好,2024-01-05 10:00:00
小王,u2,c1,英语,3,一般,2024-01-16 10:00:00
""",
        "ratings",
        {"customer_id": "用户ID", "item_id": "课程ID", "rating": "评分", "rated_at": "评价时间"},
    ),
    Case(
        "catalogue.csv",
        """\
Handle,Title,Vendor,Type,Tags,Published,Variant SKU,Variant Price,Status
sql-course,SQL course,Studio,Course,"data, sql",TRUE,SQL1,99.00,active
r-course,R course,Studio,Course,"data, r",TRUE,R1,89.00,active
""",
        "items",
        {"item_id": "Variant SKU", "item_name": "Title", "price": "Variant Price"},
    ),
    Case(
        "produkte.csv",
        """\
Artikelnummer;Artikelname;Kategorie;Verkaufspreis;Autor;Erscheinungsdatum;Beschreibung
A1;Kurs Foto;Foto;99,00;Lee;05.01.2024;Alles über Licht
A2;Kurs Film;Film;129,00;Ray;16.01.2024;Alles über Schnitt
""",
        "items",
        {
            "item_id": "Artikelnummer",
            "item_name": "Artikelname",
            "category": "Kategorie",
            "price": "Verkaufspreis",
            "teacher": "Autor",
            "published_at": "Erscheinungsdatum",
            "description": "Beschreibung",
        },
    ),
    Case(
        "chartmogul_subscriptions.csv",
        """\
Customer External ID,Customer Name,Email,Plan Name,Billing Cycle,Subscription MRR,Currency,Subscription Start Date,Subscription End Date,Cancelled At,Churn Reason
c1,Ann Lee,ann@x.org,Pro,monthly,29.00,USD,2024-01-05,,,
c2,Bo Ray,bo@y.org,Basic,annual,9.00,USD,2024-01-16,2024-06-16,2024-06-01,too expensive
""",
        "subscriptions",
        {
            "customer_id": "Customer External ID",
            "email": "Email",
            "plan": "Plan Name",
            "interval": "Billing Cycle",
            "amount": "Subscription MRR",
            "currency": "Currency",
            "started_at": "Subscription Start Date",
            "ended_at": "Subscription End Date",
            "canceled_at": "Cancelled At",
            "reason": "Churn Reason",
        },
    ),
    Case(
        "会员订阅.csv",
        """\
用户ID,会员类型,订阅周期,开通时间,到期时间,是否自动续费,取消时间,金额(元)
u1,年卡,年,2024-01-05 10:00:00,2025-01-05 10:00:00,是,,298
u2,月卡,月,2024-01-16 10:00:00,2024-02-16 10:00:00,否,2024-02-01 10:00:00,30
""",
        "subscriptions",
        {
            "customer_id": "用户ID",
            "plan": "会员类型",
            "interval": "订阅周期",
            "started_at": "开通时间",
            "ended_at": "到期时间",
            "canceled_at": "取消时间",
            "amount": "金额(元)",
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=param)
def test_reading(case, tmp_path):
    assert differences(case, tmp_path) == []
