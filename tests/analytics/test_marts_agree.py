"""The real mart builder and the slow one of these tests give the same answers."""

from datetime import datetime, time

import ibis
import pytest

from analytics.reports import catalogue, run_report
from tests.analytics.shops import answer, random_shop
from tests.store import canonical


class Built:
    """A workspace over marts that the store built from the same orders, one line each.

    What is no mart (events, subscriptions) is the slow one's.
    """

    def __init__(self, shop):
        lines = [
            {
                "customer_id": order.customer,
                "order_id": f"o{place}",
                "ordered_at": datetime.combine(order.day, time(12)),
                "item_id": order.items[0][0],
                "category": order.items[0][1],
                "amount": order.amount,
                "currency": order.currency,
                "kind": order.kind,
                "channel": order.channel,
            }
            for place, order in enumerate(shop.orders)
        ]
        self._con = ibis.duckdb.connect()
        self.facts = canonical.marts.build(
            canonical.connection(lines), shop.settings, done=self._keep
        )
        self.as_of, self.settings, self.version = shop.as_of, shop.settings, shop.version
        self.currency = self.facts.currency
        self.rows_read = shop.rows_read
        self.reaches = shop.reaches
        for name in ("events", "subscriptions"):
            self._con.create_table(name, shop.table(name).to_pyarrow())

    def _keep(self, name, rows):
        self._con.create_table(name, rows.to_arrow_table())

    def table(self, name):
        return self._con.table(name)


@pytest.fixture(scope="module")
def both():
    slow = random_shop(31, customers=200)
    return slow, Built(slow)


def test_currency_and_span(both):
    slow, built = both
    assert built.currency == slow.currency
    assert built.facts.first_day == slow.first_day


@pytest.mark.parametrize("name", sorted(set(catalogue()) - {"cox", "survival"}))
def test_same_answers(both, name):
    slow, built = both
    assert answer(built, name) == answer(slow, name)


@pytest.mark.parametrize("by", ["first_channel", "is_weak"])
def test_same_groups(both, by):
    slow, built = both
    found = [run_report(world, "retention", by=by).to_json() for world in (built, slow)]
    assert found[0] == found[1]
