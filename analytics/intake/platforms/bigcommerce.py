"""BigCommerce: orders, one row each with the products packed in a cell, or one row per product."""

from analytics.intake.recogniser import Platform

_TOTALS = ("Order Total (inc tax)", "Total Inc Tax", "Order Total (ex tax)", "Total Ex Tax",
           "Subtotal (inc tax)", "Subtotal Inc Tax")  # fmt: skip

ORDERS = Platform(
    name="bigcommerce_orders",
    title="BigCommerce orders",
    table="order_lines",
    present=("Order ID", _TOTALS, ("Order Status", "Status"), ("Order Date", "Date Created")),
    columns={
        "customer_id": ("Customer ID",),
        "email": ("Customer Email", "Email", "Billing Email"),
        "phone": ("Customer Phone", "Billing Phone"),
        "customer_name": ("Customer Name", "Billing Name"),
        "order_id": ("Order ID",),
        "ordered_at": ("Date Created", "Order Date"),
        "time_of_day": ("Order Time",),
        "item_id": ("Product ID", "Product SKU"),
        "item_name": ("Product Name",),
        "quantity": ("Product Qty", "Total Quantity"),
        "order_total": _TOTALS,
        "order_refunded": ("Refund Amount", "Refunded Amount"),
        "currency": ("Order Currency Code", "Currency", "Currency Code"),
        "status": ("Order Status", "Status"),
        "channel": ("Channel Name", "Order Source", "Channel"),
        "coupon": ("Coupon Code",),
    },
    statuses={
        "awaiting fulfillment": "sale",
        "awaiting shipment": "sale",
        "awaiting pickup": "sale",
        "partially shipped": "sale",
        "disputed": "sale",
        "awaiting payment": "pending",
        "manual verification required": "pending",
        "incomplete": "pending",
    },
)

EXPORTS = (ORDERS,)
