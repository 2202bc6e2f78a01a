"""Kajabi: transactions and subscriptions; offers have titles and no ids of items."""

from analytics.intake.recogniser import Platform

TRANSACTIONS = Platform(
    name="kajabi_transactions",
    title="Kajabi transactions",
    table="order_lines",
    present=(
        "Offer Title",
        "Customer Email",
        "Amount",
        ("Order No.", "Order Number", "Tax Amount", "Payment Method"),
        ("Type", "Status"),
    ),
    absent=("Next Payment Date", "Trial Ends On"),
    columns={
        "customer_id": ("Customer ID",),
        "email": ("Customer Email",),
        "customer_name": ("Customer Name",),
        "order_id": ("Order No.", "Order Number", "ID"),
        "ordered_at": ("Created At", "Date"),
        "item_id": ("Offer ID",),
        "item_name": ("Offer Title",),
        "quantity": ("Quantity",),
        "amount": ("Amount",),
        "currency": ("Currency",),
        "status": ("Status",),
        "transaction_type": ("Type",),
        "coupon": ("Coupon Used", "Coupon Code"),
    },
    types={
        "charge": "sale",
        "sale": "sale",
        "payment": "sale",
        "refund": "refunded",
        "dispute": "refunded",
        "chargeback": "refunded",
    },
    is_line_level=True,
)

SUBSCRIPTIONS = Platform(
    name="kajabi_subscriptions",
    title="Kajabi subscriptions",
    table="subscriptions",
    present=("Kajabi Subscription ID", "Customer Email", ("Canceled On", "Next Payment Date")),
    columns={
        "customer_id": ("Customer ID",),
        "email": ("Customer Email",),
        "started_at": ("Created At",),
        "plan": ("Offer Title", "Offer ID"),
        "amount": ("Amount",),
        "currency": ("Currency",),
        "interval": ("Interval",),
        "trial_ends_at": ("Trial Ends On",),
        "canceled_at": ("Canceled On",),
    },
)

EXPORTS = (TRANSACTIONS, SUBSCRIPTIONS)
