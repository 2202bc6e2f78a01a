"""Amplitude: events; the device stands in where no user is named, details are JSON."""

from analytics.intake.recogniser import Platform

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
        "properties": ("event_properties",),
    },
    is_utc=True,
)

EXPORTS = (EVENTS,)
