"""Write the sample shop: `python sample_data/generate.py [FOLDER]`.

Every run writes the same bytes. What is planted stands in truths.py and, in words, in README.md.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import campaign
import courses
import customers
import learning
import memberships
import orders
import ratings
from purchases import Simulation

Row = tuple[object, ...]


def build_files() -> dict[str, tuple[Sequence[str], list[Row]]]:
    """Header and lines of every file, by file name."""
    catalogue = courses.build_catalogue()
    people = customers.build_customers()
    simulation = Simulation(people, catalogue)
    simulation.run()
    past = campaign.run_campaign(simulation)
    purchases = sorted(
        [*simulation.purchases, *past.purchases], key=lambda one: (one.customer, one.day)
    )
    subscriptions, renewals = memberships.run_memberships(purchases, people)
    book = orders.OrderBook(people, catalogue).write(purchases, renewals)
    return {
        "users.csv": (customers.HEADER, customers.rows(people)),
        "items.csv": (courses.HEADER, courses.rows(catalogue)),
        "orders.csv": (orders.HEADER, orders.rows(book, people)),
        "events.csv": (learning.HEADER, learning.Diary(simulation).write(purchases)),
        "ratings.csv": (ratings.HEADER, ratings.rows(simulation, purchases)),
        "subscriptions.csv": (memberships.HEADER, memberships.rows(subscriptions, people)),
        "campaign.csv": (campaign.HEADER, campaign.rows(past, people)),
    }


def write_file(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write UTF-8 with one header line and bare line feeds on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Write all files into the folder given, or beside this script."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in build_files().items():
        write_file(folder / name, header, rows)
        print(f"{folder / name}: {len(rows):,} rows")


if __name__ == "__main__":
    main()
