"""Event trackers: anonymous ids, times of several kinds, details as JSON in a cell."""

from datetime import datetime


def test_mixpanel(stage):
    text = (
        "event,time,distinct_id,$user_id,$insert_id,$city,properties\n"
        'page_view,1704448800,d-1,,i1,Graz,"{""course_id"": ""A""}"\n'
        'purchase,1704452400,d-1,ann,i2,Graz,"{""course_id"": ""A"", ""plan"": ""x, y""}"\n'
    )
    result = stage(text)
    assert result.understanding.platform == "mixpanel_events"
    assert result.rows("customer_id", "event", "occurred_at") == [
        ("ann", "view", datetime(2024, 1, 5, 10)),
        ("ann", "purchase", datetime(2024, 1, 5, 11)),
    ]
    assert '"plan"' in result.rows("properties")[1]
    assert result.rows("item_id") == ["A", "A"]


def test_mixpanel_as_its_interface_gives_it(stage):
    text = (
        '{"event":"page_view","properties":{"time":1704448800,"distinct_id":"d-1",'
        '"$insert_id":"i1","course_id":"A","progress":0.5}}\n'
        '{"event":"purchase","properties":{"time":1704452400,"distinct_id":"ann",'
        '"$insert_id":"i2","course_id":"B"}}\n'
    )
    result = stage(text, name="events.json")
    assert result.understanding.platform == "mixpanel_events"
    assert result.rows("customer_id", "event", "item_id", "progress") == [
        ("d-1", "view", "A", 0.5),
        ("ann", "purchase", "B", None),
    ]


def test_amplitude_knows_a_device_by_whoever_logs_in_there(stage):
    text = (
        "user_id,device_id,event_type,event_time,session_id,event_properties,user_properties,"
        "amplitude_id\n"
        ',dev-1,page_view,2024-01-05 10:00:00.123000,77,"{""item_id"": ""A""}",{},1\n'
        'ann,dev-1,purchase,2024-01-05 11:00:00.000000,77,"{""item_id"": ""A""}",{},1\n'
        ",dev-2,page_view,2024-01-05 12:00:00.000000,78,{},{},2\n"
    )
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "amplitude_events"
    assert result.rows("customer_id", "event", "session_id") == [
        ("ann", "view", "77"),
        ("ann", "purchase", "77"),
        ("dev-2", "view", "78"),
    ]
    assert result.rows("occurred_at")[0] == datetime(2024, 1, 5, 10, 0, 0, 123000)
    assert result.rows("item_id") == ["A", "A", None]


def test_posthog(stage):
    text = (
        "uuid,event,properties,timestamp,team_id,distinct_id,elements_chain,created_at\n"
        '1,$pageview,"{""$current_url"": ""https://x.example/a""}",2024-01-05T10:00:00.5Z,2,ann,,\n'
        '2,purchase,"{""product_id"": ""A""}",2024-01-05 11:00:00.000000+00:00,2,bo,,\n'
    )
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "posthog_events"
    assert result.rows("customer_id", "occurred_at") == [
        ("ann", datetime(2024, 1, 5, 10, 0, 0, 500000)),
        ("bo", datetime(2024, 1, 5, 11)),
    ]
    assert result.rows("item_id") == [None, "A"]


def test_posthog_with_the_stars_of_its_table(stage):
    text = (
        "*.uuid,*.event,*.timestamp,*.distinct_id,*.elements_chain,properties.$lib\n"
        "1,purchase,2024-01-05T10:00:00Z,ann,,web\n"
    )
    result = stage(text)
    assert result.understanding.platform == "posthog_events"
    assert result.row("customer_id", "event") == ("ann", "purchase")


def test_ga4_counts_microseconds(stage):
    text = (
        "event_date,event_timestamp,event_name,event_params,user_id,user_pseudo_id,platform\n"
        '20240105,1704448800123456,page_view,"[{""key"": ""ga_session_id"", ""value"": 7}]",,'
        "111.2,WEB\n"
        '20240105,1704452400000000,purchase,"[{""key"": ""item_id"", ""value"": '
        '{""string_value"": ""A""}}]",ann,111.2,WEB\n'
        "20240105,1704456000000000,page_view,[],,333.4,WEB\n"
    )
    result = stage(text)
    assert result.understanding.platform == "ga4_events"
    assert result.rows("customer_id", "event", "occurred_at") == [
        ("ann", "view", datetime(2024, 1, 5, 10, 0, 0, 123456)),
        ("ann", "purchase", datetime(2024, 1, 5, 11)),
        ("333.4", "view", datetime(2024, 1, 5, 12)),
    ]
    assert result.rows("item_id") == [None, "A", None]
