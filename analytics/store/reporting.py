"""What an import found, counted on the file's own rows: the JSON of the command line's contract."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from analytics import intake
from analytics.notes import Note
from analytics.quoting import literal
from analytics.schema import TIMES
from analytics.settings import Settings, ValidOrderRule
from analytics.store import refund_links
from analytics.store.lines import look_at
from analytics.store.orders import make_orders

_COUNTS = """
SELECT count(*), count(*) FILTER (is_valid), count(DISTINCT customer_id) FROM {orders}
"""
_MONEY = """
SELECT currency, CAST(coalesce(sum(amount) FILTER (is_valid), 0) AS VARCHAR),
    CAST(coalesce(sum(refunded), 0) AS VARCHAR)
FROM {orders} GROUP BY currency ORDER BY currency
"""


@dataclass(frozen=True)
class ImportReport:
    """What one import did, as in the contract of `huitou import --json`.

    `orders` counts distinct orders read, whatever their status; `customers` distinct identified
    customers over all of them; `revenue` valid orders net of refunds, by currency; tables without
    orders have null orders and valid orders, and empty money. Times carry the workspace's offset.
    `warning_notes` are the keys and values of the warnings, for a screen to say them otherwise.
    `replaced` counts what was stored already: orders replaced whole, rows replaced by key or by the
    range of time from `first_at` to `last_at` (UTC, null where no range was).
    """

    file: str
    platform: str
    table: str
    encoding: str | None
    delimiter: str | None
    header_line: int | None
    mapping: dict[str, str]
    timezone: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rejected: dict[str, int]
    rejects_file: str | None
    orders: int | None
    valid_orders: int | None
    customers: int | None
    revenue: dict[str, float]
    refunded: dict[str, float]
    first_at: str | None
    last_at: str | None
    version: int
    warnings: list[str]
    warning_notes: list[dict[str, Any]]
    replaced: dict[str, Any] = field(default_factory=dict)
    signature: str = ""

    def __str__(self) -> str:
        money = ", ".join(f"{amount:,.2f} {code}" for code, amount in self.revenue.items())
        shown = {
            "read as": f"{self.table} ({self.platform})",
            "rows": self._steps(),
            "rejected rows": self.rejects_file,
            "replaced": self._replaced(),
            "customers": self.customers,
            "revenue": money,
            "from … to": f"{self.first_at} … {self.last_at}" if self.first_at else None,
            "version": self.version,
        }
        lines = [f"  {name:<14}{value}" for name, value in shown.items() if value not in (None, "")]
        return "\n".join([self.file, *lines, *(f"  ! {warning}" for warning in self.warnings)])

    def _steps(self) -> str:
        """From the rows of the file to its valid orders."""
        steps = [f"{self.rows_read:,} read", f"{self.rows_loaded:,} loaded"]
        if self.rows_rejected:
            steps[1] += f" ({self.rows_rejected:,} rejected)"
        if self.orders is not None and self.valid_orders is not None:
            steps += [f"{self.orders:,} orders", f"{self.valid_orders:,} valid"]
        return " → ".join(steps)

    def _replaced(self) -> str:
        counts = [f"{self.replaced[name]:,} {name}" for name in ("orders", "rows")
                  if self.replaced.get(name)]  # fmt: skip
        return ", ".join(counts)

    def with_notes(self, notes: Iterable[Note], **changes: Any) -> "ImportReport":
        """Return the report with these warnings added, none twice, and other changes."""
        new = [note for note in dict.fromkeys(notes) if str(note) not in self.warnings]
        return replace(
            self,
            warnings=[*self.warnings, *map(str, new)],
            warning_notes=[*self.warning_notes, *map(_kept, new)],
            **changes,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the contract's JSON object."""
        told = self.to_record()
        del told["warning_notes"]
        return told

    def to_record(self) -> dict[str, Any]:
        """Return what a version keeps of the import: the contract and the warnings' keys."""
        return asdict(self)


