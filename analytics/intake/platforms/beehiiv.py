"""beehiiv: subscribers as they are now, with a column per tier."""

from analytics.intake.recogniser import Platform

SUBSCRIBERS = Platform(
    name="beehiiv_subscribers",
    title="beehiiv subscribers",
    table="customers",
    present=(
        "email",
        "status",
        ("tier", "subscription_tier", "premium_tier_names"),
        ("created_at", "subscribed_at"),
        (
            "stripe_customer_id",
            "unsubscribed_at",
            "Free Tier",
            "acquisition_source",
            "referral_code",
            "utm_source",
        ),
    ),
    columns={
        "email": ("email",),
        "customer_name": ("First Name", "name"),
        "signed_up_at": ("created_at", "subscribed_at"),
        "channel": ("acquisition_source", "utm_source", "utm_channel"),
        "country": ("country",),
        "city": ("city",),
    },
    is_utc=True,
)

EXPORTS = (SUBSCRIBERS,)
