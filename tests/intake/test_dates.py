"""Every way of writing a time comes to the same UTC time, or is refused with its value."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.intake.dates import DatePlan, dated, doubt_note, plan_dates
from tests.intake.files import stage_file

EPOCH = int(datetime(2024, 1, 31, 10, 30, tzinfo=UTC).timestamp())


def read(values, zone="UTC", wanted=None, expected=None):
    with duckdb.connect() as con:
        con.execute(
            "CREATE TEMP TABLE cells AS SELECT generate_subscripts(v, 1) AS source_row, "
            "unnest(v) AS t FROM (SELECT CAST(? AS VARCHAR[]) AS v)",
            [values],
        )
        plan = plan_dates(con, "t", zone=zone, wanted=wanted, expected=expected)
        query = f"SELECT t__at FROM ({dated('cells', {'t': plan})}) ORDER BY source_row"
        return [row[0] for row in con.execute(query).fetchall()], plan


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31 10:30:00",
        "2024-01-31T10:30:00Z",
        "2024-01-31T10:30:00.000Z",
        "2024-01-31 10:30",
        "2024-1-31 10:30",
        "2024/1/31 10:30",
        "2024.01.31 10:30",
        "2024-01-31 10:30:00 UTC",
        "2024-01-31 18:30:00+08:00",
        "2024-01-31 18:30:00 +0800",
        "2024-01-31 05:30:00 -0500",
        "2024-01-31T16:00:00+05:30",
        "20240131103000",
        "20240131 10:30",
        "2024年01月31日 10:30",
        "2024年1月31日 10时30分",
        "2024年1月31日10:30:00",
        str(EPOCH),
        str(EPOCH * 1_000),
        str(EPOCH * 1_000_000),
        "Wed, 31 Jan 2024 10:30:00 +0000",
        "31-Jan-24 10:30",
        "31 January 2024 10:30",
        "Jan 31, 2024 10:30:00 AM",
        "January 31, 2024 - 10:30 am",
        "31/01/2024 10:30",
        "31.01.2024 10:30:00",
        "1/31/2024 10:30:00 AM",
        "01/31/24 10:30",
        f"{EPOCH}.0",
        f"{EPOCH}000.0",
        str(EPOCH * 10**9),
        "45322.4375",
        "31.01.2024 10.30",
        "31.01.24, 10:30",
        "Jan 31, 2024 2:30:00 AM PST",
        "Jan 31, 2024 03:30:00 MST",
        "January 31st, 2024 at 10:30",
        "Wednesday, January 31, 2024 10:30 AM",
        "January 31, 2024, 10:30\u202fAM",
        "10:30:00 Jan 31, 2024 UTC",
        "Wed Jan 31 10:30:00 2024",
        "Wed Jan 31 2024 18:30:00 GMT+0800 (China Standard Time)",
        "2024-01-31T10:30:00.000000Z",
        "2024-01-31T18:30+08",
        "2024-01-31 18:30:00 Asia/Shanghai",
        "2024-01-31 19:30 JST",
        "20240131T103000Z",
        "2024年1月31日 上午10:30",
        "2024年01月31日(水) 午前10:30",
        "2024年1月31日 星期三 10:30",
        "2024년 1월 31일 오전 10:30",
        "2024/1/31 10:30 ～ 2024/2/1 10:30",
        "2024-01-31 10:30:00 至 2024-02-01 10:30:00",
        "2024-01-31 10:30 - 2024-02-01 10:30",
        "31 janvier 2024 à 10:30",
        "31. Januar 2024, 10:30 Uhr",
        "Mi., 31. Jan. 2024 10:30",
        "31 de enero de 2024 10:30",
        "31 de jan. de 2024 10h30",
        "31 gennaio 2024 10:30",
        "31-JAN-2024 10:30",
        "2024-Jan-31 10:30",
        "31/Jan/2024 10:30",
        "31-01-2024 10:30",
    ],
)
def test_one_time_in_many_shapes(text):
    assert read([text])[0] == [datetime(2024, 1, 31, 10, 30)]


@pytest.mark.parametrize(
    "text", ["abc", "2024-02-30", "0000-00-00 00:00:00", "infinity", "31/31/2024", "12", "1700"]
)
def test_what_is_no_date(text):
    assert read([text])[0] == [None]


@pytest.mark.parametrize(
    "text", ["2024-01-31", "20240131", "2024年01月31日", "2024/1/31", "31/01/2024", "31-Jan-24"]
)
def test_a_day_starts_at_local_midnight(text):
    assert read([text], zone="Asia/Shanghai")[0] == [datetime(2024, 1, 30, 16, 0)]


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (["03/04/2024", "25/12/2024"], datetime(2024, 4, 3)),
        (["03/04/2024", "12/25/2024"], datetime(2024, 3, 4)),
    ],
)
def test_the_column_tells_day_from_month(values, first):
    found, plan = read(values)
    assert found[0] == first
    assert not plan.is_doubtful
    assert None not in found


def test_where_nothing_tells_the_rows_in_order_win():
    values = ["01/02/2024", "02/02/2024", "03/02/2024", "01/03/2024", "02/03/2024"]
    found, plan = read(values)
    assert found == sorted(found)
    assert found[0] == datetime(2024, 2, 1)
    assert plan.is_doubtful


def test_points_between_the_parts_are_day_first():
    found, plan = read(["03.04.2024", "05.04.2024"])
    assert found == [datetime(2024, 4, 3), datetime(2024, 4, 5)]
    assert not plan.is_doubtful


def test_what_the_export_is_known_for_decides_what_is_open():
    found, plan = read(["03/04/2024"], expected="month-first")
    assert (found, plan.is_doubtful) == ([datetime(2024, 3, 4)], False)
    assert read(["25/04/2024"], expected="month-first")[0] == [datetime(2024, 4, 25)]


def test_a_doubt_names_both_readings():
    _, plan = read(["03/04/2024 10:00", "01/02/2024 9:00"])
    note = doubt_note("Date", plan)
    assert plan.is_doubtful
    assert note.values["example"] == "01/02/2024 9:00"
    assert {note.values["read"], note.values["other"]} == {"2024-02-01", "2024-01-02"}
    assert note.values["order"] != plan.order
    assert "set the date order to" in note


def test_two_digits_of_the_year_may_stand_first():
    assert read(["24/01/31", "24/02/29"], wanted="year-first")[0] == [
        datetime(2024, 1, 31),
        datetime(2024, 2, 29),
    ]
    assert read(["99/12/31", "98/11/30"])[0] == [datetime(1999, 12, 31), datetime(1998, 11, 30)]


@pytest.mark.parametrize(
    ("zone", "hour"), [("UTC", 16), ("Asia/Shanghai", 2), ("America/Chicago", 16)]
)
def test_an_abbreviation_of_two_zones_follows_the_shop(zone, hour):
    assert read(["2024-01-31 10:00:00 CST"], zone=zone)[0] == [datetime(2024, 1, 31, hour)]


def test_zones_and_naive_times_in_one_column():
    found, plan = read(
        ["2024-06-01 10:00:00", "2024-06-01 10:00:00 -0400", "Jun 1, 2024 10:00:00 AM PDT",
         "2024-06-01 10:00:00 Europe/Paris"],
        zone="Asia/Shanghai",
    )  # fmt: skip
    assert [at.hour for at in found] == [2, 14, 17, 8]
    assert plan.has_naive


@pytest.mark.parametrize("mark", ["", " "])
@pytest.mark.parametrize("colon", ["", ":"])
def test_offsets_of_one_width(mark, colon):
    values = [f"2024-06-01 10:00:00{mark}{offset}" for offset in
              (f"-03{colon}30", f"+05{colon}45", f"+00{colon}00", f"-11{colon}00")]  # fmt: skip
    found, plan = read(values, zone="Asia/Tokyo")
    assert [f"{at:%d %H:%M}" for at in found] == ["01 13:30", "01 04:15", "01 10:00", "01 21:00"]
    assert plan.offset_width == 5 + len(colon)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-03-10 01:59:59", datetime(2024, 3, 10, 6, 59, 59)),
        ("2024-03-10 02:30:00", datetime(2024, 3, 10, 7, 30)),  # skipped: moves on by the hour
        ("2024-03-10 03:00:00", datetime(2024, 3, 10, 7, 0)),
        ("2024-11-03 01:30:00", datetime(2024, 11, 3, 5, 30)),  # told twice: the first
        ("2024-11-03 02:00:00", datetime(2024, 11, 3, 7, 0)),
    ],
)
def test_the_hours_of_summer_time(text, utc):
    found = read([text], zone="America/New_York")[0][0]
    assert found - utc in {timedelta(0), timedelta(hours=1)}
    assert found == utc or text.startswith("2024-11-03 01:30")


def test_the_user_decides():
    assert read(["03/04/2024"], wanted="month-first")[0] == [datetime(2024, 3, 4)]
    assert read(["03/04/2024"], wanted="day-first")[0] == [datetime(2024, 4, 3)]


def test_the_other_order_is_refused_not_guessed():
    assert read(["25/12/2024", "26/12/2024", "12/25/2024"])[0][2] is None


zones = st.sampled_from(
    ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Adelaide"]
)
times = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)).map(
    lambda time: time.replace(microsecond=0)
)
shapes = st.sampled_from(
    ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y年%m月%d日 %H:%M:%S"]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(times, min_size=1, max_size=5), zones, shapes)
def test_local_times_round_trip(values, zone, shape):
    found, _ = read([value.strftime(shape) for value in values], zone=zone)
    back = [
        time.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for time in found
    ]
    for value, returned in zip(values, back, strict=True):
        # an hour that summer time skips does not exist and moves on by that hour
        assert returned - value in {timedelta(0), timedelta(hours=1)}


@settings(max_examples=40, deadline=None)
@given(times, st.integers(-14 * 60, 14 * 60))
def test_offsets_are_respected(time, minutes):
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    found, _ = read([f"{time:%Y-%m-%dT%H:%M:%S}{offset}"], zone="Asia/Tokyo")
    assert found == [time - timedelta(minutes=minutes)]


def test_plans_are_plain_facts():
    assert DatePlan("UTC") == DatePlan("UTC", order="day-first")


def test_a_time_of_day_that_says_the_day_again_is_the_whole_moment(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(
        "Order Number,Email,Order Date,Order Time (UTC),Amount\n"
        "1,ann@x.com,2024-01-05,2024-01-05 10:00:00 UTC,29\n"
        "2,bob@x.com,2024-01-06,2024-01-06 11:30:00 UTC,49\n"
    )
    mapping = {"ordered_at": "Order Date", "time_of_day": "Order Time (UTC)"}
    result = stage_file(path, tmp_path, mapping=mapping)
    moments = [str(moment) for moment in result.rows("ordered_at")]
    assert moments == ["2024-01-05 10:00:00", "2024-01-06 11:30:00"]
