"""Who the rows of a file are about, decided from all of them: who is nobody, who is the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, takewhile

import duckdb

from analytics.intake import cells
from analytics.intake.identities import CHAIN, kind_of_field, names_somebody, one_identity
from analytics.intake.looks import Look
from analytics.notes import Note
from analytics.quoting import identifier, literal

_ZEROS = ("0", "0.0", "-1", "-1.0")
_CROWD = 3  # a stand-in that has this many times the rows of an average customer is nobody
# Addresses and numbers that stand in where a till or a form asks for one.
_STAND_INS = {
    "email": r"(?i)^(no-?reply|do-?not-?reply|guest|nobody|none|no-?e?mail|anonymous|walk-?in|pos"
    r"|cash|unknown|test|na|n/a)([+.\-]?\d*)@",
    "phone": rf"^\+?[\s\-]*({'|'.join(f'{digit}{{5,}}' for digit in range(10))}|123456789\d*)$",
}


@dataclass(frozen=True)
class People:
    """What the columns that identify a customer hold.

    `kinds` says by what each identifies: id, email, phone or name; `nobody` which of its values
    stand for nobody besides the words that always do; `ignores_weak` that names and masked accounts
    identify nobody, since most rows have better; `named` are the fields without a word for nobody.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    nobody: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ignores_weak: bool = False
    named: frozenset[str] = field(default=frozenset(), compare=False)
    warnings: tuple[Note, ...] = ()


def look_at_people(
    con: duckdb.DuckDBPyConnection, columns: Mapping[str, str], looks: Mapping[str, Look]
) -> People:
    """Decide who the rows are about; give those that know only an e-mail or a phone their id.

    Within one file an e-mail or a phone that goes with exactly one id stands for that id; one that
    goes with several stands for itself, which is reported. Own definition.

    Parameters
    ----------
    con
        With `cells`, whose identities are completed.
    columns
        Mapped field to the name of its column in the file.
    looks
        Field to what is known of all its cells.
    """
    kinds = {name: kind_of_field(name, columns[name]) for name in CHAIN if name in columns}
    strong = [name for name, kind in kinds.items() if kind != "name"]
    nobody = {name: stand_ins(con, name, kinds[name], looks.get(name)) for name in strong}
    known = {name: _strong(name, kinds[name], nobody[name]) for name in strong}
    named = frozenset(name for name in kinds if name in looks and names_somebody(looks[name]))
    open_ones = [name for name in strong if name not in looks or not looks[name].lacks("*")]
    certain = [
        name
        for name in named.difference(open_ones)
        if not looks[name].empty and not nobody.get(name) and kinds[name] != "phone"
    ]
    notes = _complete(con, known, certain)
    n_strong, n_weak = _strengths(con, kinds, known, open_ones)
    ignores_weak = n_weak > 0 and n_strong >= n_weak
    if ignores_weak:
        notes.append(
            Note(
                "weak_ignored",
                "{n:,} rows know their customer only by a display name or a masked account; most "
                "rows have better, so these belong to nobody.",
                n=n_weak,
            )
        )
    return People(kinds, nobody, ignores_weak, named, tuple(notes))


def _strong(name: str, kind: str, nobody: Sequence[str]) -> str:
    """SQL of an identity that no two people share by accident, null where there is none."""
    one = one_identity(identifier(name), kind, nobody)
    return f"CASE WHEN NOT contains({identifier(name)}, '*') THEN {one} END"


