"""What is said about the rows of a file: what was skipped, what to doubt."""

import duckdb

from analytics.intake.decisions import Decisions
from analytics.intake.json_lines import late_keys
from analytics.intake.spool import Spooled
from analytics.intake.understanding import Understanding
from analytics.notes import Note
from analytics.quoting import identifier

_CROWD_SHARE = 0.2
_PARTS = 256
_SHOWN = 8


def row_notes(
    con: duckdb.DuckDBPyConnection,
    understanding: Understanding,
    decisions: Decisions,
    spooled: Spooled,
    *,
    rejected: int,
) -> list[Note]:
    """Return what the user should know about the rows: what was skipped, rejected, doubtful."""
    notes = []
    if spooled.blank:
        notes.append(Note("blank_lines", "{n:,} blank lines were skipped.", n=spooled.blank))
    if late := sum(spooled.late.values()):
        notes.append(late_keys(late, list(spooled.late)))
    if rejected:
        notes.append(Note("rejected", "{n:,} rows can't be loaded and are listed.", n=rejected))
    notes += _unknown_words(understanding, decisions)
    if understanding.table == "order_lines":
        notes += _customer_notes(con, decisions)
        notes += _bill_notes(con, understanding)
        notes += _currency_notes(con)
    else:
        notes += _unread_cells(con, understanding)
    return notes


def _unknown_words(understanding: Understanding, decisions: Decisions) -> list[Note]:
    notes = []
    for field in ("status", "kind", "event"):
        if field == "kind" and understanding.platform == "stripe_payments":
            continue  # its kinds stand in a free text
        unknown = decisions.words[field].unknown if field in decisions.words else {}
        if unknown:
            notes.append(_words_note(field, list(unknown), sum(unknown.values())))
    return notes


def _words_note(field: str, words: list[str], n: int) -> Note:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    listed = ", ".join(words[:_SHOWN]) + more
    if field == "status":
        return Note(
            "unknown_status",
            "{n:,} rows have an unknown status: {words}; they were counted as sales. Where one "
            'means something else, say so: --status "{word}=cancelled".',
            n=n,
            words=listed,
            word=words[0],
        )
    taken = {"kind": "counted as one-off", "event": "kept as they are"}
    return Note(
        f"unknown_{field}",
        "{n:,} rows have an unknown {field}: {words}; they were {taken}.",
        n=n,
        field=field,
        words=listed,
        taken=taken[field],
    )


def _customer_notes(con: duckdb.DuckDBPyConnection, decisions: Decisions) -> list[Note]:
    parts = con.execute(
        "SELECT count(*), count(*) - count(customer_id), count(*) FILTER (is_weak) FROM staged "
        f"GROUP BY CAST(hash(customer_id) % {_PARTS} AS UTINYINT)"
    ).fetchall()
    rows, nobody, weak = (sum(part[place] for part in parts) for place in range(3))
    notes = []
    if nobody:
        total, lost = con.execute(
            "SELECT coalesce(sum(abs(amount)), 0), "
            "coalesce(sum(abs(amount)) FILTER (customer_id IS NULL), 0) FROM staged"
        ).fetchall()[0]
        zeros = sorted({zero for values in decisions.people.nobody.values() for zero in values})
        notes.append(
            Note(
                "no_customer",
                "{n:,} rows ({share:.1%}), {money:.1%} of the amount, name no customer (empty, or "
                "a stand-in such as {word}); they are kept but belong to nobody.",
                n=nobody,
                share=nobody / rows,
                money=float(lost / total) if total else 0.0,
                word=", ".join(zeros) or "guest",
            )
        )
    if weak:
        notes.append(
            Note(
                "weak_customers",
                "{n:,} rows ({share:.1%}) know their customer only by a display name or a masked "
                "account, which two people may share.",
                n=weak,
                share=weak / rows,
            )
        )
    if max((part[0] for part in parts), default=0) < _CROWD_SHARE * rows:
        return notes  # nobody has so many rows where no part of the customers has
    return notes + _crowd_note(con, rows)


def _crowd_note(con: duckdb.DuckDBPyConnection, rows: int) -> list[Note]:
    found = con.execute(
        "SELECT customer_id, count(*) AS n FROM staged WHERE customer_id IS NOT NULL "
        "GROUP BY 1 ORDER BY n DESC, 1 LIMIT 2"
    ).fetchall()
    if len(found) < 2 or found[0][1] < _CROWD_SHARE * rows or found[0][1] < 10 * found[1][1]:  # noqa: PLR2004
        return []
    return [
        Note(
            "crowd",
            "{customer} has {share:.1%} of all rows: check whether that is one customer.",
            customer=found[0][0],
            share=found[0][1] / rows,
        )
    ]


def _bill_notes(con: duckdb.DuckDBPyConnection, understanding: Understanding) -> list[Note]:
    if "direction" not in understanding.mapping:
        return []
    income, other = con.execute(
        "SELECT count(*) FILTER (status <> 'not_a_sale'), count(*) FILTER (status = 'not_a_sale') "
        "FROM staged"
    ).fetchall()[0]
    return [
        Note(
            "personal_bill",
            "This is a personal bill: {income:,} rows are income from a customer, {other:,} are "
            "not sales (spending, transfers, refunds to you).",
            income=income,
            other=other,
        )
    ]


def _currency_notes(con: duckdb.DuckDBPyConnection) -> list[Note]:
    found = [
        row[0]
        for row in con.execute(
            "SELECT currency FROM staged GROUP BY 1 ORDER BY count(*) DESC, 1"
        ).fetchall()
    ]
    if found == ["XXX"]:
        return [Note("no_currency", "The file names no currency; amounts are kept as XXX.")]
    if len(found) > 1:
        return [
            Note(
                "currencies",
                "The file holds {n} currencies ({codes}); they are never summed.",
                n=len(found),
                codes=", ".join(found),
            )
        ]
    return []


def _unread_cells(con: duckdb.DuckDBPyConnection, understanding: Understanding) -> list[Note]:
    """Say how many cells of optional dates and numbers were filled and could not be read."""
    notes = []
    for field, column in understanding.mapping.items():
        n, example = _lost(con, field)
        if n:
            notes.append(
                Note(
                    "unread_cells",
                    "{n:,} cells of {column} can't be read as {field} ({example}) and are empty.",
                    n=n,
                    column=column,
                    field=field,
                    example=example,
                )
            )
    return notes


def _lost(con: duckdb.DuckDBPyConnection, field: str) -> tuple[int, str | None]:
    types = dict(
        con.execute(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_name = 'staged'"
        ).fetchall()
    )
    if types.get(field) not in {"TIMESTAMP", "DOUBLE", "DECIMAL(18,4)"}:
        return 0, None
    column = identifier(field)
    found = con.execute(
        f"SELECT count(*), min(c.{column}) FROM cells AS c JOIN staged AS s USING (source_row) "
        f"WHERE c.{column} IS NOT NULL AND s.{column} IS NULL"
    ).fetchall()[0]
    return int(found[0]), found[1]
