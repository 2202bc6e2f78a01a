"""有赞 (Youzan): 订单报表, one row per order, times and money of China.

商品种类数 counts kinds, not pieces, and is no quantity.
"""

from analytics.intake.recogniser import Platform

_AMOUNTS = ("订单实付金额", "订单实收金额")

ORDERS = Platform(
    name="youzan_orders",
    title="有赞 orders",
    table="order_lines",
    present=(
        "订单号",
        "订单状态",
        (*_AMOUNTS, "应收订单金额"),
        ("买家付款时间", "买家手机号", "买家昵称", "客户手机号", "全部商品名称", "订单退款状态"),
    ),
    columns={
        "customer_id": ("买家手机号", "客户手机号", "买家手机"),
        "customer_name": ("买家昵称", "客户昵称", "买家姓名"),
        "order_id": ("订单号",),
        "ordered_at": ("买家付款时间", "付款时间"),
        "created_at": ("订单创建时间", "下单时间"),
        "item_id": ("商品编码", "商品id"),
        "item_name": ("全部商品名称", "商品名称"),
        "amount": _AMOUNTS,
        "gross": ("应收订单金额",),
        "refunded_amount": ("订单已退款金额",),
        "status": ("订单状态",),
        "refund_status": ("订单退款状态",),
        "channel": ("订单来源", "渠道"),
    },
    currency="CNY",
    zone="Asia/Shanghai",
)

EXPORTS = (ORDERS,)
