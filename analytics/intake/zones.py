"""What the names of time zones mean: in a column of their own, or behind a time."""

import re
from functools import cache
from zoneinfo import available_timezones

import duckdb

# Minutes east of UTC of the abbreviations behind a time; CST, IST and a few more are several zones.
_HOURS = {
    "Z": 0, "z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1,
    "MESZ": 2, "BST": 1, "EET": 2, "EEST": 3, "MSK": 3, "PST": -8, "PDT": -7, "MST": -7, "MDT": -6,
    "CST": -6, "CDT": -5, "EST": -5, "EDT": -4, "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4,
    "ADT": -3, "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "IST": 5.5, "PKT": 5, "ICT": 7,
    "WIB": 7, "SGT": 8, "HKT": 8, "MYT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5,
    "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "SAST": 2, "GST": 4,
}  # fmt: skip
FIXED_OFFSETS = {name: int(hours * 60) for name, hours in _HOURS.items()}
# An abbreviation that another part of the world uses too: zone of the shop → hours.
_ELSEWHERE = {
    "CST": (("Asia/", 8), ("America/Havana", -5)),
    "IST": (("Europe/Dublin", 1), ("Asia/Jerusalem", 2)),
    "BST": (("Asia/Dhaka", 6),),
    "EST": (("Australia/", 10),),
    "EDT": (("Australia/", 11),),
    "AST": (("Asia/", 3),),
}
_IN_COLUMN = {
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "MST": "America/Denver",
    "MDT": "America/Denver", "CST": "America/Chicago", "CDT": "America/Chicago",
    "EST": "America/New_York", "EDT": "America/New_York", "CET": "Europe/Paris",
    "CEST": "Europe/Paris", "BST": "Europe/London", "GMT": "UTC", "JST": "Asia/Tokyo",
    "PT": "America/Los_Angeles", "MT": "America/Denver", "CT": "America/Chicago",
    "ET": "America/New_York", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
    "IST": "Asia/Kolkata", "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore", "KST": "Asia/Seoul",
    "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland", "MSK": "Europe/Moscow",
    "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin", "UTC": "UTC", "Z": "UTC",
    "Eastern Time (US & Canada)": "America/New_York",
    "Central Time (US & Canada)": "America/Chicago",
    "Mountain Time (US & Canada)": "America/Denver",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Alaska": "America/Anchorage", "Hawaii": "Pacific/Honolulu", "Arizona": "America/Phoenix",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Atlantic Time (Canada)": "America/Halifax", "Newfoundland": "America/St_Johns",
    "Saskatchewan": "America/Regina", "Mexico City": "America/Mexico_City",
    "Brasilia": "America/Sao_Paulo", "Buenos Aires": "America/Argentina/Buenos_Aires",
    "London": "Europe/London", "Edinburgh": "Europe/London", "Dublin": "Europe/Dublin",
    "Lisbon": "Europe/Lisbon", "Berlin": "Europe/Berlin", "Paris": "Europe/Paris",
    "Madrid": "Europe/Madrid", "Rome": "Europe/Rome", "Amsterdam": "Europe/Amsterdam",
    "Vienna": "Europe/Vienna", "Stockholm": "Europe/Stockholm", "Warsaw": "Europe/Warsaw",
    "Prague": "Europe/Prague", "Brussels": "Europe/Brussels", "Copenhagen": "Europe/Copenhagen",
    "Helsinki": "Europe/Helsinki", "Athens": "Europe/Athens", "Istanbul": "Europe/Istanbul",
    "Moscow": "Europe/Moscow", "Jerusalem": "Asia/Jerusalem", "Abu Dhabi": "Asia/Dubai",
    "Mumbai": "Asia/Kolkata", "New Delhi": "Asia/Kolkata", "Bangkok": "Asia/Bangkok",
    "Hanoi": "Asia/Ho_Chi_Minh", "Jakarta": "Asia/Jakarta", "Singapore": "Asia/Singapore",
    "Kuala Lumpur": "Asia/Kuala_Lumpur", "Hong Kong": "Asia/Hong_Kong", "Taipei": "Asia/Taipei",
    "Beijing": "Asia/Shanghai", "北京时间": "Asia/Shanghai", "北京": "Asia/Shanghai",
    "中国标准时间": "Asia/Shanghai", "China Standard Time": "Asia/Shanghai",
    "Osaka": "Asia/Tokyo", "Tokyo": "Asia/Tokyo", "Seoul": "Asia/Seoul",
    "Sydney": "Australia/Sydney", "Melbourne": "Australia/Melbourne",
    "Brisbane": "Australia/Brisbane", "Perth": "Australia/Perth", "Adelaide": "Australia/Adelaide",
    "Auckland": "Pacific/Auckland", "Wellington": "Pacific/Auckland",
}  # fmt: skip
_HALF_HOURS = {"+05:30": "Asia/Kolkata", "+05:45": "Asia/Kathmandu", "+09:30": "Australia/Darwin",
               "+03:30": "Asia/Tehran", "+04:30": "Asia/Kabul", "+06:30": "Asia/Yangon",
               "-03:30": "America/St_Johns"}  # fmt: skip
