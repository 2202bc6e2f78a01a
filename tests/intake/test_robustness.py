"""Whatever the bytes, the intake gives a table or one clear sentence, and loses no row."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import intake
from analytics.errors import HuitouError
from tests.intake import hostile
from tests.intake.files import stage_file

quiet = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HEAD = b"order_id,customer_id,ordered_at,amount\n"


@quiet
@given(st.binary(min_size=0, max_size=400), st.booleans())
def test_any_bytes(tmp_path, data, has_header):
    path = tmp_path / "any.csv"
    path.write_bytes((HEAD if has_header else b"") + data)
    try:
        intake.understand(path)
        stage_file(path, tmp_path)
    except HuitouError as error:
        assert str(error).startswith("any.csv")  # noqa: PT017 both outcomes are right


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Co", "Cn"), exclude_characters="\x00"),
    max_size=12,
)


@quiet
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_no_row_is_lost_and_text_stays(tmp_path, pairs):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["order_id", "customer_id", "ordered_at", "item_name", "amount", "note"])
    for number, (name, note) in enumerate(pairs):
        writer.writerow([f"o{number}", f"c{number}", "2024-01-05 10:00:00", name, "10", note])
    path = tmp_path / "text.csv"
    path.write_bytes(out.getvalue().encode())
    result = stage_file(path, tmp_path)
    assert result.staged.rows_read == len(pairs)
    assert sorted(result.rows("order_id")) == sorted(f"o{number}" for number in range(len(pairs)))


@quiet
@given(hostile.mutated())
def test_mutated_files_give_a_table_or_one_sentence(tmp_path, case):
    result = hostile.read(*case, tmp_path)
    assert result is None or result.staged.rows_read > 0


@quiet
@given(hostile.built())
def test_every_well_formed_row_is_loaded_or_rejected(tmp_path, case):
    result = hostile.read(case.name, case.data, tmp_path, table="order_lines")
    assert result is None or not hostile.lost_rows(result, case.ids)


@pytest.mark.parametrize("name", sorted(hostile.seeds()))
def test_the_seeds_themselves_can_be_read(tmp_path, name):
    assert hostile.read(name, hostile.seeds()[name], tmp_path) is not None
