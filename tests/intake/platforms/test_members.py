"""Lists of members as they are now, and subscriptions."""

import json
from datetime import datetime

import pytest


def test_patreon_members(stage):
    text = (
        "Name,Email,Discord,Patron Status,Follows You,Free Member,Free Trial,Lifetime Amount,"
        "Pledge Amount,Charge Frequency,Tier,Addressee,Street,City,State,Zip,Country,Phone,"
        "Patronage Since Date,Last Charge Date,Last Charge Status,Additional Details,User ID,"
        "Last Updated,Currency,Max Posts,Access Expiration,Next Charge Date,Subscription Source\n"
        "Ann B,Ann@B.example,,Active patron,No,No,No,440.00,5.00,monthly,Gold,,,Graz,,,AT,,"
        "2023-04-08 17:45:28.731953,2023-05-31 07:46:37,Paid,,9001,2023-05-31 08:01:37.517184,"
        "USD,,,"
        "2023-06-01 07:00:00,web\n"
        "Bo C,bo@c.example,,Former patron,No,No,No,0.00,,monthly,,,,,,,,,,,,,9002,"
        "2023-05-31 08:01:37.517184,USD,,,,\n"
    )
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "patreon_members"
    assert result.rows("customer_id", "email", "customer_name", "city") == [
        ("9001", "ann@b.example", "Ann B", "Graz"),
        ("9002", "bo@c.example", "Bo C", None),
    ]
    assert result.rows("signed_up_at")[0] == datetime(2023, 4, 8, 17, 45, 28, 731953)
    assert json.loads(result.rows("attributes")[0])["Patron Status"] == "Active patron"


def test_patreon_in_2019_had_a_row_above_every_reward(stage):
    text = (
        "FirstName,LastName,Email,Pledge,Lifetime,Status,Twitter,Street,City,State,Zip,Country,"
        "Start,MaxAmount,Complete\n"
        '40 + Reward,"Description <ul>\n<li>Art</li>\n</ul>",,,,,,,,,,,,,\n'
        'Ann,B,ann@b.example,40.00,"1,015.00",Processed,,,,,,AT,2014-06-23 03:05:47,40.00,0\n'
        '10 + Reward,"Description <ul><li>Polls</li></ul>",,,,,,,,,,,,,\n'
        "Bo,,bo@c.example,10.00,40.00,Processed,,,,,,,2018-11-13 10:12:41.352659,10.00,0\n"
    )
    result = stage(text)
    assert result.understanding.platform == "patreon_patrons"
    assert (result.staged.rows_read, result.staged.rows_rejected) == (2, 0)
    assert result.rows("customer_id", "customer_name") == [
        ("ann@b.example", "Ann"),
        ("bo@c.example", "Bo"),
    ]
    assert result.rows("signed_up_at")[0] == datetime(2014, 6, 23, 3, 5, 47)


def test_substack_readers_of_three_kinds(stage):
    signups = (
        "email,active_subscription,expiry,email_disabled,prefer_digests,created_at\n"
        "Ann@B.example,true,2021-07-06T16:20:44.000Z,false,false,2018-08-27T15:06:27.713Z\n"
        "bo@c.example,,,false,false,2018-12-19T08:03:04.977Z\n"
    )
    paying = (
        "email,expiry,email_disabled,prefer_digests,stripe_connected_customer_id,type\n"
        "Ann@B.example,2021-07-06T16:20:44.000Z,false,false,cus_1,paid\n"
    )
    newer = (
        "Email,Name,Type,Stripe plan,Cancel date,Start date,Paid upgrade date\n"
        "Ann@B.example,Ann B,Subscriber,Monthly,,2023-01-05T10:00:00.000Z,2023-02-05\n"
    )
    result = stage(signups)
    assert result.understanding.platform == "substack_subscribers"
    assert result.rows("customer_id", "signed_up_at") == [
        ("ann@b.example", datetime(2018, 8, 27, 15, 6, 27, 713000)),
        ("bo@c.example", datetime(2018, 12, 19, 8, 3, 4, 977000)),
    ]
    for text in (paying, newer):
        result = stage(text)
        assert result.understanding.platform == "substack_subscribers"
        assert result.row("customer_id") == "ann@b.example"
    assert result.row("signed_up_at") == datetime(2023, 1, 5, 10)


def test_substack_posts(stage):
    text = (
        "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle,podcast_url\n"
        "1234.plain,2019-07-26T20:48:19.814Z,TRUE,,newsletter,everyone,Plain text,Short,\n"
        "1235.pod,2022-08-12T12:11:23.230Z,FALSE,,podcast,only_paid,Talk,Longer,\n"
    )
    result = stage(text)
    assert result.understanding.platform == "substack_posts"
    assert result.rows("item_id", "item_name", "category") == [
        ("1234.plain", "Plain text", "everyone"),
        ("1235.pod", "Talk", "only_paid"),
    ]
    assert result.rows("published_at")[0] == datetime(2019, 7, 26, 20, 48, 19, 814000)


