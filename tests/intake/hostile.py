"""Files as nobody should write them: built with a known number of rows, or mutated at random."""

import gzip
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
from hypothesis import strategies as st

from analytics import intake
from analytics.errors import HuitouError
from analytics.intake.reading import unify_newlines
from tests.intake.files import stage_file

NAMES = ["order_id", "customer_id", "ordered_at", "amount", "item_name"]
HEADER = ",".join(NAMES) + "\n"
ROWS = "".join(f"o{n},c{n % 3},2024-01-{n + 1:02} 10:00:00,{n}.50,Course {n}\n" for n in range(9))
CHINESE = (
    "------\n导出时间：[2024-02-01]\n共2笔记录\n"
    "订单号 ,客户ID ,下单时间 ,金额 ,商品名称 ,\n"
    "001\t,甲,2024-01-05 10:00:00,¥99.00,心理学入门,\n002\t,乙,2024-01-06 11:00:00,¥1.5,写作,\n"
    "合计,,,100.5,,\n"
)
QUOTED = (
    HEADER + 'o1,c1,2024-01-05,"1,000.50","two\nlines, ""quoted"""\no2,"c2",2024-01-06,5,\n'
    'o3,c3,2024-01-07,7,"open\no4,c4,2024-01-08,8,5" wide\n'
)
SECTIONS = (
    "sep=;\nOrder;;;Customer;\nID;Date;Amount;ID;Email\n"
    "1;05.01.2024;1.234,50;a;a@b.example\n2;06.01.2024;5,00;b;c@d.example\n\n"
    "--- more ---;;;;\n3;07.01.2024;6,00;b;c@d.example\n\nTotal;;1.245,50;;\nname;value\nx;1\n"
)
OBJECTS = [
    {"event": "view", "user_id": f"u{n}", "time": 1704448800 + n, "item": {"id": n, "tags": [1.5]}}
    for n in range(6)
]


def workbook(rows):
    """Bytes of an xlsx with a title above these rows."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["Orders of January"])
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def zipped(**members):
    """Bytes of a zip with these members; `__` in a name stands for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


@cache
def seeds():
    """Return small files of every kind, by name."""
    text = HEADER + ROWS
    lines = "\n".join(map(json.dumps, OBJECTS)).encode()
    markup = "".join(
        f"<tr><td>{line.replace(',', '</td><td>')}</td></tr>" for line in text.splitlines()
    )
    book = workbook([line.split(",") for line in text.splitlines()])
    return {
        "plain.csv": text.encode(),
        "quoted.csv": QUOTED.encode(),
        "tabs.tsv": text.replace(",", "\t").encode("utf-16"),
        "sections.csv": SECTIONS.encode("cp1252"),
        "chinese.csv": CHINESE.encode("gb18030"),
        "twice.csv": CHINESE.encode().decode("latin-1").encode(),
        "blanks.txt": text.replace("Course ", "c")
        .replace(",", "  ")
        .replace(" 10:00:00", "")
        .encode(),
        "mac.csv": text.replace("\n", "\r").encode(),
        "lines.ndjson": lines,
        "page.xls": f"<html><table>{markup}</table></html>".encode("gb18030"),
        "list.json": json.dumps(OBJECTS, indent=1).encode(),
        "answer.json": json.dumps({"data": OBJECTS}).encode(),
        "book.xlsx": book,
        "packed.csv.gz": gzip.compress(text.encode(), mtime=0),
        "packed.json.gz": gzip.compress(lines, mtime=0),
        "one.zip": zipped(orders__csv=text, readme__md="x"),
        "book.zip": zipped(orders__xlsx=book),
        "two.zip": zipped(a__csv=text, b__csv=QUOTED),
    }


