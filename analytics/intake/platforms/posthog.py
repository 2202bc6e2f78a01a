"""PostHog: events; details are JSON in a cell, or a column each."""

from analytics.intake.recogniser import DURATION_KEYS, ITEM_KEYS, Platform, nested

EVENTS = Platform(
    name="posthog_events",
    title="PostHog events",
    table="events",
    present=(
        "event",
        "distinct_id",
        "timestamp",
        (
            "uuid",
            "elements_chain",
            "person_id",
            "team_id",
            "person",
            "properties",
            "properties.$lib",
            "$session_id",
        ),
    ),
    columns={
        "customer_id": ("distinct_id",),
        "event": ("event",),
        "occurred_at": ("timestamp",),
        "session_id": ("$session_id", "properties.$session_id"),
        "item_id": nested("properties", ITEM_KEYS),
        "duration_s": nested("properties", DURATION_KEYS),
        "progress": nested("properties", ("progress", "percent")),
        "properties": ("properties",),
    },
    is_utc=True,
)

EXPORTS = (EVENTS,)
