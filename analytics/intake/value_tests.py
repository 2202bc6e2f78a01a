"""Whether the values of a column can be those of a field, whatever its header says."""

import re
from collections.abc import Callable

from analytics import schema
from analytics.intake.activity_words import EVENTS
from analytics.intake.fields import FIRM, Reading
from analytics.intake.profiles import Profile
from analytics.intake.words import KINDS, REFUND_STATUSES, STATUSES, TYPES, are_flags, word_key

# a duration such as 1h 20m 5s
SPELLED = re.compile(r"^(?=.*[hms]$)(?:\d+\s?h)?\s*(?:\d+\s?m(?:in)?)?\s*(?:\d+\s?s)?$")
_MOST, _HALF, _SOME = 0.8, 0.5, 0.2
_PART = 0.5
_MANY_ROWS = 20
_FEW_ROWS = 5
_ID_DIGITS = 9
_EMPTY_COST, _DOUBT, _STRONG_DOUBT = 0.2, 0.1, 0.3
_KNOWN_GAIN = 0.01
_BARE_PEOPLE = {"customer", "buyer", "user", "member", "account", "contact", "recipient"}
_TIMES = frozenset(
    column.name
    for columns in schema.CANONICAL.values()
    for column in columns
    if column.dtype == "TIMESTAMP"
) | {"created_at", "paid_at"}
_NUMBERS = frozenset(
    column.name
    for columns in schema.CANONICAL.values()
    for column in columns
    if column.dtype in {schema.MONEY, "DOUBLE"} and column.name != "duration_s"
) | {"discount", "gross", "mrr"}
_MONEY = frozenset({"amount", "order_total", "price"})
_UNITS = (
    (re.compile(r"\bms\b|_ms$|millis|毫秒"), 0.001),
    (re.compile(r"minu|\bmins?\b|_mins?$|分钟|分鐘|\(分\)|（分）|분|мин"), 60),
    (re.compile(r"hour|\bhrs?\b|小时|小時|stunden|heures|horas|시간\)|час"), 3600),
)
# Words which say that a date is not the one that a table asks for.
OTHER_DATES = frozenset(
    [
        "birthday",
        "shipping",
        "update",
        "refund",
        "cancel",
        "end",
        "next",
        "first",
        "latest",
        "due",
        "print",
        "send",
        "trial",
        "payout",
        "settlement",
        "start",
        "publish",
        "review",
        "event",
        "tax",
    ]
)


def is_time(field: str) -> bool:
    """Whether a field holds a date or a time."""
    return field in _TIMES


def is_number(field: str) -> bool:
    """Whether a field holds a number."""
    return field in _NUMBERS


def seconds_per_unit(header: str) -> float:
    """Seconds in the unit that the header of a duration names; 1 where it names none.

    >>> seconds_per_unit("观看时长(分钟)"), seconds_per_unit("watch_ms")
    (60, 0.001)
    """
    text = header.lower()
    return next((seconds for pattern, seconds in _UNITS if pattern.search(text)), 1)


def fitted(field: str, said: Reading, profile: Profile) -> float:
    """Confidence that a column is a field: what its header says, corrected by its values.

    Parameters
    ----------
    field
        Name of the field.
    said
        What the header says.
    profile
        The values.

    Returns
    -------
    float
        0 where the values rule the field out.
    """
    if not profile.n and field in {"refunded_at", "cancelled_at"}:
        return 0.0
    if not profile.n and said.pattern == ("note",):
        return 0.0
    if not profile.n:
        cost = _HALF if field in _MONEY else _EMPTY_COST
        return max(said.confidence - cost, 0.0)
    if is_time(field):
        return _of_times(field, said, profile)
    if is_number(field):
        return _of_numbers(field, said, profile)
    test = _TESTS.get(field, _of_words)
    return max(said.confidence + test(said, profile), 0.0)


def _of_times(field: str, said: Reading, profile: Profile) -> float:
    needed = 0.6 if said.confidence <= _PART else _SOME
    if profile.dates < needed or (profile.is_birth and field != "published_at"):
        return 0.0
    return said.confidence


def _of_numbers(field: str, said: Reading, profile: Profile) -> float:
    needed = 0.6 if said.confidence <= _PART else _SOME
    if said.pattern == ("note",) and profile.numbers < _MOST:  # a mark, where it is no remark
        return 0.0
    if profile.numbers < needed or (profile.dates > _MOST and not profile.cents):
        return 0.0
    if field != "rating" and _are_long_ids(profile):
        return said.confidence - _STRONG_DOUBT
    return said.confidence


def _are_long_ids(profile: Profile) -> bool:
    long = profile.share(lambda value: value.isdigit() and len(value) > _ID_DIGITS)
    return long > _HALF


def _no_date_nor_money(profile: Profile) -> bool:
    return profile.dates > _MOST or profile.cents > _MOST


def _of_ids(said: Reading, profile: Profile) -> float:
    is_compact = profile.integers > _MOST and said.confidence > _MOST
    if (profile.dates > _MOST and not is_compact) or profile.cents > _MOST or profile.json > _HALF:
        return -1.0
    if profile.emails > _HALF or profile.texts > _HALF or are_flags(profile.counts):
        return -1.0
    return -_STRONG_DOUBT if profile.is_constant and profile.n >= _FEW_ROWS else 0.0


