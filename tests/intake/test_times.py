"""Zones in a column, times of day in another, orders of day and month across columns."""

from datetime import datetime

import pytest

HEAD = "order_id,customer_id,item_id,amount,"


def test_words_of_a_column_of_zones(stage):
    words = [
        "Eastern Time (US & Canada)",
        "(GMT+08:00) Beijing",
        "UTC-5",
        "PST",
        "Asia/Tokyo",
        "Mars",
    ]
    result = stage(
        HEAD + "Date,Time,Time Zone\n"
        + "".join(f'{n},a,i,1,2024-01-05,10:00:00,"{word}"\n' for n, word in enumerate(words)),
        mapping={"ordered_at": "Date", "time_of_day": "Time", "time_zone": "Time Zone"},
    )  # fmt: skip
    assert [at.hour for at in result.rows("ordered_at")] == [15, 2, 15, 18, 1, 10]
    assert result.notes()["unknown_zones"].values == {"n": 1, "words": "Mars"}


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("2024-01-05", "10:30:00"),
        ("2024-01-05 00:00:00", "10:30:00"),
        ("2024-01-05", "1899-12-30 10:30:00"),
        ("1/5/2024", "10:30 AM"),
        ("05.01.2024", "10:30"),
        ("Jan 5, 2024", "10:30:00 AM UTC"),
    ],
)
def test_a_day_and_a_time_of_day(stage, day, clock):
    result = stage(
        HEAD + f'Date,Time\n1,a,i,1,"{day}","{clock}"\n2,a,i,1,"{day}","{clock}"\n',
        mapping={"ordered_at": "Date", "time_of_day": "Time"},
        date_order="month-first" if "/" in day else None,
    )
    assert result.rows("ordered_at") == [datetime(2024, 1, 5, 10, 30)] * 2


def test_a_column_that_tells_helps_one_that_does_not(stage):
    text = (
        HEAD + "Paid at,Created at\n1,a,i,1,03/04/2024,03/14/2024\n2,b,i,1,01/02/2024,02/20/2024\n"
    )
    result = stage(text, mapping={"ordered_at": "Paid at", "created_at": "Created at"})
    assert result.rows("ordered_at") == [datetime(2024, 3, 4), datetime(2024, 1, 2)]
    assert "date_order_doubtful" not in result.notes()


def test_a_doubtful_order_shows_both_readings_and_the_remedy(stage):
    text = HEAD + "ordered_at\n1,a,i,1,03/04/2024\n2,b,i,1,05/04/2024\n"
    note = stage(text).notes()["date_order_doubtful"]
    assert note.values["example"] == "03/04/2024"
    assert {note.values["read"], note.values["other"]} == {"2024-04-03", "2024-03-04"}
    fixed = stage(text, date_order=note.values["order"])
    assert fixed.rows("ordered_at")[0] == datetime.fromisoformat(note.values["other"])
    assert "date_order_doubtful" not in fixed.notes()


def test_an_abbreviation_of_several_zones_is_said(stage):
    text = HEAD + "ordered_at\n1,a,i,1,2024-01-05 10:00:00 CST\n"
    note = stage(text).notes()["zone_ambiguous"]
    assert (note.values["name"], note.values["hours"]) == ("CST", -6)
    result = stage(text, timezone="Asia/Shanghai")
    assert "zone_ambiguous" not in result.notes()
    assert result.row("ordered_at") == datetime(2024, 1, 5, 2)


def test_days_of_a_spreadsheet(stage):
    result = stage(
        HEAD + "ordered_at\n1,a,i,1,45322\n2,a,i,1,45322.4375\n",
        mapping={"ordered_at": "ordered_at"},
    )
    assert result.rows("ordered_at") == [datetime(2024, 1, 31), datetime(2024, 1, 31, 10, 30)]
