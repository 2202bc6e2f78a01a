"""Mixpanel: events; an anonymous id stands in where no user is named."""

from analytics.intake.recogniser import Platform

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
        "session_id": ("session_id", "$session_id"),
        "properties": ("properties",),
    },
)

EXPORTS = (EVENTS,)
