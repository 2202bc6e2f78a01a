"""What the words of a time zone column mean."""

from zoneinfo import available_timezones

import duckdb

_WORDS = {
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "MST": "America/Denver",
    "MDT": "America/Denver", "CST": "America/Chicago", "CDT": "America/Chicago",
    "EST": "America/New_York", "EDT": "America/New_York", "CET": "Europe/Paris",
    "CEST": "Europe/Paris", "BST": "Europe/London", "GMT": "UTC", "JST": "Asia/Tokyo",
    "Eastern Time (US & Canada)": "America/New_York",
    "Central Time (US & Canada)": "America/Chicago",
    "Mountain Time (US & Canada)": "America/Denver",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "London": "Europe/London", "Beijing": "Asia/Shanghai", "北京时间": "Asia/Shanghai",
    "GMT+8": "Asia/Shanghai", "UTC+8": "Asia/Shanghai",
}  # fmt: skip


def zone_words(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the words of the column `time_zone` of `cells` and the IANA names they mean."""
    found = con.execute(
        "SELECT DISTINCT time_zone FROM cells WHERE time_zone IS NOT NULL ORDER BY 1 LIMIT 200"
    ).fetchall()
    known = {name: name for name in available_timezones()} | _WORDS
    return {str(word): known[word] for (word,) in found if word in known}
