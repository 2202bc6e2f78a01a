"""支付宝 (Alipay): the bill of a person, and the 业务明细 and 账务明细 of a merchant.

GB18030 throughout; prose or `#` lines above and, with totals, below the table.
"""

from analytics.intake.recogniser import Platform

PERSONAL = Platform(
    name="alipay_personal",
    title="支付宝 personal bill",
    table="order_lines",
    present=(
        ("交易时间", "交易创建时间"),
        ("交易分类", "类型", "商品说明"),
        "交易对方",
        "收/支",
        "金额",
        ("交易订单号", "交易号"),
    ),
    columns={
        "customer_id": ("对方账号",),
        "customer_name": ("交易对方",),
        "order_id": ("交易订单号", "交易号"),
        "ordered_at": ("交易时间", "付款时间"),
        "created_at": ("交易创建时间",),
        "item_name": ("商品说明", "商品名称"),
        "category": ("交易分类", "类型"),
        "amount": ("金额",),
        "refunded_amount": ("成功退款（元）",),
        "status": ("交易状态",),
        "direction": ("收/支",),
        "channel": ("收/付款方式",),
    },
    currency="CNY",
    zone="Asia/Shanghai",
    is_line_level=True,
    is_personal_bill=True,
)

# A refund is a second, negative row of its order.
MERCHANT = Platform(
    name="alipay_merchant",
    title="支付宝 merchant orders",
    table="order_lines",
    present=(
        "支付宝交易号",
        "商户订单号",
        "业务类型",
        ("订单金额（元）", "商家实收（元）"),
        ("对方账户", "对账账户"),
    ),
    columns={
        "customer_id": ("对方账户", "对账账户"),
        "order_id": ("商户订单号", "支付宝交易号"),
        "ordered_at": ("完成时间",),
        "created_at": ("创建时间",),
        "item_name": ("商品名称",),
        "amount": ("订单金额（元）", "商家实收（元）"),
        "transaction_type": ("业务类型",),
        "channel": ("门店名称", "交易方式"),
        "coupon": ("券名称",),
    },
    currency="CNY",
    zone="Asia/Shanghai",
    types={"交易": "sale", "退款": "refunded"},
    other_types="not_a_sale",
    is_line_level=True,
)

_IN = ("收入金额（+元）", "收入（+元）", "收入金额")

# Money in and out have a column each; a refund is an expense on a row of its own.
LEDGER = Platform(
    name="alipay_ledger",
    title="支付宝 merchant ledger",
    table="order_lines",
    present=(
        "账务流水号",
        "业务流水号",
        "发生时间",
        _IN,
    ),
    columns={
        "customer_id": ("对方账号", "对方账户"),
        "customer_name": ("对方名称",),
        "order_id": ("商户订单号", "业务基础订单号", "业务流水号"),
        "ordered_at": ("发生时间",),
        "item_name": ("商品名称",),
        "amount": _IN,
        "refunded_amount": ("支出金额（-元）", "支出（-元）", "支出金额"),
        "transaction_type": ("业务类型",),
        "channel": ("交易渠道",),
    },
    currency="CNY",
    zone="Asia/Shanghai",
    types={"交易付款": "sale", "在线支付": "sale", "交易退款": "refunded", "退款": "refunded"},
    other_types="not_a_sale",
    is_line_level=True,
    source="alipay_merchant",
)

EXPORTS = (PERSONAL, MERCHANT, LEDGER)
