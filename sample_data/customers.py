"""Who registers: names, places, channels, tastes, and the day of the first purchase."""

from dataclasses import dataclass
from datetime import datetime

import calendar_days
import courses
import names
import numpy as np
import truths
from draws import Draws

Row = tuple[object, ...]
HEADER = ("user_id", "name", "gender", "age", "country", "city", "channel", "signed_up_at")
_ID_SPACE = 400_000  # ids have seven digits, so all of them begin with zeros


@dataclass(frozen=True)
class Customer:
    """One registered customer; `first_day` is None for those who never buy."""

    user_id: str
    name: str
    gender: str
    age: str
    country: str
    city: str
    channel: str
    taste: int
    signed_up_at: datetime
    first_day: int | None
    first_second: int


def build_customers() -> list[Customer]:
    """All customers, in the order in which they signed up."""
    draws = Draws(2)
    count = truths.N_CUSTOMERS
    ids = np.argsort(draws.many(_ID_SPACE), kind="stable")[:count] + 1
    days = draws.weighted(calendar_days.demand(), count)
    seconds = draw_seconds(draws, count)
    channels = draws.weighted(list(truths.CHANNELS.values()), count)
    clusters = draws.weighted([share for share, _ in truths.CLUSTERS.values()], count)
    drafts = [
        _customer(draws, int(days[i]), int(seconds[i]), int(channels[i]), int(clusters[i]))
        for i in range(count)
    ]
    drafts.sort(key=lambda draft: draft[-3])
    # Ids grow with the sign-up, as those of a database do.
    return [
        Customer(f"{number:07d}", *draft) for number, draft in zip(sorted(ids), drafts, strict=True)
    ]


def rows(customers: list[Customer]) -> list[Row]:
    """Lines of users.csv."""
    return [
        (
            one.user_id,
            one.name,
            one.gender,
            one.age,
            one.country,
            one.city,
            one.channel,
            one.signed_up_at.isoformat(sep=" "),
        )
        for one in customers
    ]


def draw_seconds(draws: Draws, count: int) -> np.ndarray:
    """Seconds since midnight, as busy as the shop's hours."""
    hours = draws.weighted(calendar_days.HOURS, count)
    return hours * 3600 + (draws.many(count) * 3600).astype(int)


def _customer(draws: Draws, day: int, second: int, channel: int, cluster: int) -> tuple:
    is_zh = draws.chance(0.65)
    gender = "female" if draws.chance(0.56) else "male"
    is_buyer = draws.chance(truths.BUYER_SHARE)
    wait = 0 if draws.chance(0.6) else min(day, draws.between(1, 40))
    signed_up = calendar_days.moment(day - wait, second - draws.between(900, 5400))
    country, city = draws.pick(names.CITIES if is_zh or draws.chance(0.4) else names.CITIES_ABROAD)
    return (
        _name(draws, gender, is_zh=is_zh),
        gender if draws.chance(0.93) else "",
        str(_age(draws)) if draws.chance(0.88) else "",
        country,
        city,
        list(truths.CHANNELS)[channel],
        courses.tastes().index((list(truths.CLUSTERS)[cluster], "zh" if is_zh else "en")),
        max(signed_up, calendar_days.moment(0, 0)),
        day if is_buyer else None,
        second,
    )


def _age(draws: Draws) -> int:
    """Return an age from 18 to 65, most often about 33."""
    return 18 + int(47 * (draws.one() + draws.one() + draws.one()) / 3 * draws.one() ** 0.4)


def _name(draws: Draws, gender: str, *, is_zh: bool) -> str:
    if is_zh:
        return draws.pick(names.SURNAMES) + draws.pick(names.GIVEN[gender])
    return f"{draws.pick(names.FIRST[gender])} {draws.pick(names.LAST)}"
