"""Substack: readers as they are now, known by their e-mail, and posts."""

from analytics.intake.recogniser import Platform

READERS = Platform(
    name="substack_subscribers",
    title="Substack subscribers",
    table="customers",
    present=(
        "email",
        (
            "active_subscription",
            "stripe_connected_customer_id",
            "prefer_digests",
            "Stripe plan",
            "Paid upgrade date",
        ),
        ("expiry", "email_disabled", "type", "Start date", "Cancel date"),
    ),
    columns={
        "email": ("email",),
        "customer_name": ("name",),
        "signed_up_at": ("created_at", "Start date", "Subscription date"),
        "country": ("country",),
    },
    is_utc=True,
)

POSTS = Platform(
    name="substack_posts",
    title="Substack posts",
    table="items",
    present=("post_id", "post_date", "is_published", "title"),
    columns={
        "item_id": ("post_id",),
        "item_name": ("title",),
        "content_type": ("type",),
        "category": ("audience",),
        "published_at": ("post_date",),
        "description": ("subtitle",),
    },
    is_utc=True,
)

EXPORTS = (
    READERS,
    POSTS,
)
