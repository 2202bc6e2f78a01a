"""How a written time is tidied and read: from the shapes of a column to steps and formats.

The same steps tidy a value in SQL and its shape here, so that a format found for the shape fits
the value. Patterns hold to what both engines of regular expressions understand.
"""

import re
from collections.abc import Iterable, Sequence

from analytics.intake.zones import FIXED_OFFSETS, is_zone_name

Step = tuple[str, str]

_MONTHS = {
    "Jan": "januar januari janvier janv enero ene janeiro gennaio gen jänner jän",
    "Feb": "februar februari février févr fév fevrier febrero fevereiro fev febbraio",
    "Mar": "märz mrz maart mars marzo março marco maerz mär",
    "Apr": "avril avr abril abr aprile",
    "May": "mai mei mayo maio maggio mag",
    "Jun": "juni juin junio junho giugno giu",
    "Jul": "juli juillet juil julio julho luglio lug",
    "Aug": "août aout agosto ago augustus",
    "Sep": "septembre septiembre setembro set settembre sett sept",
    "Oct": "oktober okt octobre octubre outubro out ottobre ott",
    "Nov": "novembre noviembre novembro",
    "Dec": "dezember dez décembre déc decembre diciembre dic dezembro dicembre",
}
_FOREIGN = {name: month for month, names in _MONTHS.items() for name in names.split()}
_ABBREVIATED = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_WEEKDAYS = (
    "(mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?|(mo|di|mi|do|fr|sa|so|lun|mer|jeu|ven|sam|dim)[.,]+"
    "|(montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi"
    "|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|segunda|terça"
    "|quarta|quinta|sexta)[,.]?"
)
MONTH_STEMS = "|".join(sorted({name[:3].lower() for name in (*_FOREIGN, *_MONTHS)}))
_WORD = re.compile(r"[^\W\d_]+")

# Each is used only where it changes some shape of the column.
_BEFORE: tuple[Step, ...] = (
    ("[\u00a0\u202f\u3000]+", " "),
    (r"\s*(~|～|至|到|—|–|\sto\s|\sbis\s|\s-\s\d{4}[-/.年]|\s-\s\d{1,2}[/.]\d).*$", ""),
    (r"[(（][^)）\d]*[)）]", " "),
    (r"(星期|周|週|礼拜)[一二三四五六日天]|[月火水木金土日]曜日?", " "),
    (rf"(?i)^({_WEEKDAYS})\s+", ""),
    (r"上午|午前|오전|凌晨|早上|清晨|[aA]\.\s?[mM]\.?", "AM"),
    (r"下午|午後|오후|晚上|中午|[pP]\.\s?[mM]\.?", "PM"),
    (r"\s*[年년月월]\s*", "-"),
    (r"\s*[日号號일]\s*", " "),
    (r"\s*[时時点點시분分]\s*", ":"),
    (r"\s*[秒초]\s*", ""),
    (r":\s*$", ""),
    (r"(\d)(st|nd|rd|th|er|º|°|ª)([\s,.])", r"\1\3"),
    (r"(?i)\s+(de|del|of|at|um|à|a las|às|den|le|kl\.?)\s+", " "),
    (r"(?i)\s+(uhr|hrs|hs|h|ч|год)\.?$", ""),
    (r"(\d{1,2})h(\d{2})", r"\1:\2"),
    (r"^(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\.?(\s|$)", r"\1-\2-\3\4"),
)
_AFTER: tuple[Step, ...] = (
    (rf"(?i)({_ABBREVIATED})[a-z]*\.?", r"\1"),
    (rf"(?i)[\s,\-/.]*({_ABBREVIATED})[\s,\-/.]*", r" \1 "),
    (r"\s*,\s*", " "),
    (r"\s+-\s+", " "),
    (r"(?i)\s*([ap])m$", r" \1M"),
    (r"(?i)([ap])m\s*(\d{1,2}:[\d:.]+)", r"\2 \1M"),
    (r"\s{2,}", " "),
    (r"^\s+", ""),
    (r"\s+$", ""),
    (r"(\d)T(\d)", r"\1 \2"),
    (r"\s(\d{1,2})\.(\d{2})\.(\d{2})$", r" \1:\2:\3"),
    (r"\s(\d{1,2})\.(\d{2})$", r" \1:\2"),
    (r"^(\d{4})[./](\d{1,2})[./](\d{1,2})", r"\1-\2-\3"),
    (r"^(\d{1,2}:\d{2}(?::\d{2})?(?: [AaPp]M)?)\s+(.+)$", r"\2 \1"),
    (r"^(\w+ \d{1,2}) (\d{1,2}:[\d:.]+) (\d{4})$", r"\1 \3 \2"),
)
_TIME = r"(?: (9{1,2}:99(?::99(?:\.9+)?)?)( [AaPp]M)?)?$"
_CASTABLE = re.compile(r"^9999([-/])9{1,2}\1(?:9{1,2})(?:[ T]9{1,2}:99(?::99(?:\.9+)?)?)?$")
_NUMERIC = re.compile(r"^9{1,2}([/.\-])9{1,2}[/.\-](9999|99)" + _TIME)
_LETTERS = re.compile(
    rf"^(9{{1,2}} (?:{_ABBREVIATED}) (9999|99)|(?:{_ABBREVIATED}) 9{{1,2}} (9999|99)"
    rf"|9999 (?:{_ABBREVIATED}) 9{{1,2}}|9999-9{{1,2}}-9{{1,2}}){_TIME}",
    re.IGNORECASE,
)
_COMPACT = {"99999999": "%Y%m%d", "99999999999999": "%Y%m%d%H%M%S", "999999999999": "%Y%m%d%H%M",
            "99999999 999999": "%Y%m%d %H%M%S", "99999999 9999": "%Y%m%d %H%M"}  # fmt: skip
