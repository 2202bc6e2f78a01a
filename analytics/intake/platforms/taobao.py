"""Taobao and Tmall: 订单报表, one row per order, GBK, times and money of China."""

from analytics.intake.recogniser import Platform

TAOBAO_ORDERS = Platform(
    name="taobao_orders",
    title="Taobao / Tmall orders",
    table="order_lines",
    present=("订单编号", "买家会员名", "买家实际支付金额"),
    columns={
        "customer_id": ("买家会员名",),
        "order_id": ("订单编号",),
        "ordered_at": ("订单付款时间",),
        "created_at": ("订单创建时间",),
        "item_id": ("商家编码", "宝贝id"),
        "item_name": ("宝贝标题", "标题"),
        "quantity": ("宝贝总数量", "购买数量"),
        "amount": ("买家实际支付金额",),
        "gross": ("总金额",),
        "refunded_amount": ("退款金额",),
        "status": ("订单状态",),
        "channel": ("订单来源", "渠道"),
        "coupon": ("优惠券",),
    },
    currency="CNY",
    zone="Asia/Shanghai",
)
