"""What is known of a column from its bytes settles nothing otherwise than asking its cells does."""

import re

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from analytics.errors import HuitouError
from analytics.intake import spool, stage, understand
from analytics.intake.looks import NUMBER, Look

HEADER = ("Order ID", "Customer ID", "Email", "SKU", "Quantity", "Amount", "Status", "Date")
ODD = ("", " ", " 7", "N/A", "-", "0", "-5.00", "(3.10)", "1,204.50", "1.204,50", "$12.00",
       "5.1E+18", "#####", "guest", "a***@b.com", "x@example.com", "13/04/2024",
       "2024-01-05T10:00:00Z", "04/05/2024 10:00", "Amount", "Total", "退款", "refunded",
       "cancelled", '"x, y"', "'007",
       "1.2.3", ".", "000000000000", "1704189600", "2024-1-5", "Order ID", "é")  # fmt: skip


def line(number):
    order = number // 2
    return [
        f"A{order:05d}",
        f"C{order % 7:03d}",
        f"c{order % 7}@example.com",
        f"sku{number % 5}",
        str(1 + number % 3),
        f"{5 + number % 11}.{number % 100:02d}",
        "paid",
        f"2024-01-{1 + order % 28:02d} 10:{number % 60:02d}:00",
    ]


def text_of(rows, header=HEADER):
    return "\n".join([",".join(header), *(",".join(row) for row in rows)]) + "\n"


def outcome(path, folder):
    """Return all that is told of a file, with the rows as stored and those refused."""
    with duckdb.connect() as con:
        try:
            staged = stage(understand(path), con, folder)
        except HuitouError as error:
            return str(error)  # which both ways must say
        rows = con.execute("SELECT * FROM staged ORDER BY source_row").fetchall()
        types = con.execute("DESCRIBE staged").fetchall()
        refused = con.execute("SELECT * FROM rejected ORDER BY source_row, reason").fetchall()
    told = (staged.rows_read, staged.rejected, [str(note) for note in staged.warnings])
    return rows, types, refused, told, staged.lines, staged.aside


def both_ways(folder, text):
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    quick = outcome(path, folder)
    with pytest.MonkeyPatch.context() as patch:
        write = spool.write_spool

        def without_looks(*args, **options):
            found = write(*args, **options)
            found.looks = ()
            return found

        patch.setattr(spool, "write_spool", without_looks)
        asked = outcome(path, folder)
    return quick, asked


@pytest.mark.parametrize("width", range(5, len(HEADER) + 1))
def test_a_clean_file_is_taken_alike(tmp_path, width):
    order = (0, 1, 7, 5, 3, 4, 6, 2)[:width]
    rows = [[line(number)[place] for place in order] for number in range(200)]
    quick, asked = both_ways(tmp_path, text_of(rows, [HEADER[place] for place in order]))
    assert quick == asked
    assert quick[3][0] == 200


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.integers(0, 39), st.integers(0, 7), st.sampled_from(ODD)),
        min_size=1,
        max_size=3,
    )
)
def test_odd_cells_are_taken_alike(tmp_path, odd):
    rows = [line(number) for number in range(40)]
    for row, place, cell in odd:
        rows[row][place] = cell
    quick, asked = both_ways(tmp_path, text_of(rows))
    assert quick == asked


@hypothesis_settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 7), st.sampled_from(ODD))
def test_a_column_of_one_make_is_taken_alike(tmp_path, place, cell):
    rows = [line(number) for number in range(40)]
    for row in rows:
        row[place] = cell
    quick, asked = both_ways(tmp_path, text_of(rows))
    assert quick == asked


@given(st.lists(st.lists(st.none() | st.text("ab19.-: é", max_size=5)), max_size=4))
def test_a_look_tells_what_is_in_the_cells(blocks):
    look = Look()
    for block in blocks:
        look.add(pa.array([cell or None for cell in block], pa.string()))
    filled = [cell for block in blocks for cell in block if cell]
    if not look.is_tidy:
        assert any(cell != cell.strip() or not cell.strip("-") for cell in filled)
        return
    assert look.filled == len(filled)
    assert set(look.marks) == set("".join(filled).encode())
    assert set(look.firsts) == {cell.encode()[0] for cell in filled}
    assert set(look.lasts) == {cell.encode()[-1] for cell in filled}
    for pattern in (NUMBER, r"\d{4}-\d\d", r"\d\d?:\d", "a[.]b"):
        if look.fits(pattern):
            assert all(re.fullmatch(pattern, cell) for cell in filled)