_COMPACT_CLOCK = re.compile(r"^99999999" + _TIME)

EPOCH = r"\d{9,10}(\.\d+)?|\d{13}(\.\d+)?|\d{16}|\d{19}"
SERIAL = r"\d{5}(\.\d+)?"
_AFTER_CLOCK = r"(:\d{2}(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?|T\d{4,6}|\d{4})"
_OFFSET = r"(?:UTC|GMT)?\s*([+-]\d{1,2}(?::?\d{2})?)"
_CLOCK_ONLY = r"(:\d{2}(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?|T\d{4,6})"
_TAIL = r"(\s\d{4})?(?:\s*\([^)]*\))?$"


_ENDS_SHORT = re.compile(r":99(\.9+)? ?[+-]9999$")
_ENDS_LONG = re.compile(r":99(\.9+)? ?[+-]99:99$")


def zone_patterns(names: Iterable[str]) -> tuple[str, str]:
    """Return the patterns of an offset and of a zone's name behind a time.

    Group 1 is what comes before, group 2 the offset or the name, group 3 a year behind it.
    """
    listed = "|".join(
        re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))
    )
    return _CLOCK_ONLY + r"\s*" + _OFFSET + _TAIL, _AFTER_CLOCK + rf"\s*\(?({listed})\)?" + _TAIL


_ANY_OFFSET = re.compile(_CLOCK_ONLY + r"\s*" + _OFFSET + _TAIL)
_ANY_NAME = re.compile(
    _AFTER_CLOCK + r"\s*\(?(Z|z|[A-Z]{2,5}|[A-Z][A-Za-z]+/[A-Za-z_/]+)\)?" + _TAIL
)


def zone_of_shape(shape: str) -> tuple[str, str | None]:
    """Part a shape into the time and its zone: "offset", a known name, or None.

    >>> zone_of_shape("9999-99-99 99:99:99 +9999"), zone_of_shape("Nov 9, 9999 9:99:99 AM PDT")
    (('9999-99-99 99:99:99', 'offset'), ('Nov 9, 9999 9:99:99 AM', 'PDT'))
    """
    if match := _ANY_OFFSET.search(shape):
        return shape[: match.start()] + match[1] + (match[3] or ""), "offset"
    match = _ANY_NAME.search(shape)
    if match and (match[2] in FIXED_OFFSETS or is_zone_name(match[2])):
        return shape[: match.start()] + match[1] + (match[3] or ""), match[2]
    return shape, None


def is_castable(shape: str) -> bool:
    """Whether a plain cast reads values of this shape."""
    return bool(_CASTABLE.match(shape))


def is_numeric(shape: str) -> bool:
    """Whether a tidy shape is a day and a month in numbers, in an order that it does not tell."""
    return bool(_NUMERIC.match(shape))


