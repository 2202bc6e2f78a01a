"""Small files and shops for the tests of the store."""

from analytics import open_workspace
from analytics.settings import ImportSettings
from analytics.store.readings import Request

ZONE = ImportSettings(timezone="Asia/Shanghai", currency="CNY")


def csv(folder, name, header, *rows):
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def shop(folder, *files, name="shop"):
    """Open a workspace into which these files went, one after the other."""
    opened = open_workspace(folder / name, create=True)
    for path in files:
        opened.import_files([Request(path, settings=ZONE)])
    return opened


def orders(opened):
    """Order id to net amount and status, in the order of the ids."""
    frame = opened.table("orders").execute().sort_values(["order_id", "customer_id"])
    return [(row.order_id, float(row.amount), row.status) for row in frame.itertuples()]


def keys(report):
    return [note["key"] for note in report.warning_notes]
