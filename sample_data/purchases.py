"""Who buys what and when: the simulation that carries most of the planted truths.

It goes round by round: all customers who reached purchase n decide together whether, when and with
what they come back. Whether they do within 90 days is one draw from the sum of the planted effects.
"""

from dataclasses import dataclass
from datetime import datetime

import calendar_days
import numpy as np
import truths
from courses import Catalogue
from customers import Customer, draw_seconds
from draws import Draws

_GAP_EXPONENT = 1.7  # above 1: most of those who come back do so early
_OWNED_FACTOR = 0.03  # a course is rarely bought twice
_LINES = (0.83, 0.13, 0.04)  # one, two, three courses in an order
_MAX_ROUNDS = 40


@dataclass(frozen=True)
class Purchase:
    """One purchase: the courses at these positions, or the start of a membership."""

    customer: int
    number: int  # 1, 2, 3 …; 0 for one that the campaign brought
    day: int
    second: int
    courses: tuple[int, ...]
    plan: str | None = None
    is_finished: bool = False  # its main course is completed within COMPLETION_DAYS

    @property
    def moment(self) -> datetime:
        """Local time of the purchase."""
        return calendar_days.moment(self.day, self.second)


class Simulation:
    """The state of all customers while their purchases are drawn."""

    def __init__(self, customers: list[Customer], catalogue: Catalogue) -> None:
        self.draws = Draws(3)
        self.customers, self.catalogue = customers, catalogue
        self.taste = np.array([one.taste for one in customers])
        self.channel = np.array([one.channel == truths.WORSE_CHANNEL for one in customers])
        self.first = np.array([-1 if c.first_day is None else c.first_day for c in customers])
        self.owned = np.zeros((len(customers), len(catalogue.courses)), dtype=bool)
        self.is_member = np.zeros(len(customers), dtype=bool)
        self.last_main = np.full(len(customers), -1)
        self.purchases: list[Purchase] = []

    def run(self) -> list[Purchase]:
        """All purchases, ordered by customer and time."""
        who = np.flatnonzero(self.first >= 0)
        days = self.first[who]
        for number in range(1, _MAX_ROUNDS):
            batch = self._buy(number, who, days)
            who, days = self._return(number, who, days, batch)
            if not len(who):
                break
        return sorted(self.purchases, key=lambda one: (one.customer, one.day, one.second))

    def choose(self, who: np.ndarray, days: np.ndarray, *, is_first: bool = False) -> np.ndarray:
        """Draw one course for each customer: inside or outside of the cluster first, then which."""
        inside = self.catalogue.inside[self.taste[who]]
        wants_inside = self.draws.many(len(who)) < truths.INSIDE_SHARE
        weights = self.catalogue.appeal[self.taste[who]] * (inside == wants_inside[:, None])
        weights *= self.catalogue.published <= days[:, None]
        weights *= np.where(self.owned[who], _OWNED_FACTOR, 1.0)
        if is_first:
            weights[:, self.catalogue.position(truths.GATEWAY_ITEM)] *= truths.GATEWAY_BOOST
        return self.draws.rows(weights)

    def _buy(self, number: int, who: np.ndarray, days: np.ndarray) -> list[Purchase]:
        main = self._main_course(number, who, days)
        joins = (self.draws.many(len(who)) < truths.MEMBERSHIP_SHARE) & ~self.is_member[who]
        finishes = (self.draws.many(len(who)) < truths.COMPLETION_RATE) & ~joins
        n_lines = np.where(joins, 0, self.draws.weighted(_LINES, len(who)) + 1)
        seconds = self._seconds(number, who)
        baskets = self._baskets(who, days, main, n_lines)
        self.is_member[who] |= joins
        self.last_main[who] = np.where(joins, -1, main)
        batch = [
            Purchase(
                customer=int(who[i]),
                number=number,
                day=int(days[i]),
                second=int(seconds[i]),
                courses=baskets[i],
                plan=self._plan() if joins[i] else None,
                is_finished=bool(finishes[i]),
            )
            for i in range(len(who))
        ]
        self.purchases += batch
        return batch

    def _main_course(self, number: int, who: np.ndarray, days: np.ndarray) -> np.ndarray:
        main = self.choose(who, days, is_first=number == 1)
        sequel = np.where(self.last_main[who] >= 0, self.catalogue.sequel[self.last_main[who]], -1)
        is_free = (sequel >= 0) & ~self.owned[who, sequel]
        is_free &= self.catalogue.published[sequel] <= days
        return np.where(is_free & (self.draws.many(len(who)) < truths.SEQUEL_SHARE), sequel, main)

    def _baskets(
        self, who: np.ndarray, days: np.ndarray, main: np.ndarray, n_lines: np.ndarray
    ) -> list[tuple[int, ...]]:
        baskets: list[list[int]] = [[] for _ in who]
        for line in range(1, len(_LINES) + 1):
            some = np.flatnonzero(n_lines >= line)
            chosen = main[some] if line == 1 else self.choose(who[some], days[some])
            self.owned[who[some], chosen] = True
            for position, course in zip(some, chosen, strict=True):
                if course not in baskets[position]:
                    baskets[position].append(int(course))
        return [tuple(basket) for basket in baskets]

    def _seconds(self, number: int, who: np.ndarray) -> np.ndarray:
        if number == 1:
            return np.array([self.customers[i].first_second for i in who])
        return draw_seconds(self.draws, len(who))

    def _plan(self) -> str:
        return "monthly" if self.draws.chance(0.78) else "annual"

    def _return(
        self, number: int, who: np.ndarray, days: np.ndarray, batch: list[Purchase]
    ) -> tuple[np.ndarray, np.ndarray]:
        size = len(who)
        soon = self.draws.many(size) < self._probability(number, who, batch)
        late = ~soon & (self.draws.many(size) < truths.LATE_RETURN)
        spread = self.draws.many(size) ** _GAP_EXPONENT
        gaps = np.where(soon, 1 + spread * truths.HORIZON, truths.HORIZON + 1 + spread * 270)
        later = days + gaps.astype(int)
        stays = (soon | late) & (later < truths.N_DAYS)
        return who[stays], later[stays]

    def _probability(self, number: int, who: np.ndarray, batch: list[Purchase]) -> np.ndarray:
        """P(bought again within 90 days): the planted sum."""
        gateway = self.catalogue.position(truths.GATEWAY_ITEM)
        took_gateway = np.array([number == 1 and gateway in one.courses for one in batch])
        onboarded = self.first[who] >= calendar_days.number_of(truths.ONBOARDING_DAY)
        finished = np.array([one.is_finished for one in batch])
        return (
            truths.BASE_RATES[min(number, len(truths.BASE_RATES)) - 1]
            + truths.CHANNEL_EFFECT * self.channel[who]
            + truths.GATEWAY_EFFECT * took_gateway
            + truths.COMPLETION_EFFECT * finished
            + truths.ONBOARDING_EFFECT * (onboarded & (number == 1))
        )