def test_beehiiv_has_a_column_per_tier(stage):
    text = (
        "email,First Name,Last Name,status,tier,created_at,stripe_customer_id,Free Tier,Gold Tier,"
        "unsubscribed_at\n"
        "ann@b.example, Ann  ,,active,premium,2023-03-24 10:23:10 UTC,cus_1,No,Yes,\n"
        "bo@c.example,,,inactive,free,2023-03-24 10:36:48 UTC,,No,No,2024-03-13 11:33:53 UTC\n"
    )
    result = stage(text)
    assert result.understanding.platform == "beehiiv_subscribers"
    assert result.rows("customer_id", "customer_name", "signed_up_at") == [
        ("ann@b.example", "Ann", datetime(2023, 3, 24, 10, 23, 10)),
        ("bo@c.example", None, datetime(2023, 3, 24, 10, 36, 48)),
    ]
    assert json.loads(result.rows("attributes")[0])["Gold Tier"] == "Yes"


def test_mailchimp_audience(stage):
    text = (
        "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,CC,LEID,EUID,"
        "NOTES,TAGS\n"
        'Ann@B.example, Ann ,,2,2018-02-12 10:54:27,2018-02-12 10:54:27,AT,1,e1,,"""Editors"""\n'
    )
    result = stage(text)
    assert result.understanding.platform == "mailchimp_audience"
    assert result.row("customer_id", "customer_name", "country", "signed_up_at") == (
        "ann@b.example", "Ann", "AT", datetime(2018, 2, 12, 10, 54, 27),
    )  # fmt: skip


def test_stripe_subscriptions(stage):
    text = (
        "id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,"
        "Created (UTC),Start (UTC),Current Period Start (UTC),Current Period End (UTC),"
        "Trial Start (UTC),Trial End (UTC),Canceled At (UTC),Ended At (UTC),source (metadata)\n"
        "sub_1,cus_1,ann@b.example,gold,1,usd,month,9.00,active,2024-01-01 10:00,2024-02-01 10:00,"
        "2024-05-01 10:00,2024-06-01 10:00,,,,,web\n"
        "sub_2,cus_2,bo@c.example,gold,1,usd,month,9.00,canceled,2024-01-02 10:00,2024-01-02 10:00,"
        "2024-03-02 10:00,2024-04-02 10:00,2024-01-02 10:00,2024-01-09 10:00,2024-03-05 10:00,"
        "2024-04-02 10:00,\n"
    )  # fmt: skip
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "stripe_subscriptions"
    assert result.rows("customer_id", "plan", "amount", "currency", "started_at") == [
        ("cus_1", "gold", 9, "USD", datetime(2024, 1, 1, 10)),
        ("cus_2", "gold", 9, "USD", datetime(2024, 1, 2, 10)),
    ]
    assert result.rows("trial_ends_at", "canceled_at", "ended_at")[1] == (
        datetime(2024, 1, 9, 10), datetime(2024, 3, 5, 10), datetime(2024, 4, 2, 10),
    )  # fmt: skip
    assert result.rows("ended_at")[0] is None


def test_stripe_customers(stage):
    text = (
        "id,Description,Email,Name,Created (UTC),Delinquent,Card ID,Total Spend,Payment Count\n"
        "cus_1,,Ann@B.example,Ann B,2024-01-01 10:00,false,card_1,99.00,2\n"
    )
    result = stage(text)
    assert result.understanding.platform == "stripe_customers"
    assert result.row("customer_id", "email", "customer_name") == (
        "cus_1", "ann@b.example", "Ann B",
    )  # fmt: skip


def test_chargebee_cancelled_lives_until_its_end(stage):
    text = (
        "subscriptions.id,customers.id,customers.email,subscriptions.plan_id,subscriptions.status,"
        "subscriptions.current_term_start,subscriptions.current_term_end,subscriptions.created_at,"
        "subscriptions.started_at,subscriptions.cancelled_at,subscriptions.mrr\n"
        "s1,c1,ann@b.example,gold,active,2024-05-01 00:00:00,2024-06-01 00:00:00,"
        "2024-01-01 00:00:00,2024-01-01 00:00:00,,9.00\n"
        "s2,c2,bo@c.example,gold,non_renewing,2024-05-01 00:00:00,2024-06-01 00:00:00,"
        "2024-01-02 00:00:00,2024-01-02 00:00:00,2024-06-01 00:00:00,9.00\n"
    )
    result = stage(text, timezone="UTC")
    assert result.understanding.platform == "chargebee_subscriptions"
    assert result.rows("customer_id", "plan", "amount", "started_at", "ended_at") == [
        ("c1", "gold", 9, datetime(2024, 1, 1), None),
        ("c2", "gold", 9, datetime(2024, 1, 2), datetime(2024, 6, 1)),
    ]


