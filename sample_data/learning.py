"""What customers do besides buying: they look around, learn, finish, and say what they think."""

from datetime import datetime, timedelta

import calendar_days
import numpy as np
import truths
from customers import Customer
from draws import Draws
from purchases import Purchase, Simulation

Row = tuple[object, ...]
HEADER = (
    "user_id",
    "event",
    "occurred_at",
    "item_id",
    "duration_s",
    "progress",
    "session_id",
)
_START_SHARE = 0.75  # of courses that are not finished
_MAX_BROWSING_DAYS = 9
_DAY = 86_400


class Diary:
    """Collects events; `rows` sorts them and numbers the sessions."""

    def __init__(self, simulation: Simulation) -> None:
        self.draws = Draws(7)
        self.simulation = simulation
        self.customers = simulation.customers
        self.items = [course.item_id for course in simulation.catalogue.courses]
        self.events: list[tuple[datetime, str, str, str, str, str]] = []

    def write(self, purchases: list[Purchase]) -> list[Row]:
        """Lines of events.csv, by time."""
        last = {one.customer: one.day for one in sorted(purchases, key=lambda one: one.day)}
        self._browse(last)
        for purchase in purchases:
            for position, course in enumerate(purchase.courses):
                self._before(purchase, course)
                finishes = purchase.is_finished and (position == 0 or self.draws.chance(0.6))
                self._after(purchase, course, finishes=finishes)
        return self._rows()

    def _rows(self) -> list[Row]:
        sessions: dict[tuple[str, str], str] = {}
        lines: list[Row] = []
        for moment, user_id, event, item_id, duration, progress in sorted(self.events):
            at = moment.isoformat(sep=" ")
            # One session per customer and day is as fine as any question here needs.
            session = sessions.setdefault((user_id, at[:10]), f"s{len(sessions):06d}")
            lines.append((user_id, event, at, item_id, duration, progress, session))
        return lines

    def _note(
        self,
        customer: int,
        event: str,
        moment: datetime,
        course: int,
        *,
        duration: int | None = None,
        progress: float | None = None,
    ) -> None:
        one: Customer = self.customers[customer]
        if not one.signed_up_at <= moment < calendar_days.CLOSING:
            return
        seconds = "" if duration is None else str(duration)
        done = "" if progress is None else f"{progress:.2f}"
        self.events.append((moment, one.user_id, event, self.items[course], seconds, done))

    def _browse(self, last: dict[int, int]) -> None:
        """Visits without a purchase, until three months after the last one."""
        who, days = [], []
        for number, one in enumerate(self.customers):
            first = max(0, (one.signed_up_at.date() - truths.START).days)
            end = min(truths.N_DAYS - 1, last.get(number, first) + 90)
            for _ in range(self.draws.between(0, _MAX_BROWSING_DAYS)):
                who.append(number)
                days.append(self.draws.between(first, max(first, end)))
        visitors, on_days = np.array(who), np.array(days)
        seen = [self.simulation.choose(visitors, on_days) for _ in range(2)]
        for i, customer in enumerate(who):
            moment = calendar_days.moment(days[i], self.draws.between(7 * 3600, 23 * 3600))
            self._look(customer, int(seen[0][i]), moment, click=0.35)
            if self.draws.chance(0.5):
                self._look(customer, int(seen[1][i]), moment + timedelta(seconds=200), click=0.2)

    def _look(self, customer: int, course: int, moment: datetime, *, click: float) -> None:
        duration = self.draws.between(5, 180)
        self._note(customer, "view", moment, course, duration=duration)
        if self.draws.chance(click):
            self._note(customer, "click", moment + timedelta(seconds=duration), course)

    def _before(self, purchase: Purchase, course: int) -> None:
        """Record the view and the click that lead to the purchase, at times a visit days before."""
        moment = purchase.moment - timedelta(seconds=self.draws.between(300, 600))
        self._look(purchase.customer, course, moment, click=0.8)
        if self.draws.chance(0.3):
            earlier = moment - timedelta(seconds=self.draws.between(_DAY, 6 * _DAY))
            self._look(purchase.customer, course, earlier, click=0.3)

    def _after(self, purchase: Purchase, course: int, *, finishes: bool) -> None:
        if not finishes and not self.draws.chance(_START_SHARE):
            return
        limit = truths.COMPLETION_DAYS * _DAY
        end = self.draws.between(limit // 10, limit - 1)
        begin = int(end * 0.3 * self.draws.one() ** 2) + 960
        self._learn(purchase, course, begin, end, finishes=finishes)
        reactions = (("like", 0.16), ("comment", 0.07), ("share", 0.04))
        for event, share in reactions:
            if self.draws.chance(share * (1.5 if finishes else 0.7)):
                moment = purchase.moment + timedelta(seconds=end + self.draws.between(30, 900))
                self._note(purchase.customer, event, moment, course)

    def _learn(
        self, purchase: Purchase, course: int, begin: int, end: int, *, finishes: bool
    ) -> None:
        """Record start, steps on the way, and the finish; seconds count from the purchase."""
        customer, bought = purchase.customer, purchase.moment
        self._note(customer, "start", bought + timedelta(seconds=begin), course)
        n_steps = self.draws.between(1, 3) if finishes else self.draws.between(0, 2)
        reached = 0.0
        for step in range(1, n_steps + 1):
            reached += (0.9 - reached) * (0.3 + 0.4 * self.draws.one())
            moment = bought + timedelta(seconds=begin + (end - begin) * step // (n_steps + 1))
            spent = self.draws.between(180, 3600)
            self._note(customer, "progress", moment, course, duration=spent, progress=reached)
        if finishes:
            spent = self.draws.between(300, 2400)
            moment = bought + timedelta(seconds=end)
            self._note(customer, "finish", moment, course, duration=spent, progress=1.0)
