"""Customers are numbered by the bytes of their ids, however long these are."""

import random

import pyarrow as pa
import pytest

from analytics.store import numbering

FORMS = {
    "digits": lambda pick: str(pick.randrange(10**7)),
    "fixed": lambda pick: f"C{pick.randrange(3000):07d}",
    "digits of one length": lambda pick: f"{pick.randrange(10**8):08d}",
    "digits behind a beginning": lambda pick: f"shop-2024-{pick.randrange(50_000):05d}",
    "letters of one length": lambda pick: f"user{pick.randrange(10**6):06X}",
    "long beginning": lambda pick: f"customer-{pick.randrange(5000)}",
    "e-mail": lambda pick: f"somebody{pick.randrange(3000)}@example.com",
    "Chinese": lambda pick: pick.choice(["张三", "张三丰", "李", "会员", ""]),
    "nobody now and then": lambda pick: pick.choice([None, "", "a", "ab", "b"]),
    "one": lambda _: "same",
}


@pytest.mark.parametrize("form", FORMS)
def test_ranks_follow_the_bytes(form):
    pick = random.Random(form)
    ids = [FORMS[form](pick) for _ in range(2000)]
    names = sorted({one for one in ids if one is not None}, key=str.encode)
    place = {name: rank for rank, name in enumerate(names)}
    ranks, found = numbering.ranked(pa.array(ids))
    assert found.to_pylist() == names
    assert ranks.tolist() == [place.get(one, -1) for one in ids]


def test_a_part_of_an_array_is_numbered_by_itself():
    ranks, names = numbering.ranked(pa.array(["z", "b", "a", "b"])[1:])
    assert (ranks.tolist(), names.to_pylist()) == ([1, 0, 1], ["a", "b"])


@pytest.mark.parametrize("ids", [[], [None]])
def test_nobody(ids):
    ranks, names = numbering.ranked(pa.array(ids, pa.string()))
    assert (ranks.tolist(), len(names)) == ([-1] * len(ids), 0)


def test_zero_bytes_are_told_from_an_end():
    ranks, _ = numbering.ranked(pa.array(["a", "a\0", "a"]))
    assert ranks.tolist() == [0, 1, 0]
