"""Customers who behave as a buy-till-you-die model says, drawn one by one, slowly and plainly."""

from datetime import timedelta

import numpy as np

from tests.analytics.shops import Order, Shop, day


def histories(n, *, r, alpha, a, b, seed=0, days=400, stops_at_first=False):
    """Frequency, recency, T of n customers, in days that need not be whole."""
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        rate, stop = random.gamma(r, 1 / alpha), random.beta(a, b)
        known, at, bought = float(random.integers(1, days)), 0.0, 0
        is_alive = not (stops_at_first and random.random() < stop)
        last = 0.0
        while is_alive:
            at += random.exponential(1 / rate)
            if at > known:
                break
            bought, last = bought + 1, at
            is_alive = random.random() >= stop
        rows.append((bought, last, known))
    return np.array(rows).T


def futures(n, horizon, *, rates, stops, seed=0):
    """Purchases in the horizon of n customers alive now, of these rates and chances to stop."""
    random = np.random.default_rng(seed)
    count, at, open_ = np.zeros(n), np.zeros(n), np.arange(n)
    while len(open_):
        at[open_] += random.exponential(1 / rates[open_])
        open_ = open_[at[open_] <= horizon]
        count[open_] += 1
        open_ = open_[random.random(len(open_)) >= stops[open_]]
    return count


def buyers(n=400, *, seed=3, days=500, alpha=25.0, a=0.6, b=1.6):
    """A shop of MBG/NBD buyers whose purchases scatter around a mean of their own."""
    random = np.random.default_rng(seed)
    begin, orders = day("2023-01-02"), []
    for place in range(n):
        rate, stop = random.gamma(0.9, 1 / alpha), random.beta(a, b)
        usual, at = (
            random.gamma(6, 1) * 60 / (5 * random.gamma(4, 1)),
            float(random.integers(0, days - 60)),
        )
        while at < days:
            amount = round(max(float(random.gamma(6, usual / 6)), 0.01), 2)
            orders.append(Order(f"c{place:04}", begin + timedelta(days=int(at)), amount))
            if random.random() < stop:
                break
            at += 1 + float(random.exponential(1 / rate))
    return Shop(orders, as_of=begin + timedelta(days=days - 1))
