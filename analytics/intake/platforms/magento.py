"""Magento 2 (Adobe Commerce): the grid of orders, without items; `Closed` is refunded."""

from analytics.intake.recogniser import Platform

ORDERS = Platform(
    name="magento_orders",
    title="Magento orders",
    table="order_lines",
    present=("Purchase Date", ("Grand Total (Purchased)", "Grand Total (Base)"), "Status"),
    columns={
        "email": ("Customer Email", "Real Email"),
        "customer_name": ("Customer Name", "Bill-to Name"),
        "order_id": ("ID", "Order #"),
        "ordered_at": ("Purchase Date",),
        "amount": ("Grand Total (Purchased)", "Grand Total (Base)"),
        "refunded_amount": ("Total Refunded",),
        "status": ("Status",),
        "channel": ("Purchase Point",),
        "coupon": ("Coupon Code",),
    },
    statuses={
        "closed": "refunded",
        "holded": "pending",
        "payment review": "pending",
        "pending paypal": "pending",
        "suspected fraud": "pending",
        "paypal canceled reversal": "cancelled",
        "paypal reversed": "refunded",
    },
    is_line_level=True,
)

EXPORTS = (ORDERS,)
