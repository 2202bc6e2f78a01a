"""A cancel reaches an import in the middle of one long query, and leaves the version whole."""

import time

import pytest

from analytics.store import jobs
from analytics.store.workspace import open_workspace

ROWS = 1_000_000
SOON_S = 3  # on a busy machine; alone it takes a tenth


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "orders.csv"
    with path.open("w") as out:
        out.write("order_id,customer_id,ordered_at,item_id,amount\n")
        out.writelines(
            f"o{n},c{n * 7919 % 150_001},2024-{n % 12 + 1:02}-{n % 28 + 1:02} 10:00:00,"
            f"i{n % 997},{n % 300}.50\n"
            for n in range(ROWS)
        )
    return path


@pytest.mark.parametrize("phase", ["typing", "merging"])
def test_a_long_query_stops_soon(tmp_path, large, phase):
    shop = open_workspace(tmp_path / "shop", create=True)
    command = ["import", "--keep-going", "--workspace", str(shop.path), "--json", str(large)]
    job = jobs.start(shop.path, "import", command)
    while job.status().state == "running" and not job.status().message.startswith(phase):
        time.sleep(0.02)
    began = time.monotonic()
    job.cancel()
    status = job.wait()
    assert (status.state, time.monotonic() - began < SOON_S) == ("cancelled", True)
    assert "as it was before" in status.error
    assert shop.refresh().version == 0
