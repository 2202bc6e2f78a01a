"""Mailchimp: the contacts of an audience; the name of the file is their status."""

from analytics.intake.recogniser import Platform

AUDIENCE = Platform(
    name="mailchimp_audience",
    title="Mailchimp audience",
    table="customers",
    present=("Email Address", ("OPTIN_TIME", "CONFIRM_TIME"), ("LEID", "EUID", "MEMBER_RATING")),
    columns={
        "email": ("Email Address",),
        "phone": ("Phone Number", "Phone"),
        "customer_name": ("First Name",),
        "signed_up_at": ("OPTIN_TIME", "CONFIRM_TIME"),
        "country": ("CC",),
    },
    is_utc=True,
)

EXPORTS = (AUDIENCE,)
