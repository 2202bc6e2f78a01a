"""The network of NeuMF: how it learns in TensorFlow, and how it scores in NumPy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from analytics.progress import Progress
from recsys.models.base import Known
from recsys.models.neural import Plan, RowAdagrad, mean_gain, tensorflow, train
from recsys.models.two_tower_training import Examples, examples_of

_PATIENCE = 3
_DRAWN = 4  # items against each taken one
_CELLS = 4_000_000  # of hidden values held at once


@dataclass(frozen=True, eq=False)
class Layers:
    """What was learnt; the left half of each vector is multiplied, the right half fed on.

    Parameters
    ----------
    items, past : of each item as the one scored, and as a part of a history.
    wide : both right halves × hidden; wide_shift : of the hidden.
    narrow, narrow_shift : of the second layer.
    out : of the product and of the second layer.
    biases : of each item.
    """

    items: np.ndarray
    past: np.ndarray
    wide: np.ndarray
    wide_shift: np.ndarray
    narrow: np.ndarray
    narrow_shift: np.ndarray
    out: np.ndarray
    biases: np.ndarray


def pooled(layers: Layers, history: sparse.csr_matrix) -> np.ndarray:
    """Vectors of users by their histories: the sum over the items ÷ the root of their number."""
    taken = sparse.csr_matrix(
        (np.ones(history.nnz, np.float32), history.indices, history.indptr), history.shape
    )
    length = np.maximum(np.diff(taken.indptr), 1).astype(np.float32)
    return (taken @ layers.past) / np.sqrt(length)[:, None]


def scores_of(layers: Layers, users: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Scores of users × items, the biases only where `items` are all."""
    half = users.shape[1] // 2
    found = (users[:, :half] * layers.out[:half]) @ items[:, :half].T
    of_users = users[:, half:] @ layers.wide[:half] + layers.wide_shift
    of_items = items[:, half:] @ layers.wide[half:]
    size = max(1, _CELLS // (of_items.size or 1))
    for start in range(0, len(users), size):
        part = slice(start, start + size)
        hidden = np.maximum(of_users[part, None] + of_items, 0)
        hidden = np.maximum(hidden @ layers.narrow + layers.narrow_shift, 0)
        found[part] += hidden @ layers.out[half:]
    return found + layers.biases if len(items) == len(layers.items) else found


def learnt(options: Any, known: Known, progress: Progress) -> tuple[Layers, np.ndarray]:
    """Train the network of a `NeuMF` on its histories; returns it and the losses."""
    tf = tensorflow(options.threads, options.seed)
    examples = examples_of(known, options.seed)
    model = _Model(tf, options, examples)
    plan = Plan(options.epochs, _PATIENCE, options.batch_size, options.seed)
    judge = model.judged if len(examples.judges) else None
    n_examples = len(examples.users)
    losses = train(plan, n_examples, model.step, judge, model.variables, progress=progress)
    return model.layers(), losses


class _Model:
    def __init__(self, tf: Any, options: Any, examples: Examples) -> None:
        self._tf, self._examples, self._dropout = tf, examples, options.history_dropout
        self._random = np.random.default_rng(options.seed)
        width, n_items = options.n_factors, len(examples.count)

        def table(n_rows: int, n_columns: int, scale: float) -> Any:
            first = self._random.standard_normal((n_rows, n_columns)) * scale
            return tf.Variable(first.astype(np.float32))

        vectors = [table(rows, 2 * width, 0.1 / np.sqrt(width)) for rows in (n_items, n_items + 1)]
        biases = tf.Variable(tf.zeros((n_items, 1)))
        self._small = [table(2 * width, width, 1 / np.sqrt(width)), tf.Variable(tf.zeros(width))]
        self._small += [table(width, width // 2, 1 / np.sqrt(width))]
        self._small += [tf.Variable(tf.zeros(width // 2)), tf.Variable(tf.ones((width * 3) // 2))]
        self._tables = [*vectors, biases]
        self.variables = [*self._tables, *self._small]
        self._movers = [RowAdagrad(tf, one, options.learning_rate) for one in self._tables]
        self._adagrad = tf.keras.optimizers.Adagrad(options.learning_rate)
        self._adagrad.build(self._small)
        self._histories = tf.constant(examples.histories)
        self._step = tf.function(self._stepped)

    def step(self, batch: np.ndarray) -> float:
        """Move by the examples at these positions, each against drawn items."""
        tf, examples = self._tf, self._examples
        users, items = examples.users[batch], examples.items[batch]
        drawn = self._random.integers(len(examples.count), size=(len(batch), _DRAWN))
        offered = np.column_stack([items, drawn]).astype(np.int32)
        return float(self._step(tf.constant(users), tf.constant(offered)))

    def _stepped(self, users: Any, offered: Any) -> Any:
        tf, n_items = self._tf, len(self._examples.count)
        past = tf.gather(self._histories, users)
        is_shown = tf.random.uniform(past.shape) >= self._dropout
        is_shown &= (past != offered[:, :1]) & (past < n_items)
        kept = tf.cast(is_shown, tf.float32)
        places = (offered, past, offered)
        rows = [tf.gather(table, at) for table, at in zip(self._tables, places, strict=True)]
        wanted = tf.one_hot(tf.zeros(len(users), tf.int32), _DRAWN + 1)
        with tf.GradientTape() as tape:
            tape.watch(rows)
            items, history, biases = rows
            total = tf.reduce_sum(history * kept[:, :, None], axis=1)
            people = total / tf.sqrt(tf.maximum(tf.reduce_sum(kept, axis=1, keepdims=True), 1))
            scores = self._scored(people, items) + biases[:, :, 0]
            losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=wanted, logits=scores)
            loss = tf.reduce_sum(losses)
        moves = tape.gradient(loss, [*rows, *self._small])
        for mover, at, move in zip(self._movers, places, moves[:3], strict=True):
            mover.apply(at, move)
        self._adagrad.apply(moves[3:])
        return loss / len(users)

    def _scored(self, people: Any, items: Any) -> Any:
        tf, (wide, wide_shift, narrow, narrow_shift, out) = self._tf, self._small
        half = people.shape[1] // 2
        product = people[:, None, :half] * items[:, :, :half]
        hidden = (people[:, half:] @ wide[:half])[:, None] + items[:, :, half:] @ wide[half:]
        hidden = tf.nn.relu(tf.nn.relu(hidden + wide_shift) @ narrow + narrow_shift)
        return tf.linalg.matvec(tf.concat([product, hidden], axis=2), out)

    def judged(self) -> float:
        """How well the held-back items are foreseen."""
        layers, examples = self.layers(), self._examples
        past = examples.histories[examples.judges]
        padded = np.vstack([layers.past, 0 * layers.past[:1]])
        length = np.maximum((past < len(layers.items)).sum(axis=1, keepdims=True), 1)
        scores = np.zeros((len(past), len(layers.items) + 1))
        scores[:, :-1] = scores_of(layers, padded[past].sum(1) / np.sqrt(length), layers.items)
        scores[np.arange(len(past))[:, None], past] = -np.inf
        return mean_gain(scores[:, :-1], examples.held)

    def layers(self) -> Layers:
        """Return the weights as they are now."""
        items, past, biases, *small = (one.numpy() for one in self.variables)
        wide, wide_shift, narrow, narrow_shift, out = small
        return Layers(items, past[:-1], wide, wide_shift, narrow, narrow_shift, out, biases[:, 0])
