"""The forward pass of a self-attentive network in NumPy, as Keras computes it."""

from dataclasses import dataclass

import numpy as np

EPSILON = 1e-6  # of the layer normalisation
_BLOCK = 256  # sequences at once
_LAYERS = 16  # arrays of one attention block


@dataclass(frozen=True, eq=False)
class Network:
    """Weights of the network.

    Parameters
    ----------
    items : vectors of the items, then one of zeros for the padding.
    places : vectors of the places in the sequence, the latest last.
    layers : of each block in turn: scale and shift of the first normalisation; weights and shift of
        query, key and value (factors × heads × size of a head) and of what comes out; scale and
        shift of the second normalisation; weights and shift of the two dense layers. Last scale and
        shift of the final normalisation.
    """

    items: np.ndarray
    places: np.ndarray
    layers: list[np.ndarray]


def last_states(network: Network, sequences: np.ndarray) -> np.ndarray:
    """Say in a vector what each sequence leads to.

    Parameters
    ----------
    sequences : int array (sequences, places), padded on the left with the number of items.

    Returns
    -------
    float32 (sequences, factors); zeros for an empty sequence.
    """
    found = np.zeros((len(sequences), network.items.shape[1]), np.float32)
    padding = len(network.items) - 1
    for start in range(0, len(sequences), _BLOCK):
        block = sequences[start : start + _BLOCK]
        used = np.flatnonzero((block != padding).any(axis=0))
        if not len(used):
            continue
        states = _run(network, block[:, used[0] :], padding)
        states[block[:, -1] == padding] = 0
        found[start : start + len(block)] = states
    return found


def _run(network: Network, sequences: np.ndarray, padding: int) -> np.ndarray:
    length = sequences.shape[1]
    states = network.items[sequences] + network.places[len(network.places) - length :]
    is_hidden = (sequences == padding)[:, None, :] | ~np.tri(length, dtype=bool)
    *blocks, scale, shift = network.layers
    for at in range(0, len(blocks), _LAYERS):
        is_last = at + _LAYERS == len(blocks)
        states = _block(states, is_hidden, blocks[at : at + _LAYERS], is_last=is_last)
    return _normalised(states[:, -1], scale, shift)


def _block(
    states: np.ndarray, is_hidden: np.ndarray, layers: list[np.ndarray], *, is_last: bool
) -> np.ndarray:
    """Attend to what came before, then transform each place; the last block only the last place."""
    own = states[:, -1:] if is_last else states
    is_hidden = is_hidden[:, -1:] if is_last else is_hidden
    normal = _normalised(states, *layers[:2])
    asking = normal[:, -1:] if is_last else normal
    own = own + _attended(asking, normal, is_hidden, layers[2:10])
    first, shift, second, offset = layers[12:]
    hidden = np.maximum(_normalised(own, *layers[10:12]) @ first + shift, 0)
    return own + hidden @ second + offset


def _attended(
    asking: np.ndarray, states: np.ndarray, is_hidden: np.ndarray, layers: list[np.ndarray]
) -> np.ndarray:
    query, key, value = (
        _heads(source, *layers[at : at + 2])
        for source, at in ((asking, 0), (states, 2), (states, 4))
    )
    scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(query.shape[-1]))
    scores = np.where(is_hidden[:, None], np.float32(-1e9), scores)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    mixed = (weights @ value).transpose(0, 2, 1, 3)
    flat = mixed.reshape(*mixed.shape[:2], -1)
    return flat @ layers[6].reshape(flat.shape[-1], -1) + layers[7]


def _heads(states: np.ndarray, weights: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Project to (sequences, heads, places, size of a head)."""
    flat = states @ weights.reshape(len(weights), -1) + shift.ravel()
    return flat.reshape(*states.shape[:2], *shift.shape).transpose(0, 2, 1, 3)


def _normalised(states: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
    centred = states - states.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return centred / np.sqrt(variance + np.float32(EPSILON)) * scale + shift
