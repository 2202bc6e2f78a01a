"""京东 (JD): orders of a merchant, the order's total on each line; bills of a buyer are refused."""

from analytics.intake.recogniser import Platform

_ACCOUNT = ("下单帐号", "下单账号")

ORDERS = Platform(
    name="jingdong_orders",
    title="京东 orders",
    table="order_lines",
    present=("订单号", _ACCOUNT, "下单时间", ("应付金额", "订单金额", "结算金额", "京东价")),
    columns={
        "customer_id": _ACCOUNT,
        "phone": ("联系电话", "客户电话"),
        "customer_name": ("客户姓名", "收货人"),
        "order_id": ("订单号",),
        "ordered_at": ("付款确认时间", "付款时间"),
        "created_at": ("下单时间",),
        "item_id": ("商品ID", "商品编号", "SKU ID"),
        "item_name": ("商品名称",),
        "quantity": ("订购数量", "商品数量"),
        "price": ("京东价", "商品单价"),
        "order_total": ("应付金额", "结算金额", "订单金额"),
        "status": ("订单状态",),
        "channel": ("订单渠道", "订单来源"),
    },
    currency="CNY",
    zone="Asia/Shanghai",
    statuses={
        "等待出库": "sale",
        "等待确认收货": "sale",
        "已出库": "sale",
        "配送中": "sale",
        "锁定": "pending",
        "暂停": "pending",
        "(删除)等待出库": "cancelled",
        "（删除）等待出库": "cancelled",
        "删除": "cancelled",
    },
    is_line_level=True,
)

BILL = Platform(
    name="jingdong_bill",
    title="京东 personal bill",
    table="order_lines",
    present=("商户名称", "交易说明", "金额", "收/支", ("交易订单号", "商家订单号")),
    refusal="a JD bill lists what one person bought and names no customer",
)

EXPORTS = (ORDERS, BILL)
