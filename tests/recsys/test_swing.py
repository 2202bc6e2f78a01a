"""How far the shop as a whole strays from one stretch to the next."""

import numpy as np
import pandas as pd
import pytest

from recsys import Interactions
from recsys.interactions import SECONDS_A_DAY
from recsys.swing import ratios

BEGIN = pd.Timestamp("2025-01-01")
N_STRETCHES, HORIZON = 6, 30
END = int((BEGIN + pd.Timedelta(days=N_STRETCHES * HORIZON)).timestamp())


def purchases(per_stretch):
    """400 customers who hold one item each; then so many others' purchases a stretch, at random."""
    random = np.random.default_rng(5)
    rows = [(f"u{user:03}", "i00", 0) for user in range(400)]
    rows += [("u000", f"i{item:02}", 0) for item in range(1, 90)]
    for stretch, n in enumerate(per_stretch, start=1):
        users = random.permutation(np.arange(1, 400))[:n]
        rows += [
            (f"u{user:03}", f"i{random.integers(1, 90):02}", stretch * HORIZON + 5)
            for user in users
        ]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    return frame.assign(day=BEGIN + pd.to_timedelta(frame["day"], "D"))


def of(frame):
    return ratios(Interactions.from_frame(frame, time="day"), horizon=HORIZON, end=END)


def test_a_shop_that_sells_twice_as_much_has_a_ratio_of_about_two():
    found = of(purchases([100, 100, 100, 100, 200]))
    assert len(found) == N_STRETCHES - 2
    assert found[0] == pytest.approx(2, rel=0.1)
    assert found[1:] == pytest.approx([1, 1, 1], rel=0.15)


def test_row_order_and_new_names_change_nothing():
    frame = purchases([80, 120, 90, 150, 100])
    shuffled = frame.sample(frac=1, random_state=1)
    renamed = shuffled.assign(user_id="x" + shuffled["user_id"].str[::-1])
    assert of(shuffled) == of(frame) == of(renamed)


def test_short_or_thin_history_gives_no_ratio():
    assert of(purchases([10, 10, 10, 10, 10])) == ()
    assert (
        ratios(Interactions.from_frame(purchases([100]), time="day"), horizon=HORIZON, end=END)
        == ()
    )


def test_the_first_stretch_back_ends_with_the_data():
    until = END - HORIZON * SECONDS_A_DAY
    frame = purchases([100, 100, 100, 100, 200])
    whole = Interactions.from_frame(frame, time="day")
    earlier = ratios(whole, horizon=HORIZON, end=until)
    assert earlier == of(frame)[1:]
