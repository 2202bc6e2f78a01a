"""Every export is told from every other, whatever the order and number of its columns."""

import pytest

from analytics.intake.platforms import PLATFORMS
from analytics.intake.recogniser import recognise
from analytics.intake.words import word_key
from analytics.schema import CANONICAL, ORDER_KINDS, ORDER_STATUSES
from ui import words


def first_of(names):
    return names if isinstance(names, str) else names[0]


def headers_of(platform):
    named = [first_of(one) for one in platform.present]
    mapped = [names[0] for names in platform.columns.values()]
    return list(dict.fromkeys([*named, *mapped]))


each = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)


@each
def test_it_knows_its_own_headers_in_any_order_and_among_others(platform):
    headers = headers_of(platform)
    for shown in (headers, headers[::-1], ["Zq1", *headers, "Zq2"], [h.upper() for h in headers]):
        assert recognise(PLATFORMS, shown) is platform
    assert set(platform.mapping(headers)) == set(platform.columns)


@each
def test_it_is_not_recognised_by_half_of_its_headers(platform):
    named = [first_of(one) for one in platform.present]
    for lacking in named:
        assert not platform.matches([name for name in named if name != lacking])


@each
def test_its_facts_are_sound(platform):
    assert platform.table in CANONICAL
    assert words.has(f"platform.{platform.name}") or platform.refusal
    assert words.has(f"fault.{platform.refusal}") or not platform.refusal
    assert set(platform.statuses.values()) <= set(ORDER_STATUSES)
    assert set(platform.kinds.values()) <= set(ORDER_KINDS)
    assert set(platform.types.values()) <= {"sale", "refunded", "not_a_sale"}
    assert platform.source in {"", *(one.name for one in PLATFORMS)}
    for word in [*platform.statuses, *platform.types]:
        assert word_key(word), word


def test_names_are_unique():
    names = [platform.name for platform in PLATFORMS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "headers",
    [
        ["order_id", "customer_id", "ordered_at", "item_id", "amount", "status", "currency"],
        ["Order ID", "Customer Email", "Order Date", "Product Name", "Quantity", "Price", "Total"],
        ["订单号", "用户ID", "下单时间", "商品名称", "实付金额", "订单状态"],
        ["订单编号", "买家", "付款时间", "商品", "金额"],
        ["user_id", "event", "timestamp", "item_id"],
        ["email", "name", "created_at", "country", "status"],
        ["Date", "Type", "Amount", "Currency", "Description", "Balance"],
        ["id", "email", "amount", "currency", "created"],
        ["Transaction ID", "User Name", "Course Name", "Date", "Amount"],
        ["Transaction Date", "Charged Amount", "Product ID", "Customer ID"],
        ["User ID", "Sessions", "Active users", "Event count"],
        ["subscription_id", "customer_id", "plan", "status", "start_date", "end_date"],
    ],
)
def test_a_foreign_file_is_none_of_them(headers):
    assert recognise(PLATFORMS, headers) is None


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        (
            ["id", "Type", "Source", "Amount", "Fee", "Net", "Currency", "Created (UTC)",
             "Available On (UTC)", "Description"],
            "stripe_anonymous_balance",
        ),
        (
            ["Name", "Email", "Twitter", "Discord", "Patron Status", "Follows You",
             "Lifetime Amount", "Pledge Amount", "Tier"],
            "patreon_members",
        ),
        (
            ["Date", "Category", "Item", "Qty", "Price Point Name", "SKU", "Modifiers Applied",
             "Product Sales", "Discounts", "Net Sales", "Tax", "Gross Sales", "Customer ID"],
            "square_items",
        ),
        (["Email", "Enrollments - list", "First Name"], "thinkific_users"),
        (
            ["event_date", "event_timestamp", "event_name", "user_pseudo_id", "platform"],
            "ga4_events",
        ),
    ],
)  # fmt: skip
def test_siblings_and_older_years(headers, name):
    assert recognise(PLATFORMS, headers).name == name


@pytest.mark.parametrize(
    "headers",
    [
        "订单号,用户ID,用户昵称,手机号,商品名称,商品类型,实付金额,订单状态,支付单号,支付时间",
        "订单编号,用户ID,昵称,手机号码,购买商品,支付金额,商品类型,优惠券,创建时间,退款状态",
        "用户ID,昵称,手机号,首次进入时间,最后离开时间,观看时长(分钟),观看次数",
    ],
    ids=["a shop of columns", "a platform of camps", "a live room of another platform"],
)
def test_siblings_of_xiaoetong_are_no_exports_of_it(headers):
    assert recognise(PLATFORMS, headers.split(",")) is None
