"""What the intake makes of a file before anything is loaded, and why."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from analytics import schema
from analytics.errors import (
    UnknownNameError,
    UnreadableFileError,
)
from analytics.intake import cells, opening
from analytics.intake.decisions import Decisions, decide
from analytics.intake.encodings import Encoding
from analytics.intake.layout import Layout
from analytics.intake.looks import Look
from analytics.intake.mapping import ColumnMap, checked_platform, map_columns, table_of
from analytics.intake.platforms import PLATFORMS
from analytics.intake.profiles import Profile
from analytics.intake.proposals import Proposal
from analytics.intake.reading import Source, find_source
from analytics.intake.recogniser import Platform, recognise
from analytics.intake.signatures import signature_of
from analytics.intake.statuses import StatusWord, status_words
from analytics.intake.table_choice import TableChoice
from analytics.notes import Note
from analytics.settings import ImportSettings, check_timezone

GENERIC = "generic"
SAMPLE_LINES = 5_000
_NO_TEXT = {
    "parquet": Note("parquet", "it is Parquet"),
    "workbook": Note("workbook", "it is a workbook"),
}
_VALUES_PER_COLUMN = 200
_SHOWN = 5


@dataclass(frozen=True)
class SourceColumn:
    """A column of the file and its first values."""

    name: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Understanding:
    """How a file will be read; every finding carries its reason and can be overridden.

    `header_line` counts physical lines from 1 (of a workbook: rows of the sheet), is 0 where the
    file has no header and None for Parquet and JSON; `delimiter` is None for what is no delimited
    text (" " stands for runs of blanks), `encoding` for what is no text. `sheets` names those of a
    workbook.
    `decisions` are those of the first rows; loading takes them again from all rows.
    """

    file: str
    path: Path
    platform: str
    platform_reason: Note
    table: str
    table_reason: Note
    encoding: str | None
    encoding_reason: Note
    delimiter: str | None
    header_line: int | None
    columns: tuple[SourceColumn, ...]
    mapping: dict[str, str]
    proposals: tuple[Proposal, ...]
    timezone: str
    currency: str
    warnings: tuple[Note, ...]
    settings: ImportSettings
    sheets: tuple[str, ...]
    source: Source = field(repr=False)
    layout: Layout | None = field(repr=False)
    recognised: Platform | None = field(repr=False)
    decisions: Decisions = field(repr=False)

    def index_of(self, column: str) -> int:
        """Position of a column in the file."""
        return [one.name for one in self.columns].index(column)

    @property
    def signature(self) -> str:
        """Stable hash of the header names: next month's file of the same shape has the same one."""
        return signature_of(column.name for column in self.columns)

    @property
    def origin(self) -> str:
        """What `source` says of every row: the platform, or the shape of a file of no platform."""
        if self.recognised is None:
            return f"{GENERIC}:{self.signature}"
        return self.recognised.source or self.platform

    @property
    def indices(self) -> dict[str, int]:
        """Field to the position of its column."""
        return {name: self.index_of(column) for name, column in self.mapping.items()}

    def decide(self, con: duckdb.DuckDBPyConnection, looks: Sequence[Look] = ()) -> Decisions:
        """Prepare `cells` of a connection with the view `raw`, and decide anew.

        `looks` is what is known of all cells of each column, where anything is.
        """
        return decide(
            con,
            self.table,
            self.indices,
            [column.name for column in self.columns],
            looks=looks,
            settings=self.settings,
            platform=self.recognised,
        )

    @property
    def status_words(self) -> tuple[StatusWord, ...]:
        """The words of the status column in the first rows and what they are taken for."""
        return status_words(self.decisions.words.get("status"))

    @property
    def codec(self) -> Encoding:
        """The encoding in the form that the reader takes."""
        return Encoding(self.encoding or "utf-8", self.encoding_reason)


@dataclass(frozen=True)
class _Shape:
    source: Source
    encoding: Encoding | None
    layout: Layout | None
    sheets: tuple[str, ...]
    columns: tuple[SourceColumn, ...]
    samples: dict[str, Profile]


def understand(
    path: Path | str,
    *,
    table: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    settings: ImportSettings | None = None,
) -> Understanding:
    """Find out how a file is to be read: encoding, table, columns, dates, numbers.

    Parameters
    ----------
    path
        CSV or other delimited text, a workbook, JSON or Parquet; also in gzip or zip.
    table
        A canonical table; None lets the columns tell.
    mapping
        Field to column; takes precedence over what is found. An empty column drops the field.
    settings
        Corrections to single findings.

    Returns
    -------
    Understanding
        Enough to show, to correct, and to `stage`.

    Raises
    ------
    UnreadableFileError
        If the file is no table.
    MissingColumnsError
        If nothing can fill a required field.
    AmbiguousMappingError
        If two columns fit a required field equally well.
    NoCustomersError
        If it is a known export that names nobody, and no column is said to.
    UnknownNameError
        If `table`, a field or a column of `mapping` does not exist.
    """
    settings, source = settings or ImportSettings(), find_source(Path(path))
    if settings.timezone:
        check_timezone(settings.timezone)
    if table is not None and table not in schema.CANONICAL:
        raise UnknownNameError("table", table, schema.CANONICAL)
    with tempfile.TemporaryDirectory(prefix="huitou-") as folder, duckdb.connect() as con:
        shape = open_sample(source, settings, con, Path(folder))
        names = [column.name for column in shape.columns]
        platform = _platform(names, table)
        platform = checked_platform(source.name, platform, shape.samples, mapping or {})
        choice = table_of(source.name, table, platform, shape.samples, mapping or {})
        found = map_columns(source.name, choice.table, platform, shape.samples, mapping or {})
        understanding = _assemble(shape, platform, choice, found, settings=settings)
        decisions = understanding.decide(con)
    return replace(
        understanding,
        decisions=decisions,
        timezone=decisions.zone,
        currency=decisions.currency,
        warnings=(*understanding.warnings, *decisions.warnings),
    )


