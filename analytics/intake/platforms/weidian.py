"""微店 (Weidian): orders, the buyer known by the phone number of the parcel."""

from analytics.intake.recogniser import Platform

_PHONES = ("收件人/提货人手机号", "收件人手机/提货人手机号", "收件人手机", "收货人手机",
           "收货人电话", "买家手机号")  # fmt: skip

ORDERS = Platform(
    name="weidian_orders",
    title="微店 orders",
    table="order_lines",
    present=(
        ("订单编号", "订单号"),
        ("下单时间", "付款时间"),
        (
            "收件人/提货人",
            "收件人/提货人姓名",
            "收件人/提货人手机号",
            "收件人手机/提货人手机号",
            "微店商品ID",
            "微店订单号",
            "买家微信",
        ),
    ),
    columns={
        "customer_id": ("买家ID", "买家微信"),
        "phone": _PHONES,
        "customer_name": ("收件人/提货人", "收件人/提货人姓名", "收件人", "收货人", "买家姓名"),
        "order_id": ("订单编号", "订单号", "微店订单号"),
        "ordered_at": ("付款时间", "支付时间"),
        "created_at": ("下单时间",),
        "item_id": ("微店商品ID", "商品ID", "商品编码"),
        "item_name": ("商品名称", "商品标题"),
        "quantity": ("商品数量", "购买数量", "数量"),
        "price": ("商品单价", "单价", "商品价格"),
        "order_total": ("订单实付金额", "实付金额", "订单总金额", "订单金额", "总金额"),
        "refunded_amount": ("退款金额",),
        "status": ("订单状态",),
        "refund_status": ("退款状态", "售后状态"),
        "channel": ("订单来源", "渠道"),
    },
    currency="CNY",
    zone="Asia/Shanghai",
)

EXPORTS = (ORDERS,)
