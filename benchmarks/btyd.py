"""Customer value of a million customers against `lifetimes`, in one run: the fit and 12 months.

Both fit the BG/NBD to the same customers; equal log-likelihoods to four decimals mean equal work.
The value of the next 360 days is then asked of both with the same parameters; without a discount
the two agree to the last digits, with one they differ by when in a month a purchase is counted.
Run with HUITOU_CUSTOMERS=100000 for a smaller shop.
"""

import importlib.util
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
N_CUSTOMERS = int(os.environ.get("HUITOU_CUSTOMERS", "1000000"))
ROUNDS, BAR = 3, 20
HORIZON, MONTHS, A_MONTH, A_YEAR = 360, 12, 0.01, 1.01 ** (365 / 30) - 1


def customers(n: int, seed: int = 0) -> pd.DataFrame:
    """Buyers who follow the BG/NBD in whole days, with a mean value of a purchase each."""
    random = np.random.default_rng(seed)
    rate, stop = random.gamma(0.5, 1 / 70, n), random.beta(0.8, 2.5, n)
    known = random.integers(1, 731, n)
    bought, at, last = np.zeros(n, int), np.zeros(n, int), np.zeros(n, int)
    open_ = np.arange(n)
    while len(open_):
        at[open_] += np.maximum(1, np.ceil(random.exponential(1 / rate[open_]))).astype(int)
        open_ = open_[at[open_] <= known[open_]]
        bought[open_] += 1
        last[open_] = at[open_]
        open_ = open_[random.random(len(open_)) > stop[open_]]
    mean = np.where(bought > 0, random.gamma(6, 60 / (5 * random.gamma(4, 1, n))), 0)
    return pd.DataFrame({"frequency": bought, "recency": last, "T": known, "mean": mean})


def best(run: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Least seconds of some rounds, and the last answer."""
    seconds, answer = float("inf"), None
    for _ in range(rounds):
        started = time.perf_counter()
        answer = run()
        seconds = min(seconds, time.perf_counter() - started)
    return seconds, answer


def theirs(people: pd.DataFrame) -> tuple[Any, float, Any]:
    """`lifetimes` fitted with a tight tolerance; seconds; its two models."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    model = BetaGeoFitter()
    columns = people["frequency"], people["recency"], people["T"]
    seconds, _ = best(lambda: model.fit(*columns), 1)
    money = GammaGammaFitter()
    again = people[people["frequency"] > 0]
    spent, _ = best(lambda: money.fit(again["frequency"], again["mean"]), 1)
    print(f"  lifetimes   Gamma-Gamma fit {spent:8.3f} s")
    return model, seconds, money


def race_fit(people: pd.DataFrame) -> tuple[Any, Any, Any]:
    from analytics.value import gamma_gamma
    from analytics.value.histories import Histories
    from analytics.value.models import fit_histories

    x, recency, known = (people[name].to_numpy() for name in ("frequency", "recency", "T"))
    own, fitted = best(lambda: fit_histories(Histories.of(x, recency, known), "bg-nbd"), ROUNDS)
    again = people[people["frequency"] > 0]
    values = again["frequency"].to_numpy(float), again["mean"].to_numpy(), np.ones(len(again))
    spent, (money, _) = best(lambda: gamma_gamma.fit(*values), 1)
    print(f"  huitou      Gamma-Gamma fit {spent:8.3f} s")
    print(f"  huitou      BG/NBD fit {own:8.3f} s  LL {fitted.maximum.log_likelihood:.4f}")
    if not importlib.util.find_spec("lifetimes"):
        return fitted, money, None
    model, seconds, their_money = theirs(people)
    theirs_at = np.array([model.params_[name] for name in ("r", "alpha", "a", "b")])
    there = type(fitted.model)(*map(float, theirs_at), stops_at_first=False)
    reached = float(there.log_likelihood(x, recency, known).sum())
    print(f"  lifetimes   BG/NBD fit {seconds:8.3f} s  LL {reached:.4f}")
    print(f"  ratio {seconds / own:.1f} (bar {BAR})")
    return fitted, money, (model, their_money)


def race_value(people: pd.DataFrame, fitted: Any, money: Any, rivals: Any) -> None:
    x, recency, known = (people[name].to_numpy() for name in ("frequency", "recency", "T"))
    mean = people["mean"].to_numpy()

    def value(discount: float) -> np.ndarray:
        seen = fitted.outlook(x, recency, known, horizon=HORIZON, discount=discount)
        return seen.discounted * money.expected_mean(x, mean)

    own, ours = best(lambda: value(A_YEAR), ROUNDS)
    print(f"  huitou      value {own:8.3f} s  in all {ours.sum():,.0f}")
    if rivals is None:
        return
    model, their_money = rivals
    model.params_[:] = fitted.maximum.parameters
    their_money.params_[:] = [money.p, money.q, money.v]
    columns = [people[name] for name in ("frequency", "recency", "T", "mean")]

    def their_value(discount: float) -> Any:
        ask = their_money.customer_lifetime_value
        return ask(model, *columns, time=MONTHS, discount_rate=discount, freq="D")

    seconds, found = best(lambda: their_value(A_MONTH), 1)
    print(f"  lifetimes   value {seconds:8.3f} s  in all {found.sum():,.0f}")
    print(f"  ratio {seconds / own:.1f} (bar {BAR})")
    apart = np.abs(value(0.0) / their_value(0.0).to_numpy() - 1).max()
    print(f"  without discount the values differ by {apart:.1e} at most")


def main() -> None:
    people = customers(N_CUSTOMERS)
    print(f"{len(people):,} customers, {int((people['frequency'] > 0).sum()):,} of them repeaters")
    fitted, money, rivals = race_fit(people)
    race_value(people, fitted, money, rivals)


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(ROOT))
    warnings.simplefilter("ignore")
    main()
