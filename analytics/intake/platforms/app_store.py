"""App Store: sales are sums without buyers and refused; the subscriber report names them."""

from analytics.intake.recogniser import SOMEBODY, Platform

SALES = Platform(
    name="app_store_sales",
    title="App Store sales",
    table="order_lines",
    present=(
        ("Apple Identifier", "Vendor Identifier", "App Apple ID"),
        ("Developer Proceeds", "Partner Share", "Extended Partner Share", "Units"),
    ),
    absent=SOMEBODY,
    refusal="App Store reports count units and proceeds and name no buyer",
)

SUBSCRIBERS = Platform(
    name="app_store_subscribers",
    title="App Store subscribers",
    table="order_lines",
    present=("Subscriber ID", ("App Apple ID", "Subscription Apple ID"), "Customer Price"),
    columns={
        "customer_id": ("Subscriber ID",),
        "ordered_at": ("Event Date", "Purchase Date"),
        "item_id": ("Subscription Apple ID",),
        "item_name": ("Subscription Name",),
        "quantity": ("Units",),
        "amount": ("Customer Price",),
        "currency": ("Customer Currency",),
        "transaction_type": ("Refund",),
    },
    types={"yes": "refunded", "no": "sale"},
    is_line_level=True,
)

EXPORTS = (
    SALES,
    SUBSCRIBERS,
)
