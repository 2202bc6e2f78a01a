"""Chargebee: subscriptions; a cancelled one may live on until its end."""

from analytics.intake.recogniser import Platform

# The MRR of what has ended is 0; the plan's amount is of one billing period.
# `cancelled_at` is when the subscription ended or, while it does not renew, when it will end.
_END = ("subscriptions.cancelled_at", "Cancelled At", "Canceled On", "Cancelled On")

SUBSCRIPTIONS = Platform(
    name="chargebee_subscriptions",
    title="Chargebee subscriptions",
    table="subscriptions",
    present=(
        ("subscriptions.id", "Subscription Id"),
        ("subscriptions.status", "Subscription Status", "Status"),
        ("customers.id", "subscriptions.customer_id", "Customer Id", "Customer Email"),
        (
            *_END,
            "subscriptions.current_term_end",
            "Current Term End",
            "Current Billing Term End Date",
        ),
        (
            "subscriptions.plan_id",
            "Plan Id",
            "Current Plan",
            "Current Billing Term Start Date",
            "subscriptions.current_term_start",
        ),
    ),
    columns={
        "customer_id": ("customers.id", "subscriptions.customer_id", "Customer Id"),
        "email": ("customers.email", "Customer Email", "Email"),
        "started_at": (
            "subscriptions.started_at",
            "Started At",
            "Activated On",
            "subscriptions.activated_at",
            "Activated At",
            "subscriptions.created_at",
            "Created On",
            "Created At",
        ),
        "plan": ("Current Plan", "subscriptions.plan_id", "Plan Id", "Plan Name"),
        "amount": ("subscriptions.plan_amount", "Plan Amount"),
        "mrr": ("subscriptions.mrr", "MRR"),
        "currency": ("subscriptions.currency_code", "Currency", "Currency Code"),
        "interval": (
            "Subscription Billing Period",
            "subscriptions.billing_period_unit",
            "Billing Period Unit",
            "Billing Period",
        ),
        "interval_count": ("subscriptions.billing_period", "Billing Period"),
        "trial_ends_at": ("Trial End", "subscriptions.trial_end", "Trial End Date"),
        "canceled_at": _END,
        "ended_at": _END,
        "reason": ("subscriptions.cancel_reason", "Cancel Reason", "Reason Code"),
    },
)

EXPORTS = (SUBSCRIPTIONS,)
