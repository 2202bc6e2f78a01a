"""Stripe: payments, with 15, 21 or 79 columns; comma or, after a spreadsheet, semicolon."""

from analytics.intake.recogniser import Platform

STRIPE_PAYMENTS = Platform(
    name="stripe_payments",
    title="Stripe payments",
    table="order_lines",
    present=("Created date (UTC)", "Amount", "Currency", "Status"),
    columns={
        "customer_id": ("Customer ID",),
        "email": ("Customer Email",),
        "order_id": ("id", "PaymentIntent ID", "Invoice ID", "Invoice Number"),
        "ordered_at": ("Created date (UTC)", "Created (UTC)"),
        "item_name": ("Checkout Line Item Summary", "Description"),
        "amount": ("Amount",),
        "refunded_amount": ("Amount Refunded",),
        "currency": ("Currency",),
        "status": ("Status",),
        "captured": ("Captured",),
        "mode": ("Mode",),
        "kind": ("Description",),
        "channel": ("UTM Source",),
    },
    is_line_level=True,
)
