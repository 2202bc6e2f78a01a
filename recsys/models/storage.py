"""Saved models: a manifest in JSON and arrays in npz, both checked when read; no pickle."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from analytics.errors import UnreadableModelError

FORMAT = 1
MANIFEST, ARRAYS = "manifest.json", "arrays.npz"
_LOSSES = "model_losses"
_IDS = ("user_ids", "item_ids")
_MATRICES = ("matrix", "owned", "recent", "steps")


def write(folder: Path, manifest: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Path:
    """Write arrays, then the manifest that vouches for them; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / ARRAYS, allow_pickle=False, **arrays)  # pyright: ignore[reportArgumentType]
    facts = {"format": FORMAT, **manifest, "arrays_blake2b": _digest(folder / ARRAYS)}
    text = json.dumps(facts, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")
    return folder


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a saved model and check its format."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableModelError(str(folder), f"its {MANIFEST} can't be read") from error
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        raise UnreadableModelError(
            str(folder), f"it has format {found}, this version reads {FORMAT}"
        )
    return manifest


def read(folder: Path, model: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Manifest and arrays of a saved model of that name.

    Raises
    ------
    UnreadableModelError
        If a file is missing, damaged, from another format or of another model.
    """
    manifest = read_manifest(folder)
    if manifest.get("model") != model:
        raise UnreadableModelError(str(folder), f"it holds {manifest.get('model')}, not {model}")
    with complaining(folder):
        if _digest(folder / ARRAYS) != manifest["arrays_blake2b"]:
            raise UnreadableModelError(str(folder), f"its {ARRAYS} is not the one that was saved")
        with np.load(folder / ARRAYS, allow_pickle=False) as archive:
            return manifest, {name: archive[name] for name in archive.files}


def read_losses(folder: Path) -> np.ndarray:
    """Loss of each iteration of a saved model's training; empty where it has none to tell."""
    with complaining(folder), np.load(folder / ARRAYS, allow_pickle=False) as archive:
        return archive[_LOSSES] if _LOSSES in archive.files else np.zeros(0)


@contextmanager
def complaining(folder: Path) -> Iterator[None]:
    """Turn what goes wrong with damaged files into UnreadableModelError."""
    try:
        yield
    except UnreadableModelError:
        raise
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise UnreadableModelError(str(folder), f"it is damaged ({error})") from error


def known_arrays(known: Any) -> dict[str, np.ndarray]:
    """Ids and histories as plain arrays."""
    arrays = {name: getattr(known, name) for name in _IDS}
    for name in _MATRICES:
        arrays |= csr_arrays(name, getattr(known, name))
    return arrays


def known_parts(arrays: Mapping[str, np.ndarray]) -> tuple[Any, ...]:
    """Undo `known_arrays`: user ids, item ids, matrix, owned, recent, steps."""
    users, items = (arrays[name] for name in _IDS)
    shape = (len(users), len(items))
    if "steps_data" not in arrays:  # saved before histories were weighed by recency
        parts = ("indices", "indptr")
        arrays = {**arrays, **{f"steps_{part}": arrays[f"matrix_{part}"] for part in parts}}
        arrays["steps_data"] = np.ones_like(arrays["matrix_data"])
    matrices = (csr_from(arrays, name, shape) for name in _MATRICES)
    return users, items, *matrices


def csr_arrays(name: str, matrix: sparse.csr_matrix) -> dict[str, np.ndarray]:
    """Return a sparse matrix as three arrays to be saved."""
    return {f"{name}_{part}": getattr(matrix, part) for part in ("data", "indices", "indptr")}


def csr_from(
    arrays: Mapping[str, np.ndarray], name: str, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """Return the sparse matrix that `csr_arrays` took apart."""
    data, indices, indptr = (arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr"))
    return sparse.csr_matrix((data, indices, indptr), shape)


def _digest(path: Path) -> str:
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
