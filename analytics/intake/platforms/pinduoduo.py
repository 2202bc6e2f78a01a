"""拼多多 (Pinduoduo): orders of one item each; the buyer is known at best by a phone number."""

from analytics.intake.recogniser import SOMEBODY, Platform

_AMOUNTS = ("商家实收金额(元)", "用户实付金额(元)")
_PHONES = ("收货人手机号", "收件人手机号", "收货人手机", "收件人手机", "手机", "手机号", "联系电话",
           "用户购买手机号")  # fmt: skip

ORDERS = Platform(
    name="pinduoduo_orders",
    title="拼多多 orders",
    table="order_lines",
    present=("订单号", _AMOUNTS, ("商品id", "商品数量(件)", "售后状态"), _PHONES),
    columns={
        "phone": _PHONES,
        "customer_name": ("收货人", "收件人", "收货人姓名"),
        "order_id": ("订单号",),
        "ordered_at": ("支付时间",),
        "created_at": ("订单成交时间", "拼单成功时间", "下单时间"),
        "item_id": ("商品id",),
        "item_name": ("商品", "商品名称"),
        "category": ("商品一级类目",),
        "quantity": ("商品数量(件)",),
        "amount": _AMOUNTS,
        "status": ("订单状态",),
        "refund_status": ("售后状态",),
        "channel": ("订单来源",),
    },
    currency="CNY",
    zone="Asia/Shanghai",
    statuses={
        "已发货，待收货": "sale",
        "已发货,待收货": "sale",
        "已发货，退款成功": "refunded",
        "未发货，退款成功": "refunded",
        "已收货，退款成功": "refunded",
        "已取消，退款成功": "refunded",
        "待成团": "pending",
        "拼单成功": "sale",
    },
    is_line_level=True,
)

ANONYMOUS_ORDERS = Platform(
    name="pinduoduo_anonymous_orders",
    title="拼多多 orders without buyers",
    table="order_lines",
    present=("订单号", _AMOUNTS, ("商品id", "商品数量(件)", "售后状态")),
    absent=(*_PHONES, *SOMEBODY),
    refusal="this Pinduoduo export names no buyer",
)

EXPORTS = (ORDERS, ANONYMOUS_ORDERS)
