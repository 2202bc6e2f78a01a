"""Who is held out of a campaign: drawn by a keyed hash, so that anyone can draw it again."""

from hashlib import blake2b

import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError

_BITS = 64


def draws(customer_ids: pd.Series, *, campaign: str, seed: str = "") -> np.ndarray:
    """A number in [0, 1) for each customer, the same whenever, wherever, in whatever order.

    BLAKE2b of the customer's id, keyed by the hash of campaign and seed.

    >>> one = draws(pd.Series(["a", "b"]), campaign="spring")
    >>> other = draws(pd.Series(["b"]), campaign="spring")
    >>> bool(one[1] == other[0])
    True
    """
    key = blake2b(f"{campaign}\0{seed}".encode(), digest_size=32).digest()
    hashes = [
        int.from_bytes(blake2b(str(customer).encode(), digest_size=8, key=key).digest())
        for customer in customer_ids
    ]
    return np.array(hashes, np.uint64) / 2.0**_BITS


def holdout(
    customer_ids: pd.Series,
    share: float,
    *,
    campaign: str,
    seed: str = "",
    strata: pd.Series | None = None,
) -> np.ndarray:
    """Which customers are not contacted, to compare with.

    Without strata a customer is held out where the draw lies below the share: his arm does not
    depend on who else is listed. With strata the customers of the lowest draws are held out, so
    that the whole has round(share · n) of them and every stratum its proportion, within one.

    Parameters
    ----------
    customer_ids : different ids.
    share : from 0 (nobody is held out) to below 1.
    campaign, seed : key of the draw.
    strata : label of each customer, aligned with `customer_ids`.

    Returns
    -------
    bool array, aligned with `customer_ids`.
    """
    if not 0 <= share < 1:
        raise InvalidSettingError("holdout", share, "give a share from 0 to below 1, such as 0.1")
    draw = draws(customer_ids, campaign=campaign, seed=seed)
    if strata is None:
        return draw < share
    table = pd.DataFrame(
        {"id": customer_ids.to_numpy(str), "stratum": strata.to_numpy(str), "draw": draw}
    )
    order = table.sort_values(["stratum", "draw", "id"]).index.to_numpy()
    sizes = table.groupby("stratum", sort=True).size().to_numpy()
    place = np.arange(len(table)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_held = np.zeros(len(table), bool)
    is_held[order] = place < np.repeat(quotas(sizes, share), sizes)
    return is_held


def quotas(sizes: np.ndarray, share: float) -> np.ndarray:
    """Whole numbers nearest to share · size that add up to the rounded total (largest remainders).

    >>> quotas(np.array([5, 5, 10]), 0.1).tolist()
    [1, 0, 1]
    """
    exact = sizes * share
    low = np.floor(exact + 1e-9).astype(int)
    missing = round(float(exact.sum())) - int(low.sum())
    order = np.lexsort((np.arange(len(sizes)), low - exact))
    low[order[:missing]] += 1
    return low
