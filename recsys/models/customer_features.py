"""Customers as vectors of what is known of them: channel, country, gender, age."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

_KINDS = ("channel", "country", "gender", "age")
_MOST = 20  # values of a column, the commonest
_FEWEST = 10  # customers of a value
_AGE_STEPS = 4


@dataclass(frozen=True, eq=False)
class CustomerFeatures:
    """Which values of which columns count, so that new customers are read alike.

    Parameters
    ----------
    kinds, names : of each dimension: the column, and its value as text.
    age_edges : ages that part the bands.
    """

    kinds: np.ndarray
    names: np.ndarray
    age_edges: np.ndarray

    def of(self, customers: pd.DataFrame, ids: np.ndarray) -> sparse.csr_matrix:
        """Vectors of these customers, CSR of float32 ones; empty for those not in the table."""
        table = _texts(customers, ids, self.age_edges)
        rows, columns = [], []
        for number, (kind, value) in enumerate(zip(self.kinds, self.names, strict=True)):
            found = np.flatnonzero(table[kind] == value)
            rows.append(found)
            columns.append(np.full(len(found), number))
        row, column = (np.concatenate([*part, []]).astype(int) for part in (rows, columns))
        ones = np.ones(len(row), np.float32)
        return sparse.csr_matrix((ones, (row, column)), (len(ids), len(self.kinds)))


def customer_features(customers: pd.DataFrame, ids: np.ndarray) -> CustomerFeatures:
    """Find the values that enough of these customers have."""
    ages: Any = pd.to_numeric(customers["age"])
    ages = ages.dropna().to_numpy(float)
    steps = np.linspace(0, 1, _AGE_STEPS + 1)[1:-1]
    edges = np.unique(np.quantile(ages, steps)) if len(ages) else np.zeros(0)
    table = _texts(customers, ids, edges)
    kinds, values = [], []
    for kind in _KINDS:
        names, count = np.unique(table[kind][table[kind] != ""], return_counts=True)
        order = np.lexsort((names, -count))[:_MOST]
        chosen = names[order][count[order] >= _FEWEST]
        kinds += [kind] * len(chosen)
        values += chosen.tolist()
    return CustomerFeatures(np.asarray(kinds, str), np.asarray(values, str), edges)


def _texts(customers: pd.DataFrame, ids: np.ndarray, edges: np.ndarray) -> dict[str, np.ndarray]:
    """Give the columns of the customers wanted as text, "" where unknown; ages as bands."""
    table: Any = customers.set_index("customer_id").reindex(index=ids, columns=list(_KINDS))
    ages = np.asarray(pd.to_numeric(table["age"]), float)
    bands = np.where(np.isnan(ages), "", np.searchsorted(edges, ages).astype(str))
    texts = {kind: table[kind].fillna("").astype(str).to_numpy(str) for kind in _KINDS[:-1]}
    return texts | {"age": bands}
