"""Old and new histories as one matrix, as folding in wants them."""

import numpy as np
from scipy import sparse


def spread(
    matrix: sparse.csr_matrix, columns: np.ndarray, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """Move the columns of a matrix to these of a wider one, in the same order."""
    moved = columns[matrix.indices].astype(np.int32)
    return sparse.csr_matrix((matrix.data, moved, matrix.indptr), shape)


def exchanged(
    old: sparse.csr_matrix,
    old_rows: np.ndarray,
    new: sparse.csr_matrix,
    new_rows: np.ndarray,
    new_columns: np.ndarray,
) -> sparse.csr_matrix:
    """Join two matrices over more rows; new rows replace old, columns of -1 are left out."""
    kept, added = old.tocoo(), new.tocoo()
    row, column = old_rows[kept.row], new_columns[added.col]
    is_old, is_new = ~np.isin(row, new_rows), column >= 0
    rows = np.concatenate([row[is_old], new_rows[added.row[is_new]]])
    columns = np.concatenate([kept.col[is_old], column[is_new]])
    data = np.concatenate([kept.data[is_old], added.data[is_new]])
    n_rows = 1 + int(max(old_rows.max(initial=-1), new_rows.max(initial=-1)))
    n_columns = old.shape[1]  # pyright: ignore[reportOptionalSubscript]
    return sparse.csr_matrix((data, (rows, columns)), (n_rows, n_columns))