def _of_order_ids(said: Reading, profile: Profile) -> float:
    is_bare = len(said.pattern) == 1 and said.pattern != ("order_id",)
    if is_bare and (profile.is_row_count or profile.parted_names > _HALF):
        return -1.0
    if is_bare and said.pattern in {("order",), ("invoice",), ("receipt",)} and profile.n < 2 * 2:
        return _of_ids(said, profile)
    if is_bare and profile.n_distinct < _SOME * profile.n:
        return -1.0
    if said.pattern == ("code",):  # of what, it does not say
        return _of_ids(said, profile) - _DOUBT
    return _of_ids(said, profile)


def _of_customer_ids(said: Reading, profile: Profile) -> float:
    if said.pattern == ("taxpayer",):  # better than a name, worse than an address
        return _of_ids(said, profile) - _STRONG_DOUBT
    if len(said.pattern) == 1 and said.pattern[0] in _BARE_PEOPLE:
        if profile.emails > _HALF or _are_pieces(profile):
            return -1.0
        if profile.parted_names > _HALF:
            return -_STRONG_DOUBT
    if profile.emails > _HALF:
        return 0.0
    return _of_ids(said, profile)


def _are_pieces(profile: Profile) -> bool:
    """Whether the values are small numbers, mostly 1: how many came, not who."""
    if profile.integers < _MOST or profile.n < _FEW_ROWS - 1:
        return False
    return profile.counts["1"] > _SOME * profile.n and profile.n_distinct < _HALF * profile.n


def _of_names(said: Reading, profile: Profile) -> float:
    if profile.emails > _HALF or profile.dates > _MOST or profile.json > _HALF:
        return -1.0
    if profile.numbers > _MOST and said.pattern != ("username",):
        return -1.0
    return 0.0


def _of_item_names(said: Reading, profile: Profile) -> float:
    if profile.emails > _HALF or profile.dates > _MOST or profile.urls > _HALF:
        return -1.0
    if profile.numbers > _MOST and said.confidence < FIRM - _DOUBT:
        return -1.0
    if are_flags(profile.counts):
        return -1.0
    return -_DOUBT if profile.json > _HALF else 0.0


def _of_words(_: Reading, profile: Profile) -> float:
    return -1.0 if profile.dates > _MOST or profile.emails > _HALF else 0.0


def _of_groups(said: Reading, profile: Profile) -> float:
    """Words that many rows share."""
    if _no_date_nor_money(profile) or profile.emails > _HALF or profile.urls > _HALF:
        return -1.0
    if profile.n >= _MANY_ROWS and profile.n_distinct > _HALF * profile.n:
        return -_STRONG_DOUBT
    return 0.0 if len(said.pattern) > 1 or profile.numbers < _MOST else -_DOUBT


def _of_known_words(words: dict[str, str], *, needs: bool = False) -> Callable:
    def test(said: Reading, profile: Profile) -> float:
        doubt = _of_groups(said, profile)
        share = profile.known(lambda word: word_key(word) in words)
        if needs and not share and said.confidence < FIRM - _DOUBT / 2:
            return -1.0
        return doubt + _KNOWN_GAIN * share

    return test


def _of_statuses(said: Reading, profile: Profile) -> float:
    if said.pattern == ("cancel",):  # a column of yes and no, not of days or reasons
        return 0.0 if are_flags(profile.counts) or {*profile.counts} <= {"0", "1"} else -1.0
    share = profile.known(lambda word: word_key(word) in STATUSES)
    doubt = _of_groups(said, profile)
    if share:
        return max(doubt, -_DOUBT) + _KNOWN_GAIN * share
    return doubt - (_DOUBT if len(said.pattern) > 1 else 2 * _DOUBT)


def _share_of(name: str, needed: float) -> Callable[[Reading, Profile], float]:
    def test(_: Reading, profile: Profile) -> float:
        return 0.0 if getattr(profile, name) >= needed else -1.0

    return test


def _of_clocks(_: Reading, profile: Profile) -> float:
    return 0.0 if profile.clocks >= _HALF and profile.dates < _SOME else -1.0


def _of_durations(_: Reading, profile: Profile) -> float:
    spelled = profile.share(SPELLED)
    return 0.0 if max(profile.numbers, profile.clocks, spelled) >= _HALF else -1.0


def _of_coupons(_: Reading, profile: Profile) -> float:
    return -1.0 if _no_date_nor_money(profile) or profile.emails > _HALF else 0.0


def _of_ends(said: Reading, profile: Profile) -> float:
    """A date at which a sale was undone: nothing in most rows."""
    return 0.0 if said.confidence > _MOST and profile.dates > _MOST else -1.0


_TESTS: dict[str, Callable[[Reading, Profile], float]] = {
    "customer_id": _of_customer_ids,
    "email": _share_of("emails", _HALF),
    "phone": _share_of("phones", _HALF),
    "customer_name": _of_names,
    "order_id": _of_order_ids,
    "refund_of": _of_ids,
    "item_id": _of_ids,
    "session_id": _of_ids,
    "item_name": _of_item_names,
    "currency": _share_of("currencies", _HALF),
    "status": _of_statuses,
    "refund_status": _of_known_words(REFUND_STATUSES, needs=True),
    "transaction_type": _of_known_words(TYPES, needs=True),
    "kind": _of_known_words(KINDS, needs=True),
    "category": _of_groups,
    "content_type": _of_groups,
    "channel": _of_groups,
    "event": _of_known_words(EVENTS),
    "coupon": _of_coupons,
    "time_of_day": _of_clocks,
    "refunded_at": _of_ends,
    "cancelled_at": _of_ends,
    "duration_s": _of_durations,
    "country": _of_groups,
    "city": _of_groups,
}
