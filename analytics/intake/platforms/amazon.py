"""Amazon: order reports, which name the buyer only in some versions, and settlements."""

from analytics.intake.recogniser import Platform

_BUYER = ("buyer-email", "buyer-name", "buyer-phone-number")
_ORDER = ("amazon-order-id", "order-id")

ORDERS = Platform(
    name="amazon_orders",
    title="Amazon orders",
    table="order_lines",
    present=(_ORDER, "purchase-date", "item-price", _BUYER),
    columns={
        "email": ("buyer-email",),
        "phone": ("buyer-phone-number",),
        "customer_name": ("buyer-name",),
        "order_id": _ORDER,
        "ordered_at": ("payments-date", "purchase-date"),
        "created_at": ("purchase-date",),
        "item_id": ("asin", "sku"),
        "item_name": ("product-name",),
        "quantity": ("quantity", "quantity-purchased"),
        "amount": ("item-price",),
        "currency": ("currency",),
        "status": ("order-status", "item-status"),
        "channel": ("sales-channel",),
        "coupon": ("promotion-ids",),
    },
    statuses={
        "unshipped": "sale",
        "partiallyshipped": "sale",
        "shipping": "sale",
        "shipped - delivered to buyer": "sale",
        "shipped - picked up": "sale",
        "shipped - out for delivery": "sale",
        "shipped - returned to seller": "refunded",
        "shipped - rejected by buyer": "refunded",
        "pending - waiting for pick up": "sale",
    },
    is_line_level=True,
)

ANONYMOUS_ORDERS = Platform(
    name="amazon_anonymous_orders",
    title="Amazon all-orders report",
    table="order_lines",
    present=("amazon-order-id", "purchase-date", "item-price"),
    absent=_BUYER,
    refusal="Amazon's all-orders report names no buyer",
)

SETTLEMENT = Platform(
    name="amazon_settlement",
    title="Amazon settlement",
    table="order_lines",
    present=(
        "settlement-id",
        ("transaction-type", "type"),
        "order-id",
        ("deposit-date", "total-amount", "product sales", "date/time"),
    ),
    refusal="an Amazon settlement lists payouts, fees and amounts and names no buyer",
)

EXPORTS = (ORDERS, ANONYMOUS_ORDERS, SETTLEMENT)
