"""What a known export is: how it is recognised and what its columns mean, as plain facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.intake.headers import normalise_header

# What trackers name the thing that an event is about, the surest first.
ITEM_KEYS = ("item_id", "product_id", "course_id", "content_id", "lesson_id", "sku")
DURATION_KEYS = ("duration_s", "duration", "watch_time", "dwell_time")

# Columns that would name somebody, so that a report of sums is not taken for one.
SOMEBODY = (
    "Customer ID", "Customer", "Customer Name", "Customer Email", "Email", "Buyer Email",
    "Buyer ID", "User ID", "Client ID", "Distinct ID", "User Pseudo ID", "Subscriber ID",
    "客户ID", "用户ID", "买家ID", "手机号", "买家会员名",
)  # fmt: skip


def nested(prefix: str, keys: Sequence[str]) -> tuple[str, ...]:
    """Name columns as they are and as the keys of an object that was taken apart.

    >>> nested("properties", ["sku"])
    ('sku', 'properties.sku')
    """
    return tuple(name for key in keys for name in (key, f"{prefix}.{key}"))


@dataclass(frozen=True)
class Platform:
    """One known export.

    Attributes
    ----------
    name
        Written to `source` of every row; stable, since an order that arrives again from the same
        source replaces the earlier one.
    title
        How people call it.
    table
        The canonical table that it fills.
    present
        Headers that must all be there, each a name or several of which one will do (other
        versions, other languages); the export with most of them wins.
    absent
        Headers none of which may be there: they tell a sibling export apart.
    columns
        Field to its headers; the first that the file has is taken.
    currency
        Of all its money, where the platform knows only one.
    money_unit
        "cents" where its money counts hundredths.
    zone
        In which its times are, where that is a fact; it is suggested, never silently taken.
    date_order
        "day-first" or "month-first" where the platform always writes so; used where the values
        leave it open.
    is_utc
        Whether it always writes UTC, whatever zone the file's other times are in.
    is_line_level
        Whether `amount` (or price and quantity) is known to be the line's own; otherwise the
        values decide.
    is_personal_bill
        Whether it is the account of a person, in which only some rows are sales.
    has_headings
        Whether lines that fill only their first two cells are headings of the rows below.
    summary
        First cell of the line at which the rows end and a summary begins; empty for none.
    spends_below_zero
        Whether a negative row that is no refund is money that the owner spent: not a sale.
    statuses
        Its own words (lower case) for the status of an order, where they mean something else than
        everywhere, and the canonical status.
    kinds
        Its words (lower case) for the kind of an order, where they mean it only there.
    types
        Its words (lower case) for the type of a transaction: "sale", "refunded" or "not_a_sale".
    other_types
        What a type means that is not among `types`; None leaves the row to its status.
    refusal
        Why it can't serve: nothing in it says who bought.
    source
        Name of the export whose orders these are too; empty where that is its own. Two exports of
        one source don't add up: an order of the one replaces that of the other.
    """

    name: str
    title: str
    table: str
    present: tuple[str | tuple[str, ...], ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    currency: str | None = None
    money_unit: str | None = None
    zone: str | None = None
    date_order: str | None = None
    is_utc: bool = False
    is_line_level: bool = False
    is_personal_bill: bool = False
    has_headings: bool = False
    summary: str = ""
    spends_below_zero: bool = False
    statuses: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    other_types: str | None = None
    refusal: str | None = None
    source: str = ""

    def matches(self, columns: Sequence[str]) -> bool:
        """Whether a file with these columns is this export."""
        headers = {normalise_header(column) for column in columns}
        if any(normalise_header(name) in headers for name in self.absent):
            return False
        return all(
            any(normalise_header(name) in headers for name in _alternatives(one))
            for one in self.present
        )

    def mapping(self, columns: Sequence[str]) -> dict[str, str]:
        """Field to the column of the file that holds it, for the fields that the file has."""
        headers: dict[str, str] = {}
        for column in columns:
            headers.setdefault(normalise_header(column), column)
        found: dict[str, str] = {}
        for target, names in self.columns.items():
            known = (normalise_header(name) for name in names)
            hit = next((headers[name] for name in known if name in headers), None)
            if hit is not None:
                found[target] = hit
        if "ordered_at" not in found and "created_at" in found:
            found["ordered_at"] = found.pop("created_at")
        return found


def _alternatives(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


def recognise(platforms: Sequence[Platform], columns: Sequence[str]) -> Platform | None:
    """Return the known export that these columns are, the one with most telling headers."""
    fitting = [platform for platform in platforms if platform.matches(columns)]
    return max(fitting, key=lambda platform: (len(platform.present), platform.name), default=None)
