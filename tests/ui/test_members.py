"""The people behind a number are as many as the number says."""

import pytest

import analytics
from ui import members, saved_segments


@pytest.fixture(scope="module")
def shop(shop_home):
    return analytics.open_workspace(shop_home / "my-shop")


@pytest.mark.parametrize("return_rule", ["on", "on-or-after", "on-or-before"])
@pytest.mark.parametrize("window", ["calendar", "elapsed"])
def test_a_square_holds_its_people(shop, return_rule, window):
    view = {"period": "month", "window": window, "return_rule": return_rule}
    table = analytics.run_report(shop, "retention", **view).table.dropna(subset=["active"])
    for row in table[table["period_index"] > 0].iloc[::17].itertuples():
        cohort = row.cohort.date().isoformat()
        found = members.cohort_cell(shop, cohort=cohort, period_index=row.period_index, **view)
        assert len(found) == row.active


@pytest.mark.parametrize("scope", ["any", "category", "item"])
def test_a_bar_holds_its_people(shop, scope):
    rates = analytics.run_report(shop, "repurchase-rate", scope=scope).table
    for row in rates.itertuples():
        given = {"horizon": row.horizon_days, "scope": scope}
        back = members.within(shop, **given, has_returned=True)
        rest = members.within(shop, **given, has_returned=False)
        assert len(back) == row.numerator
        assert len(back) + len(rest) == row.denominator
        assert not set(back["customer_id"]) & set(rest["customer_id"])


def test_the_silent_are_those_of_the_rule(shop):
    table = analytics.run_report(shop, "at-risk", fixed_days=(30, 60)).table
    for row in table[table["rule"] == "fixed"].itertuples():
        assert len(members.silent(shop, at_least=row.silent_days + 1)) == row.customers


def test_people_are_listed_dearest_first_ties_by_id(shop):
    listed = members.silent(shop, at_least=0)
    expected = listed.sort_values(["revenue", "customer_id"], ascending=[False, True])
    assert listed["customer_id"].tolist() == expected["customer_id"].tolist()


def test_an_empty_workspace_has_nobody(shop_home):
    empty = analytics.open_workspace(shop_home / "empty")
    assert members.silent(empty, at_least=0).empty
    assert members.within(empty, horizon=30).empty
    assert list(members.within(empty, horizon=30).columns) == list(members.COLUMNS)


def test_a_segment_is_kept_and_replaced_under_its_name(tmp_path):
    shop = analytics.open_workspace(tmp_path / "shop", create=True)
    saved_segments.save(shop, "九月名单", ["b", "a", "a"])
    saved_segments.save(shop, "九月名单", ["c"])
    saved_segments.save(shop, "九月/名单", ["d"])
    found = {one["name"]: one["members"] for one in saved_segments.saved(shop)}
    assert found == {"九月名单": ["c"], "九月/名单": ["d"]}


def test_who_waits_after_a_purchase_waits_as_the_curve_counts(shop):
    for step in (1, 2):
        chances = analytics.run_report(shop, "rest-chance", step=step, silences=(0, 60)).table
        everyone = members.waiting(shop, step=step, at_least=0)
        assert set(everyone["purchases"]) == {step}
        early = members.waiting(shop, step=step, at_least=0, below=30)
        late = members.waiting(shop, step=step, at_least=30)
        assert sorted([*early["customer_id"], *late["customer_id"]]) == sorted(
            everyone["customer_id"]
        )
        assert len(everyone) <= chances["n_at_risk"].iloc[0]


@pytest.mark.parametrize("of", ["item", "category"])
def test_a_first_item_holds_its_people(shop, of):
    table = analytics.run_report(shop, "first-item", of=of).table
    table = table.rename(columns={"category": "item_id"})
    for row in table.itertuples():
        assert len(members.began_with(shop, item=row.item_id, horizon=90, of=of)) == row.customers


def test_the_last_purchase_holds_the_item(shop):
    lines = shop.table("purchase_items").execute()
    last = lines.groupby("customer_number")["purchase_number"].transform("max")
    held = lines[(lines["purchase_number"] == last) & (lines["item_id"] == "i03")]
    found = members.last_bought(shop, item="i03")
    assert len(found) == held["customer_number"].nunique() > 0


def test_the_due_are_those_of_the_report(shop):
    table = analytics.run_report(shop, "due", within=30).table
    assert members.due(shop, within=30)["customer_id"].tolist() == table["customer_id"].tolist()


def test_a_shortened_list_begins_as_the_whole_and_knows_its_length(shop):
    whole = members.within(shop, horizon=90)
    with members.shortened(5):
        short = members.within(shop, horizon=90)
    assert short.equals(whole.head(5))
    assert short.attrs["customers"] == len(whole) > 5


@pytest.mark.parametrize("kind", ["rfm", "risk"])
def test_a_short_list_of_a_segment_begins_as_the_whole(shop, kind):
    from ui import audience

    segment = audience.filled(shop, kind=kind)[0]
    whole = audience.people(shop, kind=kind, segment=segment)
    with members.shortened(1):
        short = audience.people(shop, kind=kind, segment=segment)
    assert short.head(1).equals(whole.head(1))
    assert short.attrs["customers"] == len(whole) > 1