def test_recurly_cancelled_expires_later(stage):
    text = (
        "subscription_id,account_code,plan_code,plan_name,state,unit_amount,currency,quantity,"
        "activated_at,canceled_at,expires_at,trial_started_at,trial_ends_at\n"
        "u1,ann@b.example,gold,Gold,active,9.00,USD,1,2024-01-01 00:00:00 UTC,,,,\n"
        "u2,c2,gold,Gold,canceled,9.00,USD,1,2024-01-02 00:00:00 UTC,2024-03-05 00:00:00 UTC,"
        "2024-04-02 00:00:00 UTC,,\n"
    )
    result = stage(text)
    assert result.understanding.platform == "recurly_subscriptions"
    assert result.rows("customer_id", "plan", "canceled_at", "ended_at") == [
        ("ann@b.example", "Gold", None, None),
        ("c2", "Gold", datetime(2024, 3, 5), datetime(2024, 4, 2)),
    ]


@pytest.mark.parametrize(
    ("unit", "count", "interval"),
    [
        *(("month", "1", "month"), ("month", "3", "quarter"), ("month", "6", "6 months")),
        *(("month", "12", "year"), ("year", "2", "2 years"), ("week", "2", "2 weeks")),
        *(("month", "", "month"), ("month", "often", "month"), ("day", "30.0", "30 days")),
    ],
)
def test_stripe_counts_the_intervals_of_a_term(stage, unit, count, interval):
    text = (
        "id,Customer ID,Plan,Currency,Interval,Interval Count,Amount,Status,Created (UTC),"
        "Canceled At (UTC),Ended At (UTC)\n"
        f"sub_1,cus_1,gold,usd,{unit},{count},27.00,active,2024-01-01 10:00,,\n"
    )
    result = stage(text)
    assert result.row("interval", "amount") == (interval, 27)


def test_recurly_counts_the_intervals_of_a_term(stage):
    text = (
        "account_code,plan_code,state,unit_amount,currency,plan_interval_length,"
        "plan_interval_unit,activated_at,canceled_at,expires_at\n"
        "a1,gold,active,27.00,USD,3,months,2024-01-01 00:00:00 UTC,,\n"
    )
    assert stage(text).row("interval", "amount") == ("quarter", 27)


def test_chargebee_tells_the_price_of_a_term_or_the_mrr(stage):
    """The MRR of what has ended is 0: no free plan, but a price that the file does not tell."""
    text = (
        "subscriptions.id,customers.id,subscriptions.plan_id,subscriptions.status,"
        "subscriptions.started_at,subscriptions.cancelled_at,subscriptions.billing_period,"
        "subscriptions.billing_period_unit,subscriptions.mrr\n"
        "s1,c1,gold,active,2024-01-01 00:00:00,,3,month,9.00\n"
        "s2,c2,gold,active,2024-01-01 00:00:00,,1,year,9.00\n"
        "s3,c3,gold,cancelled,2024-01-01 00:00:00,2024-03-01 00:00:00,1,month,0.00\n"
        "s4,c4,free,active,2024-01-01 00:00:00,,1,month,0.00\n"
    )
    result = stage(text, timezone="UTC")
    assert result.rows("interval", "amount") == [
        ("quarter", 27), ("year", 108), ("month", None), ("month", 0),
    ]  # fmt: skip
    priced = text.replace("subscriptions.mrr\n", "subscriptions.mrr,subscriptions.plan_amount\n")
    priced = priced.replace(".00\n", ".00,30.00\n")
    assert stage(priced, timezone="UTC").rows("amount") == [30, 30, 30, 30]


def test_any_file_may_count_its_intervals(stage):
    text = (
        "customer_id,plan,start_date,interval,interval_count,price\n"
        "c1,gold,2024-01-01,month,6,54.00\n"
        "c2,gold,2024-01-02,month,6,54.00\n"
    )
    assert stage(text).rows("interval", "amount") == [("6 months", 54), ("6 months", 54)]


def test_a_plan_with_several_seats_costs_its_price_times_the_seats(stage):
    stripe = (
        "id,Customer ID,Customer Email,Plan,Quantity,Interval,Amount,Currency,Status,"
        "Created (UTC),Canceled At (UTC),Current Period End (UTC)\n"
        "sub_1,cus_1,a@example.com,team,5,month,12.00,usd,active,2024-01-05,,2024-02-05\n"
        "sub_2,cus_2,b@example.com,team,,month,12.00,usd,active,2024-01-06,,2024-02-06\n"
    )
    assert stage(stripe).rows("amount") == [60, 12]
    recurly = (
        "account_code,plan_code,quantity,unit_amount,currency,activated_at,canceled_at,expires_at\n"
        "a1,team,3,10.00,USD,2024-01-05 10:00:00,,\n"
        "a2,team,1,10.00,USD,2024-01-06 10:00:00,,\n"
    )
    assert stage(recurly).rows("amount") == [30, 10]
