"""微信支付 (WeChat Pay): the bill of a person, prose above the table, tabs behind ids."""

from analytics.intake.recogniser import Platform

WECHAT_PERSONAL = Platform(
    name="wechat_personal",
    title="微信支付 personal bill",
    table="order_lines",
    present=("交易时间", "交易类型", "交易对方", "收/支", "金额(元)", "当前状态"),
    columns={
        "customer_name": ("交易对方",),
        "order_id": ("交易单号",),
        "ordered_at": ("交易时间",),
        "item_name": ("商品",),
        "category": ("交易类型",),
        "amount": ("金额(元)",),
        "status": ("当前状态",),
        "direction": ("收/支",),
        "channel": ("支付方式",),
    },
    currency="CNY",
    zone="Asia/Shanghai",
    is_line_level=True,
    is_personal_bill=True,
)
