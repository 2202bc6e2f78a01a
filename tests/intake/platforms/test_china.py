"""Shops of China: GBK, statuses in two columns, buyers known by phone or not at all."""

from datetime import datetime
from decimal import Decimal


def test_youzan_orders(stage):
    text = (
        "有赞订单报表,,,,,,,,,,\n"
        "订单号,订单状态,订单创建时间,买家付款时间,全部商品名称,应收订单金额,订单实付金额,"
        "买家手机号,买家昵称,分销员,分销员\n"
        'E001,交易完成,2024-01-05 10:00:00,2024-01-05 10:01:00,"课程A,课程B","1,200.00","1,100.00",'
        "13800138000,小王,——,\n"
        "E002,交易关闭,2024-01-06 10:00:00,,课程A,99.00,0.00, ,小李,——,\n"
        "E003,等待买家付款,2024-01-07 10:00:00,——,课程A,99.00,0.00,13900139000,小张,——,\n"
        '合计,,,,,,"1,298.00",,,,\n'
    )  # fmt: skip
    result = stage(text, encoding="gbk", timezone="Asia/Shanghai")
    assert result.understanding.platform == "youzan_orders"
    assert result.understanding.header_line == 2
    assert result.rows("order_id", "customer_id", "is_weak", "amount", "status", "currency") == [
        ("E001", "13800138000", False, 1100, "sale", "CNY"),
        ("E002", None, False, 99, "cancelled", "CNY"),
        ("E003", "13900139000", False, 99, "pending", "CNY"),
    ]
    assert result.rows("ordered_at")[2] == datetime(2024, 1, 7, 2)


def test_youzan_kinds_of_items_are_no_quantity(stage):
    text = (
        "订单号,订单状态,订单创建时间,买家付款时间,全部商品名称,商品种类数,订单实收金额,"
        "订单退款状态,"
        "订单已退款金额,买家手机号\n"
        "E001,交易完成,2024-01-05 10:00:00,2024-01-05 10:01:00,课程A,7,99.00,全额退款,99.00,"
        "13800138000\n"
    )
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "youzan_orders"
    assert result.row("quantity", "amount", "status", "refunded_amount") == (
        None, 99, "refunded", 99,
    )  # fmt: skip


def test_taobao_orders_with_a_comma_in_the_status(stage):
    text = (
        "订单编号,买家会员名,买家应付货款,总金额,买家实际支付金额,订单状态,收货人姓名,订单创建时间,"
        "订单付款时间,宝贝标题,宝贝种类,宝贝总数量,退款金额\r\n"
        '"=""2024000000000000001""",tb_ann,99.00,99.00,99.00,交易成功,王*,2024-01-05 10:00:00,'
        "2024-01-05 10:01:00,课程A,1,1,0.00\r\n"
        '"=""2024000000000000002""",tb_bo,50.00,50.00,50.00,"买家已付款,等待卖家发货",李*,'
        "2024-01-06 10:00:00,2024-01-06 10:01:00,课程B,1,2,0.00\r\n"
        '"=""2024000000000000003""",tb_bo,50.00,50.00,0.00,等待买家付款,李*,2024-01-07 10:00:00,,'
        "课程B,1,1,0.00\r\n"
    )
    result = stage(text, encoding="gbk", timezone="Asia/Shanghai")
    assert result.understanding.platform == "taobao_orders"
    assert result.rows("order_id", "customer_id", "amount", "quantity", "status") == [
        ("2024000000000000001", "tb_ann", 99, 1, "sale"),
        ("2024000000000000002", "tb_bo", 50, 2, "sale"),
        ("2024000000000000003", "tb_bo", 50, 1, "pending"),
    ]
    assert result.rows("ordered_at")[2] == datetime(2024, 1, 7, 2)


def test_taobao_items_with_their_buyer(stage):
    text = (
        "子订单编号,主订单编号,买家会员名,标题,价格,购买数量,商家编码,订单状态,买家实际支付金额,"
        "退款状态,退款金额,订单创建时间,订单付款时间,商品ID\n"
        "1001,1000,tb_ann,课程A,60.00,1,A,交易成功,55.00,没有申请退款,无退款申请,"
        "2024-01-05 10:00:00,2024-01-05 10:01:00,901\n"
        "1002,1000,tb_ann,课程B,40.00,1,B,交易成功,40.00,没有申请退款,无退款申请,"
        "2024-01-05 10:00:00,2024-01-05 10:01:00,902\n"
    )
    result = stage(text.replace("无退款申请", "0.00"), timezone="Asia/Shanghai")
    assert result.understanding.platform == "taobao_items"
    assert result.rows("order_id", "customer_id", "item_id", "amount", "status") == [
        ("1000", "tb_ann", "901", 55, "sale"),
        ("1000", "tb_ann", "902", 40, "sale"),
    ]
    assert set(result.rows("source")) == {"taobao_orders"}


def test_pinduoduo_has_its_status_in_two_columns(stage):
    text = (
        "商品,订单号,订单状态,商品总价(元),用户实付金额(元),商家实收金额(元),商品数量(件),支付时间,"
        "商品id,售后状态,订单成交时间,收货人,手机\n"
        "课程A,P001,已收货,100.00,90.00,95.00,1,2024-01-05 10:00:00\t,901,无售后或售后取消,"
        "2024-01-05 10:00:00,王*,13800138000\n"
        "课程A,P002,已发货,100.00,90.00,95.00,2,2024-01-06 10:00:00\t,901,退款成功,,李*,"
        "13900139000\n"
        "课程A,P003,已取消,100.00,90.00,95.00,1,\t,901,无售后或售后取消,2024-01-07 10:00:00,李*,"
        "13900139000\n"
    )  # fmt: skip
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "pinduoduo_orders"
    assert result.rows("order_id", "customer_id", "item_id", "quantity", "amount", "status") == [
        ("P001", "13800138000", "901", 1, 95, "sale"),
        ("P002", "13900139000", "901", 2, 95, "refunded"),
        ("P003", "13900139000", "901", 1, 95, "cancelled"),
    ]
    assert result.rows("ordered_at")[2] == datetime(2024, 1, 7, 2)


