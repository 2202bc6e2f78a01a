"""Shopify: orders (one row per line, order fields on the first line only) and customers."""

from analytics.intake.recogniser import Platform

SHOPIFY_ORDERS = Platform(
    name="shopify_orders",
    title="Shopify orders",
    table="order_lines",
    present=("Name", "Financial Status", "Created at", "Lineitem name", "Lineitem price"),
    columns={
        "customer_id": ("Email",),
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
        "status": ("Financial Status",),
        "channel": ("Source",),
        "coupon": ("Discount Code",),
    },
    is_line_level=True,
)

SHOPIFY_CUSTOMERS = Platform(
    name="shopify_customers",
    title="Shopify customers",
    table="customers",
    present=("Email", "Accepts Email Marketing", "Total Spent", "Total Orders"),
    columns={
        "customer_id": ("Email",),
        "phone": ("Phone", "Default Address Phone"),
        "customer_name": ("First Name",),
        "country": ("Default Address Country Code", "Country Code", "Country"),
        "city": ("Default Address City", "City"),
    },
)