def _kept(note: Note) -> dict[str, Any]:
    return {"key": note.key, "values": note.values}


def _money(pairs: list[tuple[str, str]]) -> dict[str, float]:
    return {currency: float(amount) for currency, amount in pairs}


def _order_facts(con: duckdb.DuckDBPyConnection, file: Path, settings: Settings) -> dict[str, Any]:
    rule = ValidOrderRule.parse(settings.valid_rule)
    lines = look_at(con, refund_links.linked(con, "staged"), files=[str(file)])
    make_orders(con, "file_orders", lines, rule=rule, zone=settings.zone)
    counts = con.execute(_COUNTS.format(orders="file_orders")).fetchone()
    money = con.execute(_MONEY.format(orders="file_orders")).fetchall()
    return _facts(counts or (0, 0, 0), money)


def _facts(counts: Sequence[int], money: list[tuple[str, str, str]]) -> dict[str, Any]:
    orders, valid, customers = counts
    return {
        "orders": orders,
        "valid_orders": valid,
        "customers": customers,
        "revenue": _money([(currency, net) for currency, net, _ in money]),
        "refunded": _money([(currency, back) for currency, _, back in money if float(back)]),
    }


def with_known_orders(
    con: duckdb.DuckDBPyConnection, told: ImportReport, headline: Mapping[str, Any]
) -> ImportReport:
    """Return the report with its orders as the marts, which hold this file's alone, count them."""
    counts = (headline["orders"], headline["valid_orders"], headline["customers"])
    return replace(told, **_facts(counts, con.execute(_MONEY.format(orders="orders")).fetchall()))


def _other_facts(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    customers = None
    if table not in {"items", "order_lines"}:
        row = con.execute("SELECT count(DISTINCT customer_id) FROM staged").fetchone()
        customers = row[0] if row else 0
    return {
        "orders": None,
        "valid_orders": None,
        "customers": customers,
        "revenue": {},
        "refunded": {},
    }


def _span(con: duckdb.DuckDBPyConnection, table: str, zone: str) -> tuple[str | None, str | None]:
    column = TIMES[table]
    ends = [f"timezone('UTC', {end}({column}))" for end in ("min", "max")]
    con.execute(f"SET TimeZone = {literal(zone)}")
    row = con.execute(f"SELECT {', '.join(ends)} FROM staged").fetchone() or (None, None)
    con.execute("SET TimeZone = 'UTC'")
    first, last = (moment.isoformat() if moment else None for moment in row)
    return first, last


def report(
    con: duckdb.DuckDBPyConnection,
    understanding: "intake.Understanding",
    staged: "intake.Staged",
    settings: Settings,
    *,
    version: int,
    rejects_file: str | None,
    counts_orders: bool = True,
) -> ImportReport:
    """Count what the staged rows hold, under the workspace's rules.

    Without `counts_orders` the orders are left for `with_known_orders`.
    """
    if staged.table == "order_lines" and counts_orders:
        facts = _order_facts(con, staged.file, settings)
    else:
        facts = _other_facts(con, staged.table)
    first, last = _span(con, staged.table, settings.zone)
    warnings = list(dict.fromkeys(staged.warnings))
    return ImportReport(
        file=understanding.file,
        platform=understanding.platform,
        table=staged.table,
        encoding=understanding.encoding,
        delimiter=understanding.delimiter,
        header_line=understanding.header_line,
        mapping=dict(understanding.mapping),
        timezone=understanding.timezone or settings.zone,
        rows_read=staged.rows_read,
        rows_loaded=staged.rows_loaded,
        rows_rejected=staged.rows_rejected,
        rejected=dict(staged.rejected),
        rejects_file=rejects_file,
        first_at=first,
        last_at=last,
        version=version,
        warnings=[str(note) for note in warnings],
        warning_notes=[_kept(note) for note in warnings],
        signature=understanding.signature,
        **facts,
    )
