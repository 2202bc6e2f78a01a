"""Teachable: transactions, one row each, times in UTC."""

from analytics.intake.recogniser import Platform

TRANSACTIONS = Platform(
    name="teachable_transactions",
    title="Teachable transactions",
    table="order_lines",
    present=(
        ("saleID", "Sale ID", "teachableID"),
        ("purchasedAt", "Purchased At"),
        ("courseName", "Course Name", "Product Name"),
        ("finalPrice", "Final Price", "earningsUSD", "Earnings (USD)"),
    ),
    columns={
        "customer_id": ("userID", "User ID", "Student ID"),
        "email": ("User Email", "Student Email", "Email"),
        "customer_name": ("User Name", "Student Name"),
        "order_id": ("saleID", "Sale ID", "teachableID"),
        "ordered_at": ("purchasedAt", "Purchased At"),
        "item_id": ("courseID", "Course ID", "Product ID"),
        "item_name": ("courseName", "Course Name", "Product Name"),
        "amount": ("finalPrice", "Final Price", "earningsUSD", "Earnings (USD)"),
        "refunded_amount": ("Refund Amount", "Amount Refunded"),
        "currency": ("currency",),
        "status": ("status",),
        "coupon": ("coupon", "Coupon Code"),
    },
    is_line_level=True,
    is_utc=True,
)

EXPORTS = (TRANSACTIONS,)
