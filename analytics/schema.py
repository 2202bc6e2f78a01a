"""The canonical tables and the marts: names, columns, types; all else refers here."""

from dataclasses import dataclass

MONEY = "DECIMAL(18,4)"


@dataclass(frozen=True)
class Column:
    """One column: its name, its DuckDB type, and whether a file must supply it."""

    name: str
    dtype: str
    is_required: bool = False


PROVENANCE = (
    Column("source", "VARCHAR"),  # the recogniser that read it, e.g. shopify_orders
    Column("source_file", "VARCHAR"),
    Column("source_row", "BIGINT"),  # physical line on which the record starts
)

# Of four ways measured the quickest to write and to scan, and the smallest: text of many values
# goes without a dictionary, whole numbers and times as differences.
PARQUET = "FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 5000"

ORDER_STATUSES = (
    "sale",
    "pending",
    "refunded",
    "partially_refunded",
    "cancelled",
    "test",
    "not_a_sale",
)
ORDER_KINDS = ("one-off", "subscription", "renewal", "instalment")
EVENT_NAMES = (
    "view",
    "click",
    "start",
    "progress",
    "finish",
    "comment",
    "like",
    "share",
    "cart",
    "purchase",
)

CANONICAL: dict[str, tuple[Column, ...]] = {
    "order_lines": (
        Column("customer_id", "VARCHAR", is_required=True),
        Column("is_weak", "BOOLEAN"),  # known only by a display name or a masked phone
        Column("order_id", "VARCHAR"),
        Column("ordered_at", "TIMESTAMP", is_required=True),  # UTC
        Column("item_id", "VARCHAR"),
        Column("item_name", "VARCHAR"),
        Column("category", "VARCHAR"),
        Column("content_type", "VARCHAR"),  # course, column, ebook, article, live, membership …
        Column("quantity", MONEY),
        Column("amount", MONEY, is_required=True),  # the line's own, before refunds
        Column("order_total", MONEY),  # where the file has one: taken once for the order
        Column("refunded_amount", MONEY),  # of the line
        Column("order_refunded", MONEY),  # of the order: taken once
        Column("currency", "VARCHAR"),
        Column("status", "VARCHAR"),
        Column("kind", "VARCHAR"),
        Column("channel", "VARCHAR"),
        Column("coupon", "VARCHAR"),
    ),
    "events": (
        Column("customer_id", "VARCHAR", is_required=True),
        Column("event", "VARCHAR", is_required=True),
        Column("occurred_at", "TIMESTAMP", is_required=True),
        Column("item_id", "VARCHAR"),
        Column("duration_s", "DOUBLE"),
        Column("progress", "DOUBLE"),
        Column("session_id", "VARCHAR"),
        Column("properties", "VARCHAR"),
    ),
    "customers": (
        Column("customer_id", "VARCHAR", is_required=True),
        Column("customer_name", "VARCHAR"),
        Column("email", "VARCHAR"),  # lower case; finds the customer of an order that knows no id
        Column("phone", "VARCHAR"),  # digits; likewise
        Column("signed_up_at", "TIMESTAMP"),
        Column("channel", "VARCHAR"),
        Column("country", "VARCHAR"),
        Column("city", "VARCHAR"),
        Column("gender", "VARCHAR"),
        Column("age", "DOUBLE"),
        Column("attributes", "VARCHAR"),  # every other column of the file, as a JSON object of text
    ),
    "items": (
        Column("item_id", "VARCHAR", is_required=True),
        Column("item_name", "VARCHAR"),
        Column("content_type", "VARCHAR"),
        Column("category", "VARCHAR"),
        Column("tags", "VARCHAR"),
        Column("price", MONEY),
        Column("teacher", "VARCHAR"),
        Column("published_at", "TIMESTAMP"),
        Column("description", "VARCHAR"),
    ),
    "ratings": (
        Column("customer_id", "VARCHAR", is_required=True),
        Column("item_id", "VARCHAR", is_required=True),
        Column("rating", "DOUBLE", is_required=True),
        Column("rated_at", "TIMESTAMP"),
    ),
    "subscriptions": (
        Column("customer_id", "VARCHAR", is_required=True),
        Column("started_at", "TIMESTAMP", is_required=True),
        Column("plan", "VARCHAR"),
        Column("amount", MONEY),
        Column("currency", "VARCHAR"),
        Column("interval", "VARCHAR"),
        Column("trial_ends_at", "TIMESTAMP"),
        Column("canceled_at", "TIMESTAMP"),
        Column("ended_at", "TIMESTAMP"),
        Column("reason", "VARCHAR"),
    ),
}

