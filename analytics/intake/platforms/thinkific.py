"""Thinkific: orders, and users with all their courses in one cell."""

from analytics.intake.recogniser import Platform

ORDERS = Platform(
    name="thinkific_orders",
    title="Thinkific orders",
    table="order_lines",
    present=(
        ("Amount Dollars", "Amount Cents", "Affiliate Referral Code", "Amount Paid ($)"),
        ("Product Name", "Product", "Course Name"),
        ("User Email", "Student Email", "User ID"),
    ),
    columns={
        "customer_id": ("User ID", "Student ID"),
        "email": ("User Email", "Student Email", "Email"),
        "customer_name": ("User Name", "Student Name"),
        "order_id": ("Order Number", "Order ID", "id"),
        "ordered_at": ("Created At", "Order Date", "Purchase Date", "Date"),
        "item_id": ("Product ID", "Course ID"),
        "item_name": ("Product Name", "Product", "Course Name"),
        "amount": ("Amount Dollars", "Amount Paid ($)", "Amount"),
        "currency": ("Currency",),
        "status": ("Status", "Order Status"),
        "coupon": ("Coupon Code", "Coupon"),
    },
    is_line_level=True,
)

USERS = Platform(
    name="thinkific_users",
    title="Thinkific users",
    table="customers",
    present=("Email", ("Enrollments - list", "Enrollments - Count", "Enrollments - Total")),
    columns={
        "customer_id": ("User ID", "id"),
        "email": ("Email",),
        "customer_name": ("Full Name", "First Name", "Name"),
        "signed_up_at": ("Date Created", "Created At", "Sign Up Date", "Signed Up"),
        "country": ("Country",),
        "city": ("City",),
    },
)

EXPORTS = (ORDERS, USERS)
