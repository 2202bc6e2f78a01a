"""The status of an order line: what its words say, corrected by what other columns say."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import duckdb

from analytics.intake.activity_words import content_type_of, event_of, interval_of
from analytics.intake.recogniser import Platform
from analytics.intake.vocabulary import Words, read_words
from analytics.intake.words import (
    INCOME_WORDS,
    flag_meanings,
    kind_of,
    refund_status_of,
    status_of,
    type_of,
    word_key,
)
from analytics.quoting import identifier, literal
from analytics.settings import ImportSettings

_PLAIN: dict[str, Callable[[str], str | None]] = {
    "event": event_of,
    "content_type": content_type_of,
    "interval": interval_of,
}
_STATES = {"status": "sale", "refund_status": ""}
_TOLD_REFUNDS = frozenset({"refund_status", "refunded_amount", "order_refunded"})


@dataclass(frozen=True)
class StatusWord:
    """A word of the status column: its rows, the canonical status, and whether that is known."""

    word: str
    n: int
    status: str
    is_known: bool


def read_vocabulary(
    con: duckdb.DuckDBPyConnection,
    columns: Mapping[str, str],
    *,
    settings: ImportSettings,
    platform: Platform | None,
) -> dict[str, Words]:
    """Return what the words of every column of words in `cells` mean.

    Parameters
    ----------
    con
        With the table `cells`.
    columns
        Mapped field to the name of its column in the file.
    settings
        Its `status_words` win over everything.
    platform
        Its own words win over the dictionary.
    """
    own = {
        word_key(word): status for word, status in (platform.statuses if platform else {}).items()
    }
    own |= {word_key(word): status for word, status in settings.status_words}
    types = {word_key(word): one for word, one in (platform.types if platform else {}).items()}
    other = platform.other_types if platform else None
    kinds = {word_key(word): kind for word, kind in (platform.kinds if platform else {}).items()}
    meanings: dict[str, Callable[[str], str | None]] = {
        **_PLAIN,
        "kind": lambda word: kinds.get(word_key(word)) or kind_of(word),
        "status": lambda word: status_of(word, own),
        "refund_status": refund_status_of,
        "transaction_type": lambda word: type_of(word, types, other=other),
    }
    found = {
        field: read_words(con, field, meaning)
        for field, meaning in meanings.items()
        if field in columns
    }
    found = {field: _as_flag(words, columns[field], own) for field, words in found.items()}
    if "status" in found:
        found["status"] = _closed_sold(found["status"], own)
    return found


def _closed_sold(words: Words, own: Mapping[str, str]) -> Words:
    """Take a closed order for a sold one, as in tills, where no other word says sold."""
    closed = {word for word in words.counts if word_key(word) == "closed"}
    if not closed or own or "sale" in words.meanings.values():
        return words
    return replace(words, meanings={**words.meanings, **dict.fromkeys(closed, "sale")})


def _as_flag(words: Words, header: str, own: Mapping[str, str]) -> Words:
    """Read yes and no as what the header of the column asks."""
    if words.name not in _STATES:
        return words
    nothing = _STATES[words.name]
    flags = {
        word: own.get(word_key(word), meaning if meaning != "sale" else nothing)
        for word, meaning in flag_meanings(header, set(words.counts)).items()
    }
    return Words(words.name, words.counts, flags) if flags else words


def status_words(words: Words | None) -> tuple[StatusWord, ...]:
    """Return the words of the status column and what they are taken for, the commonest first."""
    if words is None:
        return ()
    return tuple(
        StatusWord(word, n, words.meanings.get(word, "sale"), word in words.meanings)
        for word, n in words.counts.items()
    )


def status_sql(fields: Collection[str], words: Mapping[str, Words]) -> str:
    """SQL of the status of a row as its words have it, before its money is looked at.

    Parameters
    ----------
    fields
        The mapped fields.
    words
        Field to what its words mean.
    """
    status = "'sale'"
    if "status" in fields:
        status = f"coalesce({words['status'].sql(default='sale')}, 'sale')"
    elif "paid_at" in fields:
        status = "CASE WHEN paid_at IS NULL THEN 'pending' ELSE 'sale' END"
    if "refund_status" in fields:
        status = f"coalesce({words['refund_status'].sql()}, {status})"
    if "cancelled_at" in fields and "status" not in fields:
        status = f"CASE WHEN {_happened('cancelled_at')} THEN 'cancelled' ELSE {status} END"
    if "refunded_at" in fields and not _TOLD_REFUNDS & set(fields):
        is_refunded = f"{_happened('refunded_at')} AND {status} IN ('sale', 'cancelled')"
        status = f"CASE WHEN {is_refunded} THEN 'refunded' ELSE {status} END"
    if "captured" in fields:
        is_open = f"lower(captured) = 'false' AND {status} = 'sale'"
        status = f"CASE WHEN {is_open} THEN 'pending' ELSE {status} END"
    if "direction" in fields:
        status = _directed("direction", status)
    if "mode" in fields:
        status = f"CASE WHEN lower(mode) = 'test' THEN 'test' ELSE {status} END"
    if "transaction_type" in fields:
        status = _corrected(words["transaction_type"].sql(default="sale"), status)
    return status


def _happened(column: str) -> str:
    """SQL of whether a column says when something happened; noughts say that it did not."""
    return f"coalesce(regexp_matches({column}, '[1-9]'), false)"


def _corrected(kind: str, status: str) -> str:
    """Let the type of a transaction correct the status: money that moved is no sale."""
    return (
        f"CASE {kind} WHEN 'not_a_sale' THEN 'not_a_sale' "
        f"WHEN 'refunded' THEN CASE WHEN {status} IN ('sale', 'partially_refunded') "
        f"THEN 'refunded' ELSE {status} END ELSE {status} END"
    )


def _directed(direction: str, status: str) -> str:
    """In a personal bill only money that came in is a sale."""
    words = ", ".join(literal(word) for word in INCOME_WORDS)
    return (
        f"CASE WHEN lower({identifier(direction)}) IN ({words}) THEN {status} ELSE 'not_a_sale' END"
    )
