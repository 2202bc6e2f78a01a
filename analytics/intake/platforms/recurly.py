"""Recurly: subscriptions; a cancelled one lives on until it expires."""

from analytics.intake.recogniser import Platform

SUBSCRIPTIONS = Platform(
    name="recurly_subscriptions",
    title="Recurly subscriptions",
    table="subscriptions",
    present=(
        "account_code",
        "plan_code",
        ("activated_at", "subscription_activated_at"),
        ("expires_at", "canceled_at", "subscription_expires_at"),
    ),
    columns={
        "customer_id": ("account_code",),
        "email": ("email", "account_email"),
        "started_at": ("activated_at", "subscription_activated_at"),
        "plan": ("plan_name", "plan_code"),
        "amount": ("unit_amount", "subscription_amount"),
        "quantity": ("quantity", "subscription_quantity"),
        "currency": ("currency",),
        "interval": ("plan_interval_unit", "interval_unit"),
        "interval_count": ("plan_interval_length", "interval_length"),
        "trial_ends_at": ("trial_ends_at",),
        "canceled_at": ("canceled_at", "subscription_canceled_at"),
        "ended_at": ("expires_at", "subscription_expires_at"),
        "reason": ("expiration_reason", "cancel_reason"),
    },
    is_utc=True,
)

EXPORTS = (SUBSCRIPTIONS,)