def test_weidian_repeats_the_total_on_every_line(stage):
    text = (
        "订单编号,订单状态,下单时间,付款时间,商品名称,商品编码,商品数量,商品单价,订单实付金额,"
        "收件人/提货人,收件人/提货人手机号\n"
        "W001,已完成,2024-01-05 10:00:00,2024-01-05 10:01:00,课程A,A,1,60.00,95.00,王*,"
        "13800138000\n"
        "W001,已完成,2024-01-05 10:00:00,2024-01-05 10:01:00,课程B,B,1,40.00,95.00,王*,"
        "13800138000\n"
        "W002,待付款,2024-01-06 10:00:00,,课程A,A,2,60.00,120.00,李*,13900139000\n"
    )  # fmt: skip
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "weidian_orders"
    assert result.rows("order_id", "customer_id", "item_id", "amount", "order_total") == [
        ("W001", "13800138000", "A", 60, 95),
        ("W001", "13800138000", "B", 40, 95),
        ("W002", "13900139000", "A", 120, 120),
    ]
    assert result.rows("status") == ["sale", "sale", "pending"]


def test_jingdong_orders_of_a_merchant(stage):
    text = (
        "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,"
        "应付金额,"
        "订单状态,订单类型,下单帐号,客户姓名,联系电话,付款确认时间\n"
        "J001,901,课程A,1,在线支付,2024-01-05 10:00:00,60.00,95.00,95.00,0.00,95.00,完成,SOP,"
        "jd_ann,"
        "王*,138****0000,2024-01-05 10:01:00\n"
        "J001,902,课程B,2,在线支付,2024-01-05 10:00:00,20.00,95.00,95.00,0.00,95.00,完成,SOP,"
        "jd_ann,"
        "王*,138****0000,2024-01-05 10:01:00\n"
        "J002,901,课程A,1,在线支付,2024-01-06 10:00:00,60.00,60.00,60.00,0.00,60.00,等待出库,"
        "SOP,jd_bo,"
        "李*,139****0000,2024-01-06 10:01:00\n"
        "J003,901,课程A,1,在线支付,2024-01-07 10:00:00,60.00,60.00,60.00,0.00,60.00,"
        "(删除)等待出库,SOP,"
        "jd_bo,李*,139****0000,\n"
    )  # fmt: skip
    result = stage(text, encoding="gbk", timezone="Asia/Shanghai")
    assert result.understanding.platform == "jingdong_orders"
    assert result.rows("order_id", "customer_id", "item_id", "amount", "order_total") == [
        ("J001", "jd_ann", "901", 60, 95),
        ("J001", "jd_ann", "902", 40, 95),
        ("J002", "jd_bo", "901", 60, 60),
        ("J003", "jd_bo", "901", 60, 60),
    ]
    assert result.rows("status") == ["sale", "sale", "sale", "cancelled"]


def test_xiaoetong_orders_under_a_title(stage):
    text = (
        "订单列表导出,,,,,,,,,\n"
        "订单号\t,用户ID\t,用户昵称,账户绑定手机号,商品名称,商品类型,实付金额,订单状态,"
        "下单时间,支付时间\n"
        "o_1\t,u_1\t,小王,=13800138000,课程A,专栏,99.00,已完成,2024-01-05 10:00:00,"
        "2024-01-05 10:01:00\n"
        "o_2\t,u_2\t,小李,,直播B,直播,9.90,已退款,2024-01-06 10:00:00,2024-01-06 10:01:00\n"
        "o_3\t,u_2\t,小李,,直播B,直播,9.90,待支付,2024-01-07 10:00:00,\n"
    )
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "xiaoetong_orders"
    assert result.understanding.header_line == 2
    assert result.rows("order_id", "customer_id", "item_name", "amount", "status") == [
        ("o_1", "u_1", "课程A", 99, "sale"),
        ("o_2", "u_2", "直播B", Decimal("9.90"), "refunded"),
        ("o_3", "u_2", "直播B", Decimal("9.90"), "pending"),
    ]
    assert result.rows("ordered_at")[2] == datetime(2024, 1, 7, 2)


def test_xiaoetong_users_and_learners(stage):
    users = (
        "用户ID,用户昵称,账户绑定手机号,最近采集手机号,性别,注册时间\n"
        "u_1,小王,=13800138000,=13800138000,男,2024-01-01 08:00:00\n"
    )
    learners = (
        "直播间学员明细,,,,\n"
        "用户ID\t,用户昵称,首次进入时间,累计观看时长(秒),直播间成交金额\n"
        "u_1\t,小王,2024-01-05 20:00:10,3600,99.00\n"
    )
    result = stage(users, timezone="Asia/Shanghai")
    assert result.understanding.platform == "xiaoetong_users"
    assert result.row("customer_id", "phone", "signed_up_at", "gender") == (
        "u_1", "13800138000", datetime(2024, 1, 1), "男",
    )  # fmt: skip
    result = stage(learners, timezone="Asia/Shanghai")
    assert result.understanding.platform == "xiaoetong_learners"
    assert result.row("customer_id", "signed_up_at") == ("u_1", datetime(2024, 1, 5, 12, 0, 10))
