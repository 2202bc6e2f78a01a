"""Square: items (one row per line) and transactions (one row per payment)."""

from analytics.intake.recogniser import Platform

_TYPES = {"payment": "sale", "refund": "refunded"}

ITEMS = Platform(
    name="square_items",
    title="Square items",
    table="order_lines",
    present=("Date", "Item", "Qty", "Price Point Name", ("Net Sales", "Gross Sales")),
    columns={
        "customer_id": ("Customer ID",),
        "customer_name": ("Customer Name",),
        "order_id": ("Transaction ID", "Payment ID"),
        "ordered_at": ("Date",),
        "time_of_day": ("Time",),
        "time_zone": ("Time Zone",),
        "item_id": ("Token", "SKU"),
        "item_name": ("Item",),
        "category": ("Category",),
        "quantity": ("Qty",),
        "amount": ("Net Sales", "Gross Sales"),
        "transaction_type": ("Event Type",),
        "channel": ("Channel",),
    },
    types=_TYPES,
    is_line_level=True,
)

# `Card` and `Cash` are amounts here, `Partial Refunds` repeats what the refund's own row says.
TRANSACTIONS = Platform(
    name="square_transactions",
    title="Square transactions",
    table="order_lines",
    present=("Date", "Total Collected", "Net Total", "Transaction ID", "Event Type"),
    columns={
        "customer_id": ("Customer ID",),
        "customer_name": ("Customer Name",),
        "order_id": ("Transaction ID",),
        "ordered_at": ("Date",),
        "time_of_day": ("Time",),
        "time_zone": ("Time Zone",),
        "item_name": ("Description",),
        "amount": ("Total Collected",),
        "status": ("Transaction Status",),
        "transaction_type": ("Event Type",),
        "channel": ("Source",),
    },
    types=_TYPES,
    is_line_level=True,
    source="square_items",
)

EXPORTS = (ITEMS, TRANSACTIONS)
