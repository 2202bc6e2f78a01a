"""Patreon: members as they are now, one row each; no charges, so a table of customers.

The report of 2019 stands under a section row per reward.
"""

from analytics.intake.recogniser import Platform

MEMBERS = Platform(
    name="patreon_members",
    title="Patreon members",
    table="customers",
    present=("Name", "Email", "Patron Status", ("Pledge Amount", "Lifetime Amount")),
    columns={
        "customer_id": ("User ID",),
        "email": ("Email",),
        "phone": ("Phone",),
        "customer_name": ("Name",),
        "signed_up_at": ("Patronage Since Date",),
        "channel": ("Subscription Source",),
        "country": ("Country", "Full country name"),
        "city": ("City",),
    },
    is_utc=True,
)

PATRONS = Platform(
    name="patreon_patrons",
    title="Patreon patron report",
    table="customers",
    present=("FirstName", "LastName", "Email", "Pledge", "Lifetime", "Start"),
    columns={
        "email": ("Email",),
        "customer_name": ("FirstName",),
        "signed_up_at": ("Start",),
        "country": ("Country",),
        "city": ("City",),
    },
    is_utc=True,
    has_headings=True,
)

EXPORTS = (MEMBERS, PATRONS)
