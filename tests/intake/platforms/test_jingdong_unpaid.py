"""京东 orders exported without the time of payment: the order's own time is what there is."""

from tests.intake.files import stage_file


def test_the_time_of_the_order_stands_in_for_the_payment(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,"
        "应付金额,订单状态,订单类型,下单帐号,客户姓名,客户地址,联系电话\n"
        "300000000000000001,1001,Python课,1,在线支付,2024-03-01 10:00:00,99,99,99,0,99,完成,"
        "SOP,jd_aaa,张*,北京,138****0001\n",
        encoding="gb18030",
    )
    result = stage_file(path, tmp_path, timezone="Asia/Shanghai")
    assert result.understanding.platform.startswith("jingdong")
    assert str(result.row("ordered_at")) == "2024-03-01 02:00:00"
    assert result.row("customer_id") == "jd_aaa"
