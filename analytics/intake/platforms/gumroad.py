"""Gumroad: sales, one row each, dollars, a last line of totals."""

from analytics.intake.recogniser import Platform

# 1 and true stand under headings that ask whether it was refunded, whether it recurs.
_FLAGS = {
    "true": "refunded",
    "yes": "refunded",
    "1": "refunded",
    "false": "sale",
    "no": "sale",
    "0": "sale",
}

_RECURRING = {
    word: "renewal" if meaning == "refunded" else "one-off" for word, meaning in _FLAGS.items()
}

SALES = Platform(
    name="gumroad_sales",
    title="Gumroad sales",
    table="order_lines",
    present=(
        "Purchase ID",
        "Item Name",
        ("Purchase Email", "Buyer Email"),
        ("Purchase Date", "Sale Date"),
        ("Sale Price ($)", "Item Price ($)", "Sale Price", "Item Price"),
    ),
    columns={
        "email": ("Purchase Email", "Buyer Email"),
        "customer_name": ("Buyer Name",),
        "order_id": ("Purchase ID",),
        "ordered_at": ("Purchase Date", "Sale Date"),
        "time_of_day": ("Purchase Time (UTC timezone)", "Purchase Time"),
        "item_id": ("Product ID", "SKU ID"),
        "item_name": ("Item Name",),
        "quantity": ("Quantity",),
        "amount": ("Sale Price ($)", "Item Price ($)", "Sale Price", "Item Price"),
        "refunded_amount": ("Partial Refund ($)", "Partial Refund"),
        "kind": ("Recurring Charge?",),
        "status": ("Fully Refunded?", "Refunded?"),
        "channel": ("Referrer", "UTM Source"),
        "coupon": ("Discount Code", "Offer Code"),
    },
    currency="USD",
    statuses=_FLAGS,
    kinds=_RECURRING,
    is_line_level=True,
    is_utc=True,
)

EXPORTS = (SALES,)
