"""美团 (Meituan): the bill of a buyer, which names no other side."""

from analytics.intake.recogniser import Platform

BILL = Platform(
    name="meituan_bill",
    title="美团 bill",
    table="order_lines",
    present=("订单标题", "收/支", "交易单号", ("实付金额", "订单金额"), "交易创建时间"),
    refusal="a Meituan bill lists what one person bought and names no customer",
)

EXPORTS = (BILL,)