MARTS: dict[str, tuple[Column, ...]] = {
    "orders": (  # one row per order read, valid or not
        Column("customer_number", "INTEGER"),  # null where nobody is identified
        Column("customer_id", "VARCHAR"),
        Column("order_id", "VARCHAR"),
        Column("source", "VARCHAR"),
        Column("ordered_at", "TIMESTAMP"),
        Column("day", "DATE"),  # local
        Column("amount", MONEY),  # net of refunds
        Column("gross", MONEY),
        Column("refunded", MONEY),
        Column("currency", "VARCHAR"),
        Column("status", "VARCHAR"),
        Column("kind", "VARCHAR"),
        Column("channel", "VARCHAR"),
        Column("coupon", "VARCHAR"),
        Column("n_lines", "INTEGER"),
        Column("is_valid", "BOOLEAN"),
        Column("is_purchase", "BOOLEAN"),
        Column("reason", "VARCHAR"),  # why it is not valid, else null
        Column("revenue", MONEY),  # = amount where valid and in the workspace's currency, else 0
    ),
    "purchases": (  # one row per purchase: orders of one customer on one local day
        Column("customer_number", "INTEGER"),
        Column("purchase_number", "INTEGER"),  # 1, 2, 3 … in time
        Column("day", "DATE"),
        Column("first_day", "DATE"),  # of the customer's first-ever purchase
        Column("revenue", MONEY),  # in the workspace's currency
        Column("n_orders", "INTEGER"),
        Column("gap", "INTEGER"),  # whole days since the previous purchase, null for the first
        Column("next_gap", "INTEGER"),  # whole days to the next purchase, null where none yet
        Column("channel", "VARCHAR"),
    ),
    "purchase_items": (  # one row per customer, purchase and item
        Column("customer_number", "INTEGER"),
        Column("purchase_number", "INTEGER"),
        Column("day", "DATE"),
        Column("item_id", "VARCHAR"),
        Column("category", "VARCHAR"),
        Column("quantity", MONEY),
        Column("revenue", MONEY),
    ),
    "customer_summary": (  # one row per identified customer, null dates where purchases = 0
        Column("customer_number", "INTEGER"),
        Column("customer_id", "VARCHAR"),
        Column("is_weak", "BOOLEAN"),
        Column("signed_up_day", "DATE"),
        Column("channel", "VARCHAR"),
        Column("country", "VARCHAR"),
        Column("city", "VARCHAR"),
        Column("gender", "VARCHAR"),
        Column("age", "DOUBLE"),
        Column("first_day", "DATE"),
        Column("second_day", "DATE"),
        Column("last_day", "DATE"),
        Column("purchases", "INTEGER"),
        Column("orders", "INTEGER"),  # valid orders, renewals included
        Column("revenue", MONEY),  # of all valid orders
        Column("purchase_revenue", MONEY),
        Column("first_revenue", MONEY),  # of the first purchase
        Column("days_to_second", "INTEGER"),
        Column("days_to_same_category", "INTEGER"),
        Column("days_to_same_item", "INTEGER"),
        Column("first_item_id", "VARCHAR"),  # dearest item of the first purchase, ties by id
        Column("first_category", "VARCHAR"),
        Column("first_channel", "VARCHAR"),
        Column("first_coupon", "VARCHAR"),
        Column("attributes", "VARCHAR"),  # JSON object of text: further columns of customers
    ),
    "item_summary": (  # one row per item known from any table
        Column("item_id", "VARCHAR"),
        Column("item_name", "VARCHAR"),
        Column("category", "VARCHAR"),
        Column("content_type", "VARCHAR"),
        Column("price", MONEY),
        Column("published_day", "DATE"),
        Column("customers", "INTEGER"),
        Column("purchases", "INTEGER"),
        Column("revenue", MONEY),
        Column("first_sold", "DATE"),
        Column("last_sold", "DATE"),
    ),
    "refund_lines": (  # every line of the orders that have a refund with a day of its own
        Column("source", "VARCHAR"),
        Column("order_id", "VARCHAR"),  # of the sale, also where the refund has an id of its own
        Column("ordered_at", "TIMESTAMP"),  # UTC; of a refund: when the money went back
        Column("item_id", "VARCHAR"),
        Column("category", "VARCHAR"),
        Column("amount", MONEY),  # below zero: a refund
    ),
}

BEFORE = {"refund_lines": "order_lines"}
"""Marts that an older version lacks, and the table that stands in until its next import."""


TIMES = {
    "order_lines": "ordered_at",
    "events": "occurred_at",
    "customers": "signed_up_at",
    "items": "published_at",
    "ratings": "rated_at",
    "subscriptions": "started_at",
}
"""The time of each canonical table: when what a row tells of began."""


def columns_of(name: str) -> tuple[Column, ...]:
    """All columns of a canonical table, provenance included, or of a mart.

    >>> [column.name for column in columns_of("ratings")][-3:]
    ['source', 'source_file', 'source_row']
    """
    return (*CANONICAL[name], *PROVENANCE) if name in CANONICAL else MARTS[name]


def required_fields(table: str) -> tuple[str, ...]:
    """Names of the fields without which a row of the table means nothing.

    >>> required_fields("ratings")
    ('customer_id', 'item_id', 'rating')
    """
    return tuple(column.name for column in CANONICAL[table] if column.is_required)