def offset_width(shapes: Sequence[str]) -> int:
    """Return the width of the offset that all shapes end with, 0 where some end otherwise.

    >>> offset_width(["9999-99-99 99:99:99 -9999"]), offset_width(["9999-99-99 99:99"])
    (5, 0)
    """
    for width, pattern in ((5, _ENDS_SHORT), (6, _ENDS_LONG)):
        if shapes and all(pattern.search(shape) for shape in shapes):
            return width
    return 0


def steps_for(shapes: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps that tidy values of these shapes, in their order."""
    found: list[Step] = []
    months = [(word, _FOREIGN[word.lower()]) for word in _words(shapes) if word.lower() in _FOREIGN]
    named: tuple[Step, ...] = tuple(
        (rf"{re.escape(word)}\.?", month)
        for word, month in sorted(months, key=lambda pair: (-len(pair[0]), pair[0]))
    )
    texts = set(shapes)
    for step in (*_BEFORE, *named, *_AFTER):
        tidied = {apply(text, (step,)) for text in texts}
        if tidied != texts:
            found.append(step)
            texts = tidied
    return tuple(found)


def _words(shapes: Sequence[str]) -> list[str]:
    return sorted({word for shape in shapes for word in _WORD.findall(shape)})


def apply(text: str, steps: Sequence[Step]) -> str:
    """Tidy a text as the steps do it in SQL."""
    for pattern, replacement in steps:
        text = re.sub(pattern, replacement, text, flags=re.ASCII)
    return text


def format_of(shape: str, order: str) -> str | None:
    """Return the format that reads a tidy shape, None where there is none.

    >>> format_of("9999-99-99 99:99", "day-first"), format_of("99 Sep 9999 9:99 PM", "day-first")
    ('%Y-%m-%d %H:%M', '%d %b %Y %I:%M %p')
    >>> format_of("9/9/99", "month-first"), format_of("99 o'clock", "day-first")
    ('%m/%d/%y', None)
    """
    if shape in _COMPACT:
        return _COMPACT[shape]
    if match := _COMPACT_CLOCK.match(shape):
        return "%Y%m%d" + _clock(match[1], match[2])
    if match := _NUMERIC.match(shape):
        return _numeric(shape, match[1], match[2], order) + _clock(match[3], match[4])
    if match := _LETTERS.match(shape):
        return _lettered(match[1]) + _clock(match[4], match[5])
    return None


def _numeric(shape: str, mark: str, year: str, order: str) -> str:
    second = shape.lstrip("9")[1:].lstrip("9")[0]
    parts = {"day-first": "%d{0}%m{1}", "month-first": "%m{0}%d{1}"}.get(order)
    if parts is None:
        return f"%y{mark}%m{second}%d"
    return parts.format(mark, second) + ("%Y" if len(year) == 4 else "%y")  # noqa: PLR2004


def _lettered(day: str) -> str:
    first, *rest = day.split(" ")
    if not rest:
        return "%Y-%m-%d"
    if not first.startswith("9"):
        return "%b %d " + ("%Y" if rest[-1] == "9999" else "%y")
    if first == "9999":
        return "%Y %b %d"
    return "%d %b " + ("%Y" if rest[-1] == "9999" else "%y")


def _clock(time: str | None, half: str | None) -> str:
    if not time:
        return ""
    hour = " %I:%M" if half else " %H:%M"
    seconds = ":%S" if time.count(":") > 1 else ""
    return hour + seconds + (".%f" if "." in time else "") + (" %p" if half else "")


def is_epoch(shape: str) -> bool:
    """Whether values of this shape count seconds or fractions of them since 1970."""
    return bool(re.fullmatch(EPOCH, shape))


def is_serial(shape: str) -> bool:
    """Whether values of this shape may be the day numbers of a spreadsheet."""
    return bool(re.fullmatch(SERIAL, shape))


def readings(text: str) -> tuple[str, str]:
    """Return a numeric date as it reads with the day first and with the month first.

    >>> readings("3/4/2024 10:00")
    ('2024-04-03', '2024-03-04')
    """
    match = re.search(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})", text)
    if not match:
        return text, text
    one, two, year = match[1].zfill(2), match[2].zfill(2), match[3]
    year = year if len(year) == 4 else f"20{year}"  # noqa: PLR2004
    return f"{year}-{two}-{one}", f"{year}-{one}-{two}"
