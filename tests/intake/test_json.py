"""JSON as a table: lines, arrays, answers of services, and what is broken in them."""

import gzip
import json
from decimal import Decimal

import pytest

from analytics.errors import UnreadableFileError

ROWS = [
    {
        "order_id": "001",
        "customer": {"id": 202401010000000123, "vip": True},
        "ordered_at": "2024-01-05T10:00:00Z",
        "amount": 10.50,
        "item_name": None,
        "tags": ["a", 1.50, {"b": None}],
    },
    {"order_id": "002", "customer": {"id": 17850.0}, "ordered_at": "2024-01-06", "amount": 1e2},
]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)
MAPPING = {"customer_id": "customer.id"}


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        json.dumps({"object": "list", "has_more": False, "data": ROWS}),
        json.dumps({"data": ROWS}, indent=1),
        "".join(json.dumps(row, indent=1) + "\n" for row in ROWS),
        "\ufeff" + LINES.replace("\n", "\r\n"),
    ],
)
def test_every_shape_gives_the_same_rows(stage, text):
    result = stage(text, name="orders.json", mapping=MAPPING)
    found = result.understanding
    assert [column.name for column in found.columns] == [
        "order_id", "customer.id", "customer.vip", "ordered_at", "amount", "item_name", "tags",
    ]  # fmt: skip
    assert (found.header_line, found.delimiter) == (None, None)
    assert result.rows("order_id", "customer_id", "amount") == [
        ("001", "202401010000000123", Decimal("10.5")),
        ("002", "17850", Decimal(100)),
    ]


def test_nested_values_keep_what_they_hold(stage):
    columns = {c.name: c.samples for c in stage(LINES, mapping=MAPPING).understanding.columns}
    assert columns["customer.vip"] == ("true",)
    assert columns["tags"] == ('["a", 1.5, {"b": null}]',)


def test_a_broken_line_costs_itself_and_lines_are_counted(stage):
    text = LINES + '{"order_id": "x"\n\n[1, 2]\n' + LINES
    result = stage(text, name="orders.ndjson", mapping=MAPPING)
    assert result.staged.rows_loaded == 4
    assert [row[:2] for row in result.rejects()] == [(3, "unreadable_line"), (5, "unreadable_line")]
    assert result.rows("source_row") == [1, 2, 6, 7]
    assert result.notes()["blank_lines"].values == {"n": 1}


def test_a_broken_object_of_an_array_costs_itself(stage):
    text = json.dumps([*ROWS, *ROWS], indent=2).replace('"001"', '"001', 1)
    result = stage(text, mapping=MAPPING)
    assert (result.staged.rows_loaded, result.staged.rows_rejected) == (3, 1)


def test_objects_on_one_line_are_told_apart(stage):
    rows = [{**ROWS[0], "order_id": f"o{n}", "amount": "x" if n % 2 else n} for n in range(6)]
    result = stage(json.dumps(rows), mapping=MAPPING, table="order_lines")
    assert result.rows("order_id", "source_row") == [("o0", 1), ("o2", 3), ("o4", 5)]
    assert [row[:2] for row in result.rejects()] == [
        (2, "bad_number"), (4, "bad_number"), (6, "bad_number"),
    ]  # fmt: skip


def test_keys_that_come_late_are_counted(stage, monkeypatch):
    monkeypatch.setattr("analytics.intake.json_lines._KEYS_BYTES", 100)
    late = json.dumps({**ROWS[0], "coupon": "NEW"}) + "\n"
    result = stage(LINES + late, mapping=MAPPING)
    assert result.staged.rows_loaded == 3
    assert result.notes()["late_keys"].values == {"n": 1, "names": "coupon"}


def test_escapes_that_no_text_can_hold(stage):
    text = '{"order_id":"\\ud800","customer_id":"a\\u0000b","ordered_at":"2024-01-05","amount":1}\n'
    assert stage(text).row("order_id", "customer_id") == ("?", "ab")


def test_numbers_stay_as_written(stage):
    text = (
        '{"order_id": 202401010000000123, "customer_id": 1.0, "ordered_at": "2024-01-05", '
        '"amount": 19.90}\n'
    )
    assert stage(text).row("order_id", "customer_id", "amount") == (
        "202401010000000123", "1", Decimal("19.9"),
    )  # fmt: skip


def test_json_in_gzip_and_utf_16(stage):
    data = gzip.compress(LINES.encode("utf-16"))
    assert stage(data, name="orders.json.gz", mapping=MAPPING).staged.rows_loaded == 2


@pytest.mark.parametrize(
    "text",
    ["[[1, 2], [3]]", '{"rows": []}', "{}", "[]", "[" * 50_000, '{"a":' * 50_000, "{"],
)
def test_what_holds_no_objects_gets_one_sentence(stage, text):
    with pytest.raises(UnreadableFileError, match="JSON"):
        stage(text, name="orders.json")
