"""小鹅通 (Xiaoe-Tech): orders, users, learners of a live room; a title line above the header."""

from analytics.intake.recogniser import Platform

_PHONES = (
    "账户绑定手机号", "最近采集手机号", "用户手机号", "手机号", "手机号码", "绑定手机", "绑定手机号"
)  # fmt: skip
# Words of its own: other platforms of courses have order number, user, goods and amount as well.
_OWN_PHONES = ("账户绑定手机号", "最近采集手机号")
_OWN_ITEMS = ("资源类型", "资源ID", "资源名称")
_NAMES = ("用户昵称", "昵称", "真实姓名", "姓名", "用户名")
_AMOUNTS = ("实付金额", "实收金额", "实际支付金额", "支付金额", "订单实付金额")

ORDERS = Platform(
    name="xiaoetong_orders",
    title="小鹅通 orders",
    table="order_lines",
    present=(
        ("订单号", "订单编号", "订单ID"),
        "用户ID",
        _AMOUNTS,
        ("商品名称", "购买商品", "商品信息", "资源名称"),
        (*_OWN_PHONES, *_OWN_ITEMS),
    ),
    columns={
        "customer_id": ("用户ID",),
        "phone": _PHONES,
        "customer_name": _NAMES,
        "order_id": ("订单号", "订单编号", "订单ID"),
        "ordered_at": ("支付时间", "付款时间", "支付成功时间"),
        "created_at": ("下单时间", "订单创建时间", "创建时间"),
        "item_id": ("商品ID", "资源ID"),
        "item_name": ("商品名称", "购买商品", "商品信息", "资源名称"),
        "content_type": ("商品类型", "资源类型"),
        "quantity": ("商品数量", "购买数量", "数量"),
        "amount": _AMOUNTS,
        "refunded_amount": ("退款金额", "已退款金额"),
        "status": ("订单状态", "支付状态"),
        "refund_status": ("售后状态", "退款状态"),
        "channel": ("渠道来源", "订单来源", "渠道"),
        "coupon": ("优惠券", "优惠券名称"),
    },
    currency="CNY",
    zone="Asia/Shanghai",
)

LEARNERS = Platform(
    name="xiaoetong_learners",
    title="小鹅通 live learners",
    table="customers",
    present=("用户ID", "首次进入时间", (*_OWN_PHONES, "直播间成交金额")),
    absent=("订单号", "订单编号", "注册时间"),
    columns={
        "customer_id": ("用户ID",),
        "phone": _PHONES,
        "customer_name": _NAMES,
        "signed_up_at": ("首次进入时间",),
        "channel": ("渠道来源", "来源", "渠道"),
        "city": ("城市", "所在城市"),
        "gender": ("性别",),
    },
    zone="Asia/Shanghai",
)

USERS = Platform(
    name="xiaoetong_users",
    title="小鹅通 users",
    table="customers",
    present=(
        "用户ID",
        _OWN_PHONES,
        ("注册时间", "用户创建时间", "创建时间", "首次访问时间", "用户来源", "累计消费金额"),
    ),
    absent=("订单号", "订单编号"),
    columns={
        "customer_id": ("用户ID",),
        "phone": _PHONES,
        "customer_name": _NAMES,
        "signed_up_at": ("注册时间", "用户创建时间", "创建时间", "首次访问时间"),
        "channel": ("渠道来源", "来源", "渠道"),
        "country": ("国家",),
        "city": ("城市", "所在城市"),
        "gender": ("性别",),
        "age": ("年龄",),
    },
    zone="Asia/Shanghai",
)

EXPORTS = (ORDERS, LEARNERS, USERS)
