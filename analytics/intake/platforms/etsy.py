"""Etsy: sold orders and sold order items; American dates with two digits of the year."""

from analytics.intake.recogniser import Platform

ORDERS = Platform(
    name="etsy_orders",
    title="Etsy orders",
    table="order_lines",
    present=("Sale Date", "Order ID", ("Buyer User ID", "Full Name"), "Number of Items"),
    columns={
        "customer_id": ("Buyer User ID",),
        "customer_name": ("Full Name", "Buyer"),
        "order_id": ("Order ID",),
        "ordered_at": ("Sale Date",),
        "quantity": ("Number of Items",),
        "amount": ("Order Total", "Order Value"),
        "currency": ("Currency",),
        "status": ("Status",),
        "channel": ("Order Type",),
        "coupon": ("Coupon Code",),
    },
    date_order="month-first",
    is_line_level=True,
)

# Shipping stands once per order, so only the price counts as a line's own.
ITEMS = Platform(
    name="etsy_items",
    title="Etsy order items",
    table="order_lines",
    present=("Sale Date", "Item Name", "Buyer", ("Listing ID", "Transaction ID", "Item Total")),
    columns={
        "customer_id": ("Buyer",),
        "customer_name": ("Ship Name",),
        "order_id": ("Order ID",),
        "ordered_at": ("Date Paid", "Sale Date"),
        "created_at": ("Sale Date",),
        "item_id": ("Listing ID", "SKU"),
        "item_name": ("Item Name",),
        "quantity": ("Quantity",),
        "price": ("Price",),
        "discount": ("Discount Amount",),
        "currency": ("Currency",),
        "channel": ("Order Type",),
        "coupon": ("Coupon Code",),
    },
    date_order="month-first",
    is_line_level=True,
    source="etsy_orders",
)

EXPORTS = (ORDERS, ITEMS)
