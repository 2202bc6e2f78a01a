"""How the two towers learn, in TensorFlow; nothing here is needed to serve them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from analytics.progress import Progress
from recsys.models.base import Known
from recsys.models.neural import Plan, RowAdagrad, mean_gain, tensorflow, train

_LONGEST = 50  # items of a history, the latest
_PATIENCE = 3
_JUDGES, _FEWEST_JUDGES = 1000, 50  # customers whose latest item is held back
_SILENT = 0.1  # share of items and histories that are hidden so that features speak alone
_RARE = 0.25  # share of items, the rarest, whose mean bias new items get
_FEWEST_ITEMS = 3  # of a customer whose latest is held back
_NEVER = -1e9


@dataclass(frozen=True, eq=False)
class Towers:
    """What was learnt.

    Parameters
    ----------
    item_vectors, history_vectors : items × factors.
    biases : of each item, -inf where nothing is known of it.
    customer_weights : customer features × factors.
    losses : mean loss of each epoch.
    """

    item_vectors: np.ndarray
    history_vectors: np.ndarray
    biases: np.ndarray
    customer_weights: np.ndarray
    losses: np.ndarray


def learnt(
    options: Any,
    known: Known,
    items: np.ndarray,
    customers: sparse.csr_matrix,
    progress: Progress,
) -> Towers:
    """Train the towers.

    Parameters
    ----------
    options : a `TwoTower`.
    known : its histories.
    items : numbers that describe each item.
    customers : vectors of what is known of each customer.
    """
    tf = tensorflow(options.threads, options.seed)
    examples = examples_of(known, options.seed)
    model = _Model(tf, options, examples, items, customers)
    plan = Plan(options.epochs, _PATIENCE, options.batch_size, options.seed)
    judge = model.judged if len(examples.judges) else None
    losses = train(plan, len(examples.users), model.step, judge, model.variables, progress=progress)
    return model.towers(losses)


@dataclass(frozen=True, eq=False)
class Examples:
    """What is foreseen from what: users and items of the cells, histories as padded rows."""

    users: np.ndarray
    items: np.ndarray
    histories: np.ndarray  # users × _LONGEST, the latest first, padded with the number of items
    judges: np.ndarray
    held: np.ndarray  # their held-back items
    count: np.ndarray  # users of each item


def examples_of(known: Known, seed: int) -> Examples:
    """Part the histories into what is foreseen and what it is foreseen from."""
    n_users, n_items = len(known.user_ids), len(known.item_ids)
    user = np.repeat(np.arange(n_users), np.diff(known.matrix.indptr))
    item = known.matrix.indices
    order = np.lexsort((item, known.steps.data, user))
    user, item = user[order], item[order]
    place = np.arange(len(user)) - np.searchsorted(user, user)
    length = np.bincount(user, minlength=n_users)
    able = np.flatnonzero(length >= _FEWEST_ITEMS)
    judges = np.random.default_rng(seed).permutation(able)[: min(_JUDGES, len(able) // 5)]
    if len(judges) < _FEWEST_JUDGES:
        judges = judges[:0]
    judges = np.sort(judges)
    is_held = np.zeros(n_users, bool)
    is_held[judges] = True
    is_held = is_held[user] & (place == 0)
    histories = np.full((n_users, _LONGEST), n_items, np.int32)
    is_kept = (place < _LONGEST) & ~is_held
    histories[user[is_kept], place[is_kept]] = item[is_kept]
    users, items = user[~is_held].astype(np.int32), item[~is_held].astype(np.int32)
    return Examples(
        users, items, histories, judges, item[is_held], np.bincount(items, minlength=n_items)
    )


class _Model:
    def __init__(
        self,
        tf: Any,
        options: Any,
        examples: Examples,
        items: np.ndarray,
        customers: sparse.csr_matrix,
    ) -> None:
        self._tf, self._examples, self._items = tf, examples, items
        self._dropout, self._customers = options.history_dropout, customers
        n_items, width = len(items), options.n_factors
        n_known: int = customers.shape[1]  # pyright: ignore[reportOptionalSubscript]
        random = np.random.default_rng(options.seed)
        rate = options.learning_rate

        def table(n_rows: int) -> Any:
            first = random.standard_normal((n_rows, width)) * 0.1 / np.sqrt(width)
            return tf.Variable(first.astype(np.float32))

        self._own, self._past = table(n_items), table(n_items + 1)
        self._bias = tf.Variable(tf.zeros((n_items, 1)))
        self._weights = [table(items.shape[1]), table(items.shape[1]), table(n_known)]
        self.variables = [self._own, self._past, self._bias, *self._weights]
        self._movers = [RowAdagrad(tf, one, rate) for one in self.variables[:3]]
        self._small = tf.keras.optimizers.Adagrad(rate)
        self._small.build(self._weights)
        self._constants(items, customers)
        self._step = tf.function(self._stepped)

    def _constants(self, items: np.ndarray, customers: sparse.csr_matrix) -> None:
        tf, examples = self._tf, self._examples
        self._histories = tf.constant(examples.histories)
        self._described = tf.constant(np.vstack([items, 0 * items[:1]]))  # the last: padding
        drawn = np.maximum(examples.count, 1) / max(1, len(examples.users))
        self._log_drawn = tf.constant(np.log(drawn), tf.float32)
        self._known = tf.constant(_codes(customers))

    def step(self, batch: np.ndarray) -> float:
        """Move by the examples at these positions."""
        users, items = self._examples.users[batch], self._examples.items[batch]
        return float(self._step(self._tf.constant(users), self._tf.constant(items)))

    def _stepped(self, users: Any, items: Any) -> Any:
        tf = self._tf
        past = tf.gather(self._histories, users)
        kept = self._kept(past, items)
        spoken = tf.cast(tf.random.uniform((len(items), 1)) >= _SILENT, tf.float32)
        places = (items, past, items)
        tables = (self._own, self._past, self._bias)
        rows = [tf.gather(table, at) for table, at in zip(tables, places, strict=True)]
        with tf.GradientTape() as tape:
            tape.watch(rows)
            own, history, bias = rows
            to_item, to_past, of_customer = self._weights
            vectors = own * spoken + tf.gather(self._described, items) @ to_item
            history = history + tf.gather(self._described @ to_past, past)
            total = tf.reduce_sum(history * kept[:, :, None], axis=1)
            pooled = total / tf.sqrt(tf.maximum(tf.reduce_sum(kept, axis=1, keepdims=True), 1))
            customer = pooled + self._of_customers(users, of_customer)
            scores = tf.matmul(customer, vectors, transpose_b=True)
            scores += bias[:, 0] - tf.gather(self._log_drawn, items)
            loss = tf.reduce_sum(self._surprise(scores, items))
        moves = tape.gradient(loss, [*rows, *self._weights])
        for mover, at, move in zip(self._movers, places, moves[:3], strict=True):
            mover.apply(at, move)
        self._small.apply([tf.convert_to_tensor(move) for move in moves[3:]])
        return loss / len(items)

    def _kept(self, past: Any, items: Any) -> Any:
        """Which items of the histories are shown: not the one to foresee, nor those dropped."""
        tf = self._tf
        is_other = (past != items[:, None]) & (past < len(self._items))
        is_shown = tf.random.uniform(past.shape) >= self._dropout
        is_told = tf.random.uniform((len(items), 1)) >= _SILENT
        return tf.cast(is_other & is_shown & is_told, tf.float32)

    def _of_customers(self, users: Any, weights: Any) -> Any:
        tf = self._tf
        padded = tf.concat([weights, tf.zeros((1, weights.shape[1]))], axis=0)
        return tf.reduce_sum(tf.gather(padded, tf.gather(self._known, users)), axis=1)

    def _surprise(self, scores: Any, items: Any) -> Any:
        """Cross-entropy of each example's own item among the different items of the batch."""
        tf = self._tf
        is_twin = (items[:, None] == items) & ~tf.eye(len(items), dtype=tf.bool)
        scores = tf.where(is_twin, tf.constant(_NEVER, tf.float32), scores)
        own = tf.range(len(items))
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=own, logits=scores)

    def judged(self) -> float:
        """How well the held-back items are foreseen."""
        towers, examples = self.towers(np.zeros(0)), self._examples
        past = examples.histories[examples.judges]
        padded = np.vstack([towers.history_vectors, 0 * towers.history_vectors[:1]])
        length = np.maximum((past < len(self._items)).sum(axis=1, keepdims=True), 1)
        customers = padded[past].sum(axis=1) / np.sqrt(length)
        customers += self._customers[examples.judges] @ towers.customer_weights
        scores = np.zeros((len(past), len(self._items) + 1))
        scores[:, :-1] = customers @ towers.item_vectors.T + towers.biases
        scores[np.arange(len(past))[:, None], past] = -np.inf
        return mean_gain(scores[:, :-1], examples.held)

    def towers(self, losses: np.ndarray) -> Towers:
        """Return the vectors as they are now; of new items what their descriptions say."""
        own, past, bias, to_item, to_past, of_customer = (one.numpy() for one in self.variables)
        count, is_new = self._examples.count, self._examples.count == 0
        rare = np.argsort(count + len(count) * 1e6 * is_new, kind="stable")
        bias = bias[:, 0]
        bias[is_new] = bias[rare[: max(1, int(_RARE * (~is_new).sum()))]].mean()
        bias[is_new & ~self._items.any(axis=1)] = -np.inf
        own[is_new], past[:-1][is_new] = 0, 0
        items = self._items
        return Towers(own + items @ to_item, past[:-1] + items @ to_past, bias, of_customer, losses)


def _codes(customers: sparse.csr_matrix) -> np.ndarray:
    """Columns of each customer's features, padded with their number."""
    n_rows, n_columns = customers.shape  # pyright: ignore[reportGeneralTypeIssues]
    length = np.diff(customers.indptr)
    codes = np.full((n_rows, max(1, int(length.max(initial=0)))), n_columns, np.int32)
    row = np.repeat(np.arange(n_rows), length)
    codes[row, np.arange(len(row)) - customers.indptr[row]] = customers.indices
    return codes
