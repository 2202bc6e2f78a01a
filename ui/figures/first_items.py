"""The tab of first items: which first purchase goes with coming back."""

import streamlit as st

from analytics.reports import ReportResult
from ui import findings, formats
from ui.charts import bars, frame
from ui.figures import hover
from ui.types import Row, Table
from ui.words import t

_SHOWN = 15
_NAME_SIGNS = 18
_SAID = 3
_CLEAR_Q = 0.05


def first_items(result: ReportResult, names: Table, rates: Table, *, horizon: int) -> None:
    """Draw the repurchase rate by first item, grey where chance could explain the difference."""
    table = named(result.table, names)
    shown = telling(table)
    st.markdown(said(shown))
    if shown.empty:
        return
    row = findings.rate_row(rates, horizon_days=horizon, scope="any")
    figure = bars.lying(
        [_label(row) for row in shown.to_dict("records")],
        shown["rate"].tolist(),
        lower=shown["ci_lower"].tolist(),
        upper=shown["ci_upper"].tolist(),
        texts=[formats.percent(share, 0) for share in shown["rate"]],
        hover=_hover(shown),
        muted=(~is_clear(shown)).tolist(),
        mark=None if row is None else float(row["rate"]),
    )
    frame.show(
        figure,
        key="first-item",
        title=t("first_item.title", days=horizon),
        caption=t("first_item.caption", as_of=formats.day(result.as_of)),
        table=table.drop(columns=["difference", "is_mature"]),
        currency=result.currency,
    )


def named(table: Table, names: Table) -> Table:
    """Put the items' names beside their ids; an item without a name goes by its id."""
    known: Table = table.merge(names[["item_id", "item_name"]], on="item_id", how="left")
    known["item_name"] = known["item_name"].fillna(known["item_id"])
    first = ["item_id", "item_name"]
    return known[[*first, *(name for name in known.columns if name not in first)]]


def telling(table: Table, limit: int = _SHOWN) -> Table:
    """Choose what fits: items that differ clearly, then those most began with; best rate first."""
    tested: Table = table[table["q_value"].notna()]
    order = tested.assign(is_rest=~is_clear(tested)).sort_values(
        ["is_rest", "customers", "item_id"], ascending=[True, False, True]
    )
    chosen = order.head(limit).drop(columns="is_rest")
    return chosen.sort_values(["rate", "item_id"], ascending=[False, True], ignore_index=True)


def is_clear(table: Table) -> Row:
    """Tell which items differ from the others by more than chance would."""
    return (table["q_value"] < _CLEAR_Q).fillna(value=False)


def said(shown: Table) -> str:
    """Name the items that differ clearly, the most certain first, or say that none does."""
    clear: Table = shown[is_clear(shown)].sort_values(["q_value", "item_id"]).head(_SAID)
    if clear.empty:
        return t("first_item.alike" if len(shown) else "first_item.too_few")
    return " ".join(_sentence(row) for row in clear.to_dict("records"))


def _sentence(row: Row) -> str:
    return t(
        "first_item.higher" if row["difference"] > 0 else "first_item.lower",
        item=row["item_name"],
        rate=formats.percent(row["rate"]),
        others=formats.percent(row["rate"] - row["difference"]),
        n=formats.number(row["customers"]),
    )


def _label(row: Row) -> str:
    """Write the name, shortened, and how many began with it: on a phone the bars have no room."""
    name = str(row["item_name"])
    short = name if len(name) <= _NAME_SIGNS else f"{name[: _NAME_SIGNS - 1]}…"
    return f"{short} · {formats.number(row['customers'])}"


def _hover(shown: Table) -> list[str]:
    texts = hover.rates(
        shown, lambda row: row["item_name"], numerator="repurchasers", denominator="customers"
    )
    q_values = [formats.number(q, 3) for q in shown["q_value"]]
    return [f"{text}<br>q {q}" for text, q in zip(texts, q_values, strict=True)]
