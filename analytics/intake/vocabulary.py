"""The words that a column of the file uses: read once, so that typing needs only a short list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import duckdb

from analytics.quoting import identifier, literal

_MOST = 2_000  # a column with more words is free text; only its commonest are looked at
_NUMBERED = r"[(（][^)）]*\d[^)）]*[)）]\s*$"


@dataclass(frozen=True)
class Words:
    """What a column's words mean.

    `counts` has the rows of each word as the file writes it, a number in brackets behind it
    reduced to (…), the commonest first; `meanings` those that are known, "" for a known word
    without effect.
    """

    name: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def unknown(self) -> dict[str, int]:
        """Words without a meaning and their rows, the commonest first."""
        return {word: n for word, n in self.counts.items() if word not in self.meanings}

    def sql(self, *, default: str | None = None) -> str:
        """SQL of the meaning of a row's word, null where it has none or means `default`."""
        by_meaning: dict[str, list[str]] = {}
        for word, meaning in self.meanings.items():
            if meaning and meaning != default:
                by_meaning.setdefault(meaning, []).append(literal(word))
        if not by_meaning:
            return "CAST(NULL AS VARCHAR)"
        whens = " ".join(
            f"WHEN {word} THEN {literal(meaning)}"
            for meaning, words in by_meaning.items()
            for word in words
        )
        return f"CASE {_compared(identifier(self.name))} {whens} END"


def _compared(column: str) -> str:
    return (
        f"CASE WHEN contains({column}, '(') OR contains({column}, '（') "
        f"THEN regexp_replace({column}, '{_NUMBERED}', '(…)') ELSE {column} END"
    )


def read_words(
    con: duckdb.DuckDBPyConnection, field: str, meaning: Callable[[str], str | None]
) -> Words:
    """Return the words of a column of `cells` and what they mean.

    Parameters
    ----------
    con
        With the table `cells`.
    field
        Name of its column.
    meaning
        Word to what it means, None where it is unknown.
    """
    column = identifier(field)
    found = con.execute(
        f"SELECT {_compared(column)} AS word, sum(n) AS n FROM "
        f"(SELECT {column}, count(*) AS n FROM cells WHERE {column} IS NOT NULL GROUP BY 1) "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {_MOST}"
    ).fetchall()
    meanings = {word: meaning(word) for word, _ in found}
    return Words(
        field,
        {word: int(n) for word, n in found},
        {word: one for word, one in meanings.items() if one is not None},
    )
