"""The order file: purchases as a platform exports them, with all that is untidy about real orders.

Cancelled, pending and wholly refunded orders are additional ones, so that no planted rate moves.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import calendar_days
import courses
import truths
from courses import Catalogue
from customers import Customer
from draws import Draws
from memberships import Renewal
from purchases import Purchase

Row = tuple[object, ...]
HEADER = (
    "order_id",
    "user_id",
    "item_id",
    "item_name",
    "category",
    "quantity",
    "amount",
    "refunded_amount",
    "currency",
    "status",
    "kind",
    "channel",
    "coupon",
    "ordered_at",
)
_COUPONS = {"WELCOME10": 10, "双11狂欢": 20, "618大促": 20, "FRIEND15": 15}  # per cent off
_GUESTS = 90
_FAILED = (("cancelled", 0.04), ("refunded", 0.03), ("pending", 0.012))  # per purchase
_INSTALMENT_PRICE, _INSTALMENT_SHARE = 300, 0.35
_SPLIT_SHARE = 0.15  # of purchases with several courses: two orders on the same day
_PARTIAL_REFUND_SHARE = 0.025
_GIFT_SHARE = 0.012  # of lines: more than one copy


@dataclass(frozen=True)
class Line:
    """One course or membership in an order; money in cents."""

    item_id: str
    name: str
    category: str
    quantity: int
    amount: int
    refunded: int = 0


@dataclass(frozen=True)
class Order:
    """One order; `customer` is None for a guest."""

    customer: int | None
    moment: datetime
    lines: tuple[Line, ...]
    channel: str
    status: str = "paid"
    kind: str = "one-off"
    coupon: str = ""


class OrderBook:
    """Writes orders for purchases and renewals, and adds the untidy ones."""

    def __init__(self, customers: list[Customer], catalogue: Catalogue) -> None:
        self.draws = Draws(6)
        self.customers, self.catalogue = customers, catalogue
        self.orders: list[Order] = []

    def write(self, purchases: list[Purchase], renewals: list[Renewal]) -> list[Order]:
        """All orders, by time."""
        for purchase in purchases:
            self._purchase(purchase)
        for renewal in renewals:
            channel = self.customers[renewal.customer].channel
            line = (membership_line(renewal.plan),)
            self.orders.append(
                Order(renewal.customer, renewal.moment, line, channel, kind="renewal")
            )
        for status, share in _FAILED:
            for _ in range(round(share * len(purchases))):
                self._failed(status)
        for _ in range(_GUESTS):
            moment = self._any_moment(0)
            self.orders.append(Order(None, moment, (self._any_line(moment),), self._any_channel()))
        self.orders.sort(key=lambda order: order.moment)
        return self.orders

    def _purchase(self, purchase: Purchase) -> None:
        channel = self._channel(purchase)
        if purchase.plan:
            line = (membership_line(purchase.plan),)
            self.orders.append(
                Order(purchase.customer, purchase.moment, line, channel, kind="subscription")
            )
            return
        coupon = self._coupon(purchase)
        lines = tuple(self._line(course, coupon) for course in purchase.courses)
        order = Order(purchase.customer, purchase.moment, lines, channel, coupon=coupon)
        if len(lines) > 1 and self.draws.chance(_SPLIT_SHARE):
            self._split(order)
        elif lines[0].amount >= _INSTALMENT_PRICE * 100 and self.draws.chance(_INSTALMENT_SHARE):
            self._in_instalments(order)
        else:
            refund = self.draws.chance(_PARTIAL_REFUND_SHARE)
            self.orders.append(self._partly_refunded(order) if refund else order)

    def _split(self, order: Order) -> None:
        """Two orders of one customer on one day: one purchase."""
        midnight = order.moment.replace(hour=23, minute=59, second=59)
        later = order.moment + timedelta(seconds=self.draws.between(60, 900))
        self.orders.append(replace(order, lines=order.lines[:1]))
        self.orders.append(replace(order, lines=order.lines[1:], moment=min(later, midnight)))

    def _in_instalments(self, order: Order) -> None:
        """Three payments, a month apart; only the first one is a purchase."""
        for number in range(3):
            moment = calendar_days.months_later(order.moment, number)
            if moment < calendar_days.CLOSING:
                lines = tuple(replace(line, amount=line.amount // 3) for line in order.lines)
                kind = "instalment" if number else "one-off"
                self.orders.append(replace(order, moment=moment, lines=lines, kind=kind))

    def _partly_refunded(self, order: Order) -> Order:
        """One of several lines wholly, or a part of the only line."""
        *kept, last = order.lines
        share = 100 if kept else self.draws.pick((20, 30, 50))
        refunded = replace(last, refunded=last.amount * share // 100)
        return replace(order, lines=(*kept, refunded), status="partially_refunded")

    def _failed(self, status: str) -> None:
        """Write an order that never counts: cancelled, unpaid, or wholly refunded."""
        customer = self.draws.between(0, len(self.customers) - 1)
        signed_up = (self.customers[customer].signed_up_at.date() - truths.START).days
        # What is still pending is recent: older carts were cancelled long ago.
        recent = truths.N_DAYS - 21 if status == "pending" else 0
        moment = self._any_moment(max(signed_up, recent))
        line = self._any_line(moment)
        if status == "refunded":
            line = replace(line, refunded=line.amount)
        one = self.customers[customer]
        moment = max(moment, one.signed_up_at + timedelta(seconds=60))
        self.orders.append(Order(customer, moment, (line,), one.channel, status))

    def _channel(self, purchase: Purchase) -> str:
        """Return the channel that won the customer, now and then another one later on."""
        own = self.customers[purchase.customer].channel
        return own if purchase.number == 1 or self.draws.chance(0.75) else self._any_channel()

    def _any_channel(self) -> str:
        return self.draws.pick(list(truths.CHANNELS))

    def _coupon(self, purchase: Purchase) -> str:
        if purchase.number == 1 and self.draws.chance(0.2):
            return "WELCOME10"
        if purchase.moment.month == 11 and self.draws.chance(0.5):
            return "双11狂欢"
        if purchase.moment.month == 6 and self.draws.chance(0.4):
            return "618大促"
        return "FRIEND15" if self.draws.chance(0.04) else ""

    def _line(self, position: int, coupon: str = "") -> Line:
        course = self.catalogue.courses[position]
        quantity = self.draws.between(2, 4) if self.draws.chance(_GIFT_SHARE) else 1
        amount = course.price * quantity * (100 - _COUPONS.get(coupon, 0))
        return Line(course.item_id, course.name, course.category, quantity, amount)

    def _any_line(self, moment: datetime) -> Line:
        day = (moment.date() - truths.START).days
        on_sale = [i for i, c in enumerate(self.catalogue.courses) if c.published <= day]
        weights = [self.catalogue.courses[i].popularity for i in on_sale]
        return self._line(on_sale[int(self.draws.weighted(weights, 1)[0])])

    def _any_moment(self, first_day: int) -> datetime:
        day = self.draws.between(first_day, truths.N_DAYS - 1)
        return calendar_days.moment(day, self.draws.between(0, 86399))


def membership_line(plan: str) -> Line:
    """One charge of a plan."""
    item_id, name = courses.MEMBERSHIPS[plan]
    return Line(item_id, name, courses.MEMBERSHIP_CATEGORY, 1, truths.PLANS[plan] * 100)


def rows(orders: list[Order], customers: list[Customer]) -> list[Row]:
    """Lines of orders.csv: one per order line; ids have 18 digits, as on large platforms."""
    lines: list[Row] = []
    for number, order in enumerate(orders):
        order_id = f"{order.moment:%Y%m%d%H%M%S}{number % 10_000:04d}"
        user_id = "" if order.customer is None else customers[order.customer].user_id
        lines += [_row(order_id, user_id, order, line) for line in order.lines]
    return lines


def _row(order_id: str, user_id: str, order: Order, line: Line) -> Row:
    return (
        order_id,
        user_id,
        line.item_id,
        line.name,
        line.category,
        line.quantity,
        _money(line.amount),
        _money(line.refunded),
        truths.CURRENCY,
        order.status,
        order.kind,
        order.channel,
        order.coupon,
        order.moment.isoformat(sep=" "),
    )


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