_BRACKETED = re.compile(r"^\((?:GMT|UTC)([+-]\d{1,2}:?\d{0,2})?\)\s*(.+)$")
_OFFSET = re.compile(r"^(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?$")
_MOST_WORDS = 200


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone_name(word: str) -> bool:
    """Whether a word is an IANA name such as Asia/Shanghai."""
    return word in _names()


def minutes_east(name: str, zone: str) -> int:
    """Return the minutes east of UTC that an abbreviation means in a shop of this zone.

    >>> minutes_east("PDT", "UTC"), minutes_east("CST", "UTC"), minutes_east("CST", "Asia/Shanghai")
    (-420, -360, 480)
    """
    for place, hours in _ELSEWHERE.get(name, ()):
        if zone.startswith(place):
            return hours * 60
    return FIXED_OFFSETS[name]


def is_ambiguous(name: str) -> bool:
    """Whether an abbreviation means different zones in different parts of the world."""
    return name in _ELSEWHERE


def zone_named(word: str) -> str | None:
    """Return the IANA name that a word of a zone column means, None where it is unknown.

    >>> zone_named("Eastern Time (US & Canada)"), zone_named("(GMT+08:00) Beijing")
    ('America/New_York', 'Asia/Shanghai')
    >>> zone_named("UTC-5"), zone_named("+05:30"), zone_named("Moonbase")
    ('Etc/GMT+5', 'Asia/Kolkata', None)
    """
    if word in _IN_COLUMN or word in _names():
        return _IN_COLUMN.get(word, word)
    if match := _BRACKETED.match(word):
        places = [part.strip() for part in match[2].split(",")]
        found = [zone for place in [match[2], *places] if (zone := zone_named(place))]
        return found[0] if found else zone_named(match[1] or "UTC")
    if match := _OFFSET.match(word):
        hours, minutes = int(match[2]), match[3] or "00"
        if minutes != "00":
            return _HALF_HOURS.get(f"{match[1]}{hours:02d}:{minutes}")
        return f"Etc/GMT{'-' if match[1] == '+' else '+'}{hours}" if hours else "UTC"
    return None


def zone_words(con: duckdb.DuckDBPyConnection) -> tuple[dict[str, str], dict[str, int]]:
    """Read the column `time_zone` of `cells`: what its words mean, and the rows of unknown ones."""
    found = con.execute(
        "SELECT time_zone, count(*) AS n FROM cells WHERE time_zone IS NOT NULL "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {_MOST_WORDS}"
    ).fetchall()
    known = {str(word): zone for word, _ in found if (zone := zone_named(str(word)))}
    return known, {str(word): int(n) for word, n in found if str(word) not in known}