def stand_ins(
    con: duckdb.DuckDBPyConnection, field: str, kind: str, look: Look | None = None
) -> tuple[str, ...]:
    """Return the values of a column of `cells` that stand for a missing customer.

    A zero, or an address such as no-reply@shop.example, is nobody when it has more than three times
    the rows of an average other customer (own definition): an id 0 in a list that counts from 0
    stays a customer.

    Parameters
    ----------
    con
        With the table `cells`.
    field
        Name of its column.
    kind
        What the column holds: id, email or phone.
    look
        What is known of all its cells.
    """
    if kind not in _STAND_INS and look and not set(b"0-") & set(look.firsts):
        return ()
    column = identifier(field)
    tests = [f"{column} IN ({', '.join(map(literal, _ZEROS))})"]
    if kind in _STAND_INS:
        tests.append(f"regexp_matches({column}, {literal(_STAND_INS[kind])})")
    found = con.execute(
        f"SELECT {column}, count(*) FROM cells WHERE {' OR '.join(tests)} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    if not found:
        return ()
    listed = ", ".join(literal(value) for value, _ in found)
    rows, others = con.execute(
        f"SELECT count(*), count(DISTINCT {column}) FROM cells WHERE {column} NOT IN ({listed})"
    ).fetchall()[0]
    average = rows / others if others else 0
    return tuple(value for value, n in found if n > _CROWD * average or not others)


def _strengths(
    con: duckdb.DuckDBPyConnection,
    kinds: Mapping[str, str],
    known: Mapping[str, str],
    masked_fields: Sequence[str],
) -> tuple[int, int]:
    """Count the rows that name a customer surely, and those that do so only weakly.

    Of the fields that name one surely only `masked_fields` may hold something masked.
    """
    named = " OR ".join(
        f"{identifier(name)} IS NOT NULL" for name, kind in kinds.items() if kind == "name"
    )
    masked = " OR ".join(f"contains({identifier(name)}, '*')" for name in masked_fields)
    weak = " OR ".join(test for test in (named, masked) if test)
    if not weak:
        return 0, 0
    (n_weak,) = con.execute(f"SELECT count(*) FROM cells WHERE {weak}").fetchall()[0]
    if not n_weak or not known:
        return 0, int(n_weak)
    sure = f"coalesce({', '.join([*known.values(), 'NULL'])}) IS NOT NULL"
    found = con.execute(
        f"SELECT count(*) FILTER ({sure}), "
        f"count(*) FILTER (NOT ({sure}) AND coalesce({weak}, false)) FROM cells"
    ).fetchall()[0]
    return int(found[0]), int(found[1])


def _complete(
    con: duckdb.DuckDBPyConnection, known: Mapping[str, str], certain: Sequence[str]
) -> list[Note]:
    """Give rows the id that their e-mail or phone has elsewhere; return what to say about it.

    No row needs anything from behind a field that is `certain`, which is filled in all of them.
    """
    lacking = list(takewhile(lambda name: name not in certain, known))
    pairs = [pair for pair in combinations(known, 2) if pair[0] in lacking]
    if not pairs:
        return []
    counted = ", ".join(
        f"count(*) FILTER ({known[earlier]} IS NULL AND {known[later]} IS NOT NULL)"
        for earlier, later in pairs
    )
    counts = con.execute(f"SELECT {counted} FROM cells").fetchall()[0]
    joined, torn = 0, 0
    for (earlier, later), n in zip(pairs, counts, strict=True):
        if n:
            filled, conflicts = _fill(con, known, earlier, later)
            joined, torn = joined + filled, torn + conflicts
            first = next(iter(known))
            if filled and earlier != first:  # the phone led to an e-mail, which may lead to an id
                _fill(con, known, first, earlier)
    notes = []
    if joined:
        notes.append(
            Note(
                "people_joined",
                "{n:,} rows know their customer only by an e-mail or a phone that goes with one "
                "customer elsewhere in the file, and took that customer.",
                n=joined,
            )
        )
    if torn:
        notes.append(
            Note(
                "people_torn",
                "{n:,} e-mails or phones go with several customers, so rows that know nothing else "
                "stand for themselves.",
                n=torn,
            )
        )
    return notes


def _fill(
    con: duckdb.DuckDBPyConnection, known: Mapping[str, str], earlier: str, later: str
) -> tuple[int, int]:
    """Fill an identity from a lesser one; return the rows filled and the contacts of several."""
    who, contact = known[earlier], known[later]
    better = list(known)[: list(known).index(earlier) + 1]
    lacks = " AND ".join(f"{known[name]} IS NULL" for name in better)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE contacts AS SELECT contact, min(who) AS who, "
        f"count(DISTINCT who) AS n FROM (SELECT {contact} AS contact, {who} AS who FROM cells) "
        "WHERE contact IS NOT NULL AND who IS NOT NULL GROUP BY contact"
    )
    filled = cells.changed(
        con,
        f"UPDATE cells SET {identifier(earlier)} = contacts.who FROM contacts "
        f"WHERE contacts.n = 1 AND {lacks} AND {contact} = contacts.contact",
    )
    (torn,) = con.execute(
        "SELECT count(*) FROM contacts WHERE n > 1 AND contact IN "
        f"(SELECT {contact} FROM cells WHERE {lacks})"
    ).fetchall()[0]
    con.execute("DROP TABLE contacts")
    return filled, int(torn)
