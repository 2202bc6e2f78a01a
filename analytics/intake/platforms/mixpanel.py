"""Mixpanel: events; an anonymous id stands in where no user is named."""

from analytics.intake.recogniser import DURATION_KEYS, ITEM_KEYS, Platform, nested

EVENTS = Platform(
    name="mixpanel_events",
    title="Mixpanel events",
    table="events",
    present=(
        ("distinct_id", "$distinct_id", "properties.distinct_id"),
        ("time", "$time", "properties.time"),
        ("event", "event_name", "mp_event_name"),
        (
            "properties",
            "$insert_id",
            "insert_id",
            "$city",
            "$os",
            "$browser",
            "mp_country_code",
            "mp_lib",
            "$mp_api_endpoint",
            "mp_processing_time_ms",
            "properties.$insert_id",
        ),
    ),
    columns={
        "customer_id": ("$user_id", "user_id", "properties.$user_id"),
        "customer_name": ("distinct_id", "$distinct_id", "properties.distinct_id"),
        "event": ("event", "event_name", "mp_event_name"),
        "occurred_at": ("time", "$time", "properties.time"),
        "session_id": nested("properties", ("$session_id", "session_id")),
        "item_id": nested("properties", ITEM_KEYS),
        "duration_s": nested("properties", DURATION_KEYS),
        "progress": nested("properties", ("progress", "percent")),
        "properties": ("properties",),
    },
)

EXPORTS = (EVENTS,)
