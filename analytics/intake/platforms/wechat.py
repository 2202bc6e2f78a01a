"""微信支付 (WeChat Pay): the bill of a person, and the 交易账单 of a merchant.

A person's bill stands under prose, with tabs behind its ids. In a merchant's bill every value is
guarded by a backtick, a refund is a second row of its order, and a summary stands below.
"""

from analytics.intake.recogniser import Platform

PERSONAL = Platform(
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

MERCHANT = Platform(
    name="wechat_merchant",
    title="微信支付 merchant bill",
    table="order_lines",
    present=("交易时间", "微信订单号", "商户订单号", "用户标识", ("交易状态", "交易类型")),
    columns={
        "customer_id": ("用户标识",),
        "order_id": ("商户订单号", "微信订单号"),
        "ordered_at": ("交易时间",),
        "item_name": ("商品名称",),
        "amount": ("应结订单金额", "总金额", "订单金额"),
        "refunded_amount": ("退款金额",),
        "currency": ("货币种类",),
        "status": ("交易状态",),
        "transaction_type": ("交易状态",),
        "channel": ("交易类型",),
    },
    currency="CNY",
    zone="Asia/Shanghai",
    statuses={"success": "sale", "refund": "refunded", "revoked": "cancelled"},
    types={"success": "sale", "refund": "refunded", "revoked": "not_a_sale"},
    is_line_level=True,
    summary="总交易单数",
)

EXPORTS = (PERSONAL, MERCHANT)
