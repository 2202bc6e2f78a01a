"""淘宝 and 天猫 (Taobao, Tmall): 订单报表, one row per order, and 宝贝报表, one per item.

GBK, times and money of China; most 宝贝报表 name no buyer.
"""

from analytics.intake.recogniser import Platform

_BUYER = ("买家会员名", "买家昵称", "买家会员ID", "买家旺旺")

ORDERS = Platform(
    name="taobao_orders",
    title="Taobao / Tmall orders",
    table="order_lines",
    present=("订单编号", _BUYER, ("买家实际支付金额", "买家应付货款", "总金额")),
    absent=("子订单编号", "主订单编号"),
    columns={
        "customer_id": _BUYER,
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

ITEMS = Platform(
    name="taobao_items",
    title="Taobao / Tmall items sold",
    table="order_lines",
    present=("主订单编号", "子订单编号", ("标题", "宝贝标题"), _BUYER),
    columns={
        "customer_id": _BUYER,
        "order_id": ("主订单编号",),
        "ordered_at": ("订单付款时间",),
        "created_at": ("订单创建时间",),
        "item_id": ("商品ID", "宝贝ID", "商家编码"),
        "item_name": ("标题", "宝贝标题"),
        "quantity": ("购买数量",),
        "price": ("价格",),
        "amount": ("买家实际支付金额", "买家应付货款"),
        "refunded_amount": ("退款金额",),
        "status": ("订单状态",),
        "refund_status": ("退款状态",),
    },
    currency="CNY",
    zone="Asia/Shanghai",
    is_line_level=True,
    source="taobao_orders",
)

ANONYMOUS_ITEMS = Platform(
    name="taobao_anonymous_items",
    title="Taobao / Tmall items without buyers",
    table="order_lines",
    present=(("主订单编号", "订单编号"), ("标题", "宝贝标题"), ("子订单编号", "外部系统编号")),
    absent=_BUYER,
    refusal="the Taobao and Tmall report of items names no buyer; the report of orders does",
)

EXPORTS = (ORDERS, ITEMS, ANONYMOUS_ITEMS)
