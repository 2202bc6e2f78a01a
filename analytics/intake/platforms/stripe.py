"""Stripe: payments (15, 21 or 79 columns), balance, subscriptions, customers."""

from analytics.intake.recogniser import Platform

PAYMENTS = Platform(
    name="stripe_payments",
    title="Stripe payments",
    table="order_lines",
    present=(
        ("Created date (UTC)", "Created (UTC)"),
        "Amount",
        "Currency",
        "Status",
        ("Captured", "Converted Amount", "Seller Message", "PaymentIntent ID", "Amount Refunded"),
    ),
    absent=("Interval", "Canceled At (UTC)", "Current Period End (UTC)"),
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
    statuses={
        "processing": "pending",
        "requires payment method": "pending",
        "requires confirmation": "pending",
        "requires action": "pending",
        "requires_confirmation": "pending",
        "requires_action": "pending",
        "partial refund": "partially_refunded",
    },
    is_line_level=True,
)

_WHO = ("customer_id", "Customer ID", "customer_email", "Customer Email")
_BALANCE = (
    ("balance_transaction_id", "id"),
    ("reporting_category", "Type"),
    ("gross", "Amount"),
    "fee",
    "net",
    "currency",
    ("created_utc", "created", "Created (UTC)"),
    ("available_on_utc", "available_on", "Available On (UTC)", "source_id", "charge_id"),
)

# The itemised report names its columns in small letters, the dashboard's list with capitals.
BALANCE = Platform(
    name="stripe_balance",
    title="Stripe balance",
    table="order_lines",
    present=(*_BALANCE, _WHO),
    columns={
        "customer_id": ("customer_id", "Customer ID"),
        "email": ("customer_email", "Customer Email"),
        "order_id": ("source_id", "Source", "charge_id", "balance_transaction_id", "id"),
        "refund_of": ("charge_id",),
        "ordered_at": ("created_utc", "Created (UTC)", "created"),
        "item_name": ("description",),
        "amount": ("gross", "Amount"),
        "currency": ("currency",),
        "transaction_type": ("reporting_category", "Type"),
    },
    types={
        "charge": "sale",
        "payment": "sale",
        "refund": "refunded",
        "payment_refund": "refunded",
        "dispute": "refunded",
    },
    other_types="not_a_sale",
    is_line_level=True,
    source="stripe_payments",
)

ANONYMOUS_BALANCE = Platform(
    name="stripe_anonymous_balance",
    title="Stripe balance without customers",
    table="order_lines",
    present=_BALANCE,
    absent=_WHO,
    refusal="this Stripe balance names no customer; the list of payments does",
)

# Default files hold live subscriptions only; `Canceled At` may lie before the access ends.
SUBSCRIPTIONS = Platform(
    name="stripe_subscriptions",
    title="Stripe subscriptions",
    table="subscriptions",
    present=(
        ("Customer ID", "Customer Email"),
        ("Created (UTC)", "Start (UTC)", "Start Date (UTC)"),
        ("Current Period End (UTC)", "Canceled At (UTC)", "Cancel At Period End"),
        ("Plan", "Plan ID", "Plan Name", "Plan price ID", "Product", "Interval"),
        "Status",
    ),
    columns={
        "customer_id": ("Customer ID",),
        "email": ("Customer Email",),
        "started_at": ("Start Date (UTC)", "Created (UTC)", "Start (UTC)"),
        "plan": ("Plan Name", "Product", "Plan", "Plan ID", "Plan price ID"),
        "amount": ("Amount", "Plan Amount"),
        "quantity": ("Quantity",),
        "currency": ("Currency", "Plan Currency"),
        "interval": ("Interval", "Plan Interval"),
        "interval_count": ("Interval Count", "Plan Interval Count"),
        "trial_ends_at": ("Trial End (UTC)",),
        "canceled_at": ("Canceled At (UTC)",),
        "ended_at": ("Ended At (UTC)",),
        "reason": ("Cancellation Reason", "Cancellation Feedback"),
    },
)

CUSTOMERS = Platform(
    name="stripe_customers",
    title="Stripe customers",
    table="customers",
    present=("id", "Email", "Created (UTC)", ("Delinquent", "Total Spend", "Payment Count")),
    columns={
        "customer_id": ("id",),
        "email": ("Email",),
        "phone": ("Phone",),
        "customer_name": ("Name", "Description"),
        "signed_up_at": ("Created (UTC)",),
        "country": ("Card Issue Country", "Address Country"),
        "city": ("Address City",),
    },
)

EXPORTS = (PAYMENTS, BALANCE, ANONYMOUS_BALANCE, SUBSCRIPTIONS, CUSTOMERS)
