"""WooCommerce: the Analytics report of orders, and exports with one row per line."""

from analytics.intake.recogniser import Platform

_STATUSES = {
    "wc-completed": "sale",
    "wc-processing": "sale",
    "wc-on-hold": "pending",
    "wc-pending": "pending",
    "wc-refunded": "refunded",
    "wc-cancelled": "cancelled",
    "wc-failed": "cancelled",
    "checkout-draft": "pending",
    "pending payment": "pending",
}

# The headers follow the language of the shop, all but one. A refund repeats the order's number with
# a negative amount; both rows say `refunded`.
ANALYTICS = Platform(
    name="woocommerce_orders",
    title="WooCommerce Analytics orders",
    table="order_lines",
    present=(("N. Revenue", "N. Revenue (formatted)", "N. Revenue (formatiert)"),),
    columns={
        "customer_id": ("Customer ID",),
        "email": ("Customer Email", "Email"),
        "customer_name": ("Customer", "Customer name", "Kunde", "Client", "Cliente"),
        "order_id": ("Order #", "Order Number", "Bestellung #", "Commande n°", "N.º de pedido"),
        "ordered_at": ("Date", "Datum", "Fecha"),
        "item_name": ("Product(s)", "Products", "Produkt(e)", "Produit(s)", "Producto(s)"),
        "quantity": ("Items sold", "Items Sold", "Verkaufte Artikel"),
        "amount": ("N. Revenue", "N. Revenue (formatted)", "N. Revenue (formatiert)"),
        "status": ("Status", "Statut", "Estado"),
        "coupon": ("Coupon(s)", "Coupons", "Gutschein(e)"),
        "channel": ("Attribution", "Origin"),
    },
    statuses=_STATUSES,
    is_line_level=True,
)

LINES = Platform(
    name="woocommerce_lines",
    title="WooCommerce order lines",
    table="order_lines",
    present=(
        ("order_number", "order_id", "Order Number", "Order ID"),
        ("order_date", "Order Date"),
        ("order_total", "Order Total Amount", "Order Total"),
        ("item_total", "line_total", "item_cost", "Order Line Total", "Item Cost"),
        (
            "customer_email",
            "billing_email",
            "customer_user",
            "Email (Billing)",
            "Customer User ID",
        ),
        (
            "order_currency",
            "paid_date",
            "completed_date",
            "shipping_total",
            "cart_discount",
            "payment_method_title",
            "Payment Method Title",
            "Cart Discount Amount",
        ),
    ),
    columns={
        "customer_id": ("customer_id", "customer_user", "Customer User ID"),
        "email": ("customer_email", "billing_email", "Email (Billing)"),
        "phone": ("billing_phone", "Phone (Billing)"),
        "order_id": ("order_number", "order_id", "Order Number", "Order ID"),
        "ordered_at": ("paid_date", "date_paid", "Paid Date"),
        "created_at": ("order_date", "Order Date"),
        "item_id": ("sku", "product_sku", "SKU", "product_id", "Product Id", "item_product_id"),
        "item_name": ("product_name", "item_name", "Item Name", "Product Name", "name"),
        "category": ("item_category", "product_categories", "Category"),
        "quantity": ("quantity", "qty", "Quantity", "Quantity (- Refund)"),
        "amount": ("item_total", "line_total", "Order Line Total"),
        "price": ("item_price", "item_cost", "Item Cost"),
        "order_total": ("order_total", "Order Total Amount", "Order Total"),
        "order_refunded": ("refunded_total", "order_refunded", "Order Refund Amount"),
        "currency": ("order_currency", "currency", "Currency"),
        "status": ("status", "order_status", "Order Status"),
        "coupon": ("coupons", "coupon_code", "Coupon Code"),
    },
    statuses=_STATUSES,
    is_line_level=True,
    source="woocommerce_orders",
)

EXPORTS = (ANALYTICS, LINES)
