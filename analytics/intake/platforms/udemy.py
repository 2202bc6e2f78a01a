"""Udemy: the instructor's statement of one month; students have display names only."""

from analytics.intake.recogniser import Platform

STATEMENT = Platform(
    name="udemy_statement",
    title="Udemy statement",
    table="order_lines",
    present=(
        ("transactionID", "Transaction ID"),
        ("userName", "User Name"),
        ("courseName", "Course Name"),
        ("instructorShare", "Instructor Share"),
    ),
    columns={
        "customer_name": ("userName", "User Name"),
        "order_id": ("transactionID", "Transaction ID"),
        "ordered_at": ("date", "Purchase Date", "Transaction Date"),
        "item_id": ("courseID", "Course ID"),
        "item_name": ("courseName", "Course Name"),
        "amount": ("price", "Price Paid", "Paid Price", "Instructor Share"),
        "currency": ("transactionCurrency", "Paid Currency", "Currency"),
        "channel": ("revenueChannel", "Channel"),
        "coupon": ("couponCode", "Coupon Code"),
        "transaction_type": ("Type", "Transaction Type"),
    },
    types={"sale": "sale", "purchase": "sale", "refund": "refunded"},
    is_line_level=True,
)

EXPORTS = (STATEMENT,)
