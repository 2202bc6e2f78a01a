"""Shopify: orders (one row per line, order fields on the first line only) and customers."""

from analytics.intake.recogniser import Platform

ORDERS = Platform(
    name="shopify_orders",
    title="Shopify orders",
    table="order_lines",
    present=(
        "Name",
        ("Financial Status", "Payment Status"),
        "Created at",
        "Lineitem name",
        "Lineitem price",
    ),
    columns={
        "customer_id": ("Email", "Customer Email"),
        "phone": ("Phone", "Billing Phone"),
        "customer_name": ("Billing Name", "Shipping Name"),
        "order_id": ("Name",),
        "ordered_at": ("Paid at",),
        "created_at": ("Created at",),
        "item_id": ("Lineitem sku",),
        "item_name": ("Lineitem name",),
        "category": ("Vendor",),
        "quantity": ("Lineitem quantity",),
        "price": ("Lineitem price",),
        "discount": ("Lineitem discount",),
        "order_total": ("Total",),
        "order_refunded": ("Refunded Amount",),
        "currency": ("Currency",),
        "status": ("Financial Status", "Payment Status"),
        "channel": ("Source",),
        "coupon": ("Discount Code",),
    },
    statuses={"expired": "cancelled", "partially_paid": "pending", "unpaid": "pending"},
    is_line_level=True,
)

CUSTOMERS = Platform(
    name="shopify_customers",
    title="Shopify customers",
    table="customers",
    present=(
        "Email",
        ("Accepts Email Marketing", "Accepts Marketing"),
        "Total Spent",
        ("Total Orders", "Orders Count"),
    ),
    columns={
        "customer_id": ("Customer ID",),
        "email": ("Email",),
        "phone": ("Phone", "Default Address Phone"),
        "customer_name": ("First Name",),
        "country": ("Default Address Country Code", "Country Code", "Country"),
        "city": ("Default Address City", "City"),
    },
)

EXPORTS = (ORDERS, CUSTOMERS)
