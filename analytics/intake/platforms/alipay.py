"""支付宝 (Alipay): the bill of a person, GB18030, prose above the table."""

from analytics.intake.recogniser import Platform

ALIPAY_PERSONAL = Platform(
    name="alipay_personal",
    title="支付宝 personal bill",
    table="order_lines",
    present=("交易时间", "交易分类", "交易对方", "收/支", "金额", "交易订单号"),
    columns={
        "customer_id": ("对方账号",),
        "customer_name": ("交易对方",),
        "order_id": ("交易订单号",),
        "ordered_at": ("交易时间",),
        "item_name": ("商品说明",),
        "category": ("交易分类",),
        "amount": ("金额",),
        "status": ("交易状态",),
        "direction": ("收/支",),
        "channel": ("收/付款方式",),
    },
    currency="CNY",
    zone="Asia/Shanghai",
    is_line_level=True,
    is_personal_bill=True,
)
