"""GA4: events flattened from BigQuery; reports of sums are refused."""

from analytics.intake.recogniser import SOMEBODY, Platform

# Times are microseconds since 1970.
EVENTS = Platform(
    name="ga4_events",
    title="GA4 events (BigQuery)",
    table="events",
    present=("event_timestamp", "event_name", ("user_pseudo_id", "user_id")),
    columns={
        "customer_id": ("user_id",),
        "customer_name": ("user_pseudo_id",),
        "event": ("event_name",),
        "occurred_at": ("event_timestamp",),
        "item_id": ("item_id", "items.item_id", "event_params.item_id"),
        "session_id": ("ga_session_id", "event_params.ga_session_id", "session_id"),
        "properties": ("event_params",),
    },
)

REPORT = Platform(
    name="ga4_report",
    title="GA4 report",
    table="events",
    present=(
        (
            "Total users",
            "Active users",
            "New users",
            "总用户数",
            "活跃用户数",
            "新用户数",
            "活跃用户",
        ),
        (
            "Event count",
            "Sessions",
            "Engaged sessions",
            "Engagement rate",
            "Key events",
            "Views",
            "Event count per active user",
            "事件数",
            "会话数",
            "浏览次数",
        ),
    ),
    absent=(*SOMEBODY, "Effective user ID"),
    refusal="GA4 reports are sums over visitors and name nobody; export the events to BigQuery",
)

EXPORTS = (
    EVENTS,
    REPORT,
)
