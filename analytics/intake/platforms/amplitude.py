"""Amplitude: events; the device stands in where no user is named, details are JSON."""

from analytics.intake.recogniser import DURATION_KEYS, ITEM_KEYS, Platform, nested

EVENTS = Platform(
    name="amplitude_events",
    title="Amplitude events",
    table="events",
    present=(
        "event_type",
        "event_time",
        ("amplitude_id", "device_id", "event_properties", "user_properties"),
    ),
    columns={
        "customer_id": ("user_id",),
        "customer_name": ("device_id", "amplitude_id"),
        "event": ("event_type",),
        "occurred_at": ("event_time",),
        "session_id": ("session_id",),
        "item_id": nested("event_properties", ITEM_KEYS),
        "duration_s": nested("event_properties", DURATION_KEYS),
        "progress": nested("event_properties", ("progress", "percent")),
        "properties": ("event_properties",),
    },
    is_utc=True,
)

EXPORTS = (EVENTS,)
