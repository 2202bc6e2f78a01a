"""Why does the churn of ChartMogul, Baremetrics, Stripe or ProfitWell differ from ours?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.errors import NotEnoughDataError
from analytics.notes import Note
from analytics.periods import Period, last_complete, period_end_days, period_start_days
from analytics.settings import UNKNOWN_CURRENCY
from analytics.subscriptions.book import GRACE, Book, read_book
from analytics.subscriptions.movements import Floats, day_of, movements, paying
from analytics.tables import finish, with_rate

_WINDOW = 30

_ROWS = {
    "renewal": "Huitou",
    "customer_churn": "Huitou",
    "chartmogul_customers": "ChartMogul",
    "baremetrics_users": "Baremetrics",
    "stripe_subscribers": "Stripe",
    "profitwell_customers": "ProfitWell",
    "mrr_churn": "Huitou",
    "chartmogul_gross": "ChartMogul",
    "chartmogul_net": "ChartMogul",
}

_SENTENCES = {
    "renewal": "Huitou: of the paid terms that ran out in the {period}, those whose customer went "
    "on paying within {grace} days.",
    "customer_churn": "Huitou: of the customers who paid when the {period} began, those who did "
    "not at its end; who pays again within {grace} days never left.",
    "chartmogul_customers": "ChartMogul counts a customer as lost on the day the last subscription "
    "is cancelled, without days of grace and before the paid time is over: {differing:,} customers "
    "differ.",
    "baremetrics_users": "Baremetrics divides the cancellations of the last 30 days by those "
    "active 30 days ago; who signed up and cancelled within them is in the numerator only: "
    "{differing:,} customers differ.",
    "stripe_subscribers": "Stripe takes the last 30 days and adds those who came in them to the "
    "denominator, which lowers the figure; {differing:,} lost customers differ.",
    "profitwell_customers": "ProfitWell, like us, dates the loss at the end of the paid time and "
    "leaves out who came and left in one {period}, but knows no {grace} days of grace: "
    "{differing:,} customers differ.",
    "mrr_churn": "Huitou: 1 − GRR, the MRR lost to churn and contraction ÷ MRR at the start.",
    "chartmogul_gross": "ChartMogul's gross MRR churn is the same sum, dated when a subscription "
    "is cancelled rather than when its paid time ends.",
    "chartmogul_net": "ChartMogul's net MRR churn takes expansion and reactivation off, so that "
    "customers won back hide losses: our NRR counts no reactivation.",
}


@dataclass(frozen=True)
class _Span:
    """Customers before and after some days under a rule: who paid first, who is lost, who came."""

    base: npt.NDArray[np.bool_]
    lost: npt.NDArray[np.bool_]


def subscription_definitions(
    subscriptions: Any,
    *,
    as_of: date,
    period: Period = "month",
    grace: int = GRACE,
    first_weekday: int = 0,
    zone: str = "UTC",
    currency: str = UNKNOWN_CURRENCY,
) -> pd.DataFrame:
    """What churn would other products show for the same subscriptions, and why another one?

    ====================  ========================================================================
    renewal               ours: renewed within the grace ÷ paid terms that ran out
    customer_churn        ours: no longer paying at the end, grace allowed ÷ paying at the start
    chartmogul_customers  all subscriptions cancelled in the period ÷ customers at the start
    baremetrics_users     cancelled in the last 30 days ÷ active 30 days ago
    stripe_subscribers    churned in the last 30 days ÷ (active 30 days ago + new since)
    profitwell_customers  paid time ended in the period, without grace ÷ customers at the start
    mrr_churn             ours: (churned + contraction) ÷ MRR at the start = 1 − GRR
    chartmogul_gross      the same, dated at the cancellation
    chartmogul_net        (churned + contraction − expansion − reactivation) ÷ MRR at the start
    ====================  ========================================================================

    Parameters
    ----------
    subscriptions, as_of, period, grace, first_weekday, zone, currency
        As in `subscriptions`. The last period whose grace is over is compared; the windows of 30
        days end with its last day.

    Returns
    -------
    DataFrame
        definition, product, unit ("customers" or "mrr"), numerator, denominator, rate, ci_lower,
        ci_upper (Wilson, 95 %; null for money), explanation (key of its note), is_mature, differing
        (customers lost by one of ours and theirs only), period (first day). Attribute `notes`: a
        sentence a row.

    Raises
    ------
    NotEnoughDataError
        If there is no paid subscription, or no period is over with its grace.

    Notes
    -----
    Ours are own definitions; the others follow what the products' public help pages say of them.
    """
    book = read_book(subscriptions, as_of=as_of, zone=zone, currency=currency, grace=grace)
    last = day_of(book.today - grace)
    number = last_complete(last, period, first_weekday=first_weekday)
    start = float(period_start_days([number], period, first_weekday=first_weekday)[0])
    after = float(period_end_days([number], period, first_weekday=first_weekday)[0] + 1)
    if start <= book.runs["paid_from"].min():
        raise NotEnoughDataError("the comparison", "periods after the first", needed=1, found=0)
    figures, differing = _figures(book, start, after)
    rows = [
        {
            "definition": name,
            "product": product,
            "unit": "mrr" if name in _MONEY else "customers",
            "numerator": float(figures[name][0]),
            "denominator": float(figures[name][1]),
            "explanation": f"subscription_{name}",
            "is_mature": True,
            "differing": differing.get(name, 0),
            "period": pd.Timestamp(day_of(start)),
        }
        for name, product in _ROWS.items()
    ]
    table = _rated(pd.DataFrame(rows))
    notes = [
        Note(
            f"subscription_{name}",
            text,
            period=period,
            grace=grace,
            differing=differing.get(name, 0),
        )
        for name, text in _SENTENCES.items()
    ]
    columns = ["definition", "product", "unit", "numerator", "denominator", "rate", "ci_lower"]
    more = ["ci_upper", "explanation", "is_mature", "differing", "period"]
    return finish(table[[*columns, *more]], [], notes)


_MONEY = ("mrr_churn", "chartmogul_gross", "chartmogul_net")


def _rated(table: Any) -> Any:
    is_money = table["unit"].eq("mrr")
    counted = with_rate(table.assign(numerator=table["numerator"].where(~is_money, 0.0)))
    share = table["numerator"] / table["denominator"].where(table["denominator"] > 0)
    return table.assign(
        rate=share,
        ci_lower=counted["ci_lower"].mask(is_money),
        ci_upper=counted["ci_upper"].mask(is_money),
    )


def _figures(
    book: Book, start: float, after: float
) -> tuple[dict[str, tuple[float, float]], dict[str, int]]:
    ended, cancelled = book.runs["end"].to_numpy(), _cancelled(book)
    window = after - _WINDOW
    ours = _lost(book, None, start, after)
    mogul = _lost(book, cancelled, start, after)
    profitwell = _lost(book, ended, start, after)
    stripe = _lost(book, ended, window, after)
    baremetrics = _lost(book, cancelled, window, after)
    new = _came(book, window, after)
    gone = ~paying(book, after, until=cancelled).is_on & new
    fled = ~paying(book, after, until=ended).is_on & new
    terms = book.terms
    is_due = (terms.expiry >= start) & (terms.expiry < after)
    figures = {
        "renewal": ((is_due & terms.is_renewed).sum(), is_due.sum()),
        "customer_churn": (ours.lost.sum(), ours.base.sum()),
        "chartmogul_customers": (mogul.lost.sum(), mogul.base.sum()),
        "baremetrics_users": ((baremetrics.lost | gone).sum(), baremetrics.base.sum()),
        "stripe_subscribers": ((stripe.lost | fled).sum(), (stripe.base | new).sum()),
        "profitwell_customers": (profitwell.lost.sum(), profitwell.base.sum()),
        **_money(book, cancelled, start, after),
    }
    theirs = {
        "chartmogul_customers": mogul.lost,
        "baremetrics_users": baremetrics.lost | gone,
        "stripe_subscribers": stripe.lost | fled,
        "profitwell_customers": profitwell.lost,
    }
    return figures, {name: int((lost != ours.lost).sum()) for name, lost in theirs.items()}


def _cancelled(book: Book) -> Floats:
    """Day on which each run was cancelled, or ended where nobody cancelled it before."""
    canceled = np.fmin(book.runs["canceled"].to_numpy(), book.runs["end"].to_numpy())
    return np.maximum(canceled, book.runs["paid_from"].to_numpy())


def _lost(book: Book, until: Floats | None, start: float, after: float) -> _Span:
    base = paying(book, start, until=until).is_on
    return _Span(base, base & ~paying(book, after, until=until).is_on)


def _came(book: Book, start: float, after: float) -> npt.NDArray[np.bool_]:
    runs = book.runs
    is_in = runs["paid_from"].between(start, after - 1).to_numpy()
    came = np.zeros(book.customers, dtype=bool)
    came[runs["customer"].to_numpy()[is_in]] = True
    return came & ~paying(book, start).is_on


def _money(
    book: Book, cancelled: Floats, start: float, after: float
) -> dict[str, tuple[float, float]]:
    edges = np.array([start, after])
    (ours,), (mogul,) = (movements(book, edges, until=until) for until in (None, cancelled))
    gross = mogul["mrr_churned"] + mogul["mrr_contraction"]
    net = gross - mogul["mrr_expansion"] - mogul["mrr_reactivation"]
    return {
        "mrr_churn": (ours["mrr_churned"] + ours["mrr_contraction"], ours["mrr_start"]),
        "chartmogul_gross": (gross, mogul["mrr_start"]),
        "chartmogul_net": (net, mogul["mrr_start"]),
    }