def file_columns(
    path: Path | str, settings: ImportSettings | None = None
) -> tuple[SourceColumn, ...]:
    """Return the columns and first values of a file that may be impossible to understand as it is.

    Raises UnreadableFileError if the file is no table.
    """
    with tempfile.TemporaryDirectory(prefix="huitou-") as folder, duckdb.connect() as con:
        shape = open_sample(
            find_source(Path(path)), settings or ImportSettings(), con, Path(folder)
        )
    return shape.columns


def file_signature(path: Path | str, settings: ImportSettings | None = None) -> str:
    """Return the signature of a file that may be impossible to understand as it is.

    Raises UnreadableFileError if the file is no table.
    """
    return signature_of(column.name for column in file_columns(path, settings))


def open_sample(
    source: Source, settings: ImportSettings, con: duckdb.DuckDBPyConnection, folder: Path
) -> _Shape:
    """Open the first rows of a file as the view `raw` and return its shape."""
    found = opening.find_shape(source, settings, folder)
    source, encoding, layout = found.source, found.encoding, found.layout
    if layout is None:
        names = _open_parquet(con, source, folder)
    else:
        spooled = opening.spool_rows(source, encoding, layout, folder, max_lines=SAMPLE_LINES)
        cells.open_text(con, folder, layout.width, spooled)
        names = list(layout.columns)
    samples = _samples(con, names)
    columns = tuple(SourceColumn(name, tuple(one.values[:_SHOWN])) for name, one in samples.items())
    return _Shape(source, encoding, layout, found.sheets, columns, samples)


def _open_parquet(con: duckdb.DuckDBPyConnection, source: Source, folder: Path) -> list[str]:
    try:
        return cells.open_parquet(con, source.local(folder), limit=SAMPLE_LINES)
    except duckdb.Error as error:
        reason = f"the Parquet file can't be read ({str(error).splitlines()[0]})"
        raise UnreadableFileError(source.name, reason, "write it again") from error


def _samples(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, Profile]:
    """Clean the first cells, one below the other: planning a query of 170 columns takes longer."""
    columns = ", ".join(f"c{index}" for index in range(len(names)))
    found = con.execute(
        f"SELECT {cells.cleaned('cell')} FROM (SELECT source_row, unnest([{columns}]) AS cell, "
        f"unnest(range({len(names)})) AS place FROM (SELECT * FROM raw ORDER BY source_row "
        f"LIMIT {_VALUES_PER_COLUMN})) ORDER BY source_row, place"
    ).fetchall()
    values = [row[0] for row in found]
    return {name: Profile(values[index :: len(names)]) for index, name in enumerate(names)}


def _platform(names: Sequence[str], table: str | None) -> Platform | None:
    found = recognise(PLATFORMS, names)
    return found if found and table in {None, found.table} else None


def _assemble(
    shape: _Shape,
    platform: Platform | None,
    choice: TableChoice,
    found: ColumnMap,
    *,
    settings: ImportSettings,
) -> Understanding:
    source, encoding, layout = shape.source, shape.encoding, shape.layout
    reason = (
        Note("platform_known", "it has the columns of {title}", title=platform.title)
        if platform
        else Note("platform_unknown", "its columns are those of no known export")
    )
    return Understanding(
        file=source.name,
        path=source.path,
        platform=platform.name if platform else GENERIC,
        platform_reason=reason,
        table=choice.table,
        table_reason=choice.reason,
        encoding=encoding.name if encoding else None,
        encoding_reason=encoding.reason if encoding else _NO_TEXT[source.kind],
        delimiter=layout.delimiter or None if layout else None,
        header_line=layout.header_line if layout and not layout.keys else None,
        columns=shape.columns,
        mapping=found.mapping,
        proposals=found.proposals,
        timezone=settings.timezone or "UTC",
        currency=settings.currency or "XXX",
        warnings=(*_shape_warnings(shape), *choice.warnings, *found.warnings),
        settings=settings,
        source=source,
        layout=layout,
        sheets=shape.sheets,
        recognised=platform,
        decisions=Decisions(),
    )


def _shape_warnings(shape: _Shape) -> tuple[Note, ...]:
    warnings = list(shape.layout.notes) if shape.layout else []
    if shape.encoding and shape.encoding.is_doubtful:
        warnings.append(
            Note(
                "encoding_doubtful",
                "The encoding was taken for {encoding}: check the preview, or choose another.",
                encoding=shape.encoding.name,
            )
        )
    return tuple(warnings)