KINDS = ["insert", "insert", "insert", "cut", "double", "byte", "other", "end"]
TOKENS = [
    *(b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\\", b'""', b'"\n', b",,,,", b"="),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f", b"\x1e", b"\xef\xb7\x90", b"\x80"),
    *(b"\xe2\x80\xa8", b"\xc2\x85", b"{", b"[", b"]}", b'{"a":', b"\\ud800", b"\\u0000", b"1e999"),
    *(b"Total", "合计".encode(), b"# ", b"NaN", b"-1", b"9" * 25, b"2024-13-45", b"PK\x03\x04"),
    *(b"\x1f\x8b", b"x" * 3000, b'"' * 60, b"," * 300, b"\n" * 50, b"{" * 400, b"\\N", b'="1"'),
]


@st.composite
def mutated(draw):
    """Draw a seed with up to twelve edits: tokens put in, parts cut out, doubled or moved."""
    known = seeds()
    name = draw(st.sampled_from(sorted(known)))
    data = known[name]
    for _ in range(draw(st.integers(0, 12))):
        at = draw(st.integers(0, 1000)) * len(data) // 1000
        until = min(at + draw(st.sampled_from([0, 1, 2, 7, 40, 400])), len(data))
        kind = draw(st.sampled_from(KINDS))
        part = data[at:until]
        if kind == "insert":
            part = draw(st.sampled_from(TOKENS)) + part
        elif kind == "cut":
            part = b""
        elif kind == "double":
            part = part * draw(st.integers(2, 30))
        elif kind == "byte":
            part = bytes([draw(st.integers(0, 255))])
        elif kind == "other":
            part = known[draw(st.sampled_from(sorted(known)))][at:until]
        data = data[:at] + part + (b"" if kind == "end" else data[until:])
    return name, data


@dataclass(frozen=True)
class Built:
    """A file and the ids of the rows in it."""

    name: str
    data: bytes
    ids: tuple[str, ...]


_WORDS = st.sampled_from(
    [
        "",
        "plain",
        "心理学",
        "Café",
        "a b",
        " x ",
        "it's",
        "`x",
        "-",
        "null",
        "#1",
        "5 = 6",
        "ü" * 40,
    ]
)
_LINES = st.sampled_from(["Shop report", "# made by us", "From: 2024-01-01", "", "说明", "a b c"])


@st.composite
def built(draw):
    """Draw a text whose rows are well formed, with all kinds of lines around and between them."""
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [*draw(st.lists(_LINES, max_size=30)), delimiter.join(NAMES)]
    ids = []
    for number in range(draw(st.integers(1, 12))):
        ids.append(f"id{number:03}")
        name = draw(_WORDS)
        if draw(st.booleans()):
            name = '"' + (name + draw(st.sampled_from(["", delimiter, ends, '""', "x"]))) + '"'
        date = f"2024-01-{draw(st.integers(1, 28)):02}"
        amount = draw(st.sampled_from(["10", "10.50", "-3", "oops", ""]))
        lines.append(delimiter.join([ids[-1], f"c{number % 4}", date, amount, name]))
        between = ["", delimiter * 4, delimiter.join(NAMES), f"合计{delimiter * 4}"]
        if draw(st.integers(0, 3)) == 0:
            lines.append(draw(st.sampled_from(between)))
    text = ends.join(lines) + draw(st.sampled_from(["", ends, ends * 3]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"]))
    if encoding == "gb18030":
        text = text.replace("é", "e").replace("ü", "u")
    data = text.encode(encoding)
    kind = draw(st.sampled_from(["", "", "gz", "zip"]))
    if kind == "gz":
        return Built("built.csv.gz", gzip.compress(data, mtime=0), tuple(ids))
    if kind == "zip":
        return Built("built.zip", zipped(orders__csv=data), tuple(ids))
    return Built("built.csv", data, tuple(ids))


def read(name, data, folder, **options):
    """Import a file of these bytes and hold what is true of every file; None if it is refused."""
    path = Path(folder) / name
    path.write_bytes(data)
    try:
        paths = intake.unpack(path, folder)
        results = [stage_file(one, folder, **options) for one in paths]
    except HuitouError as error:
        paths, results = [], [None]
        assert str(error).endswith(".")  # noqa: PT017 a refusal is right too
    for one, result in zip(paths, results, strict=False):
        _check_lines(one, result)
    return results[0]


def _check_lines(path, result):
    """Count the physical lines anew and compare."""
    understanding, staged = result.understanding, result.staged
    if understanding.source.kind != "text":
        return
    with understanding.source.open() as stream:
        text = stream.read().decode(understanding.encoding, "replace")
    lines = unify_newlines(text).split("\n")  # what follows the last end of a line is none
    assert staged.lines == len(lines) - (not lines[-1]), path


def lost_rows(result, ids):
    """Return the ids of rows that are neither loaded nor rejected."""
    loaded = set(result.rows("order_id"))
    rejected = "\n".join(str(raw) for raw in result.rows("raw", table="rejected"))
    return [one for one in ids if one not in loaded and one not in rejected]
