"""How the sequence model learns, in TensorFlow; nothing here is needed to serve it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.progress import Progress
from recsys.models.attention import EPSILON, Network, last_states
from recsys.models.base import Known
from recsys.models.neural import Plan, RowAdam, mean_gain, tensorflow, train

_PATIENCE = 5
_JUDGES, _FEWEST_JUDGES = 1000, 50  # customers whose last day is held back
_ALL = 5000  # items up to which the softmax is over all of them
_DRAWN = 1000  # items drawn for each step above
_NEVER = -1e9


def learnt(options: Any, known: Known, progress: Progress) -> tuple[Network, np.ndarray]:
    """Train the network of a `Sequence` on its histories; returns it and the losses.

    Where no user has two days there is nothing to learn, and all weights are zero.
    """
    days = _days(known, options.seed)
    windows = days.windows(options.longest)
    if not len(windows):
        return _nothing(options, len(known.item_ids)), np.zeros(0)
    tf = tensorflow(options.threads, options.seed)
    model = _Model(tf, options, days, windows)
    plan = Plan(options.epochs, _PATIENCE, options.batch_size, options.seed)
    judge = model.judged if len(days.held) else None
    losses = train(plan, len(windows), model.step, judge, model.variables, progress=progress)
    return model.network(), losses


@dataclass(frozen=True, eq=False)
class _Days:
    """All histories end to end, oldest first.

    Parameters
    ----------
    user, item, step : of each cell; step counts days back from the latest.
    start, end : where the cells of the user's next day lie; equal where there is none.
    held, judged : held-back items, and the histories before them, as lists of items.
    n_items : of the catalogue.
    """

    user: np.ndarray
    item: np.ndarray
    step: np.ndarray
    start: np.ndarray
    end: np.ndarray
    held: np.ndarray
    judged: list[np.ndarray]
    n_items: int

    def windows(self, longest: int) -> np.ndarray:
        """Last cell of each piece of at most `longest` cells of a user's history with targets."""
        has_next = np.flatnonzero(self.end > self.start)
        user = self.user[has_next]
        back = np.searchsorted(user, user, side="right") - 1 - np.arange(len(user))
        return has_next[back % longest == 0]

    def drawn(
        self, ends: np.ndarray, longest: int, random: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Shuffle each day of these windows and draw what is foreseen at each place.

        Returns
        -------
        items and targets, (windows, longest), padded with the number of items.
        """
        cell = ends[:, None] - np.arange(longest - 1, -1, -1)
        is_own = (cell >= 0) & (self.user[cell] == self.user[ends][:, None])
        cell = np.where(is_own, cell, 0)
        key = np.where(is_own, -self.step[cell].astype(float), -np.inf)
        order = np.argsort(key + random.random(cell.shape), axis=1, kind="stable")
        cell, is_own = (np.take_along_axis(one, order, axis=1) for one in (cell, is_own))
        width = self.end[cell] - self.start[cell]
        target = self.start[cell] + (random.random(cell.shape) * width).astype(int)
        is_known = is_own & (width > 0)
        items = np.where(is_own, self.item[cell], self.n_items)
        targets = np.where(is_known, self.item[np.where(is_known, target, 0)], self.n_items)
        return items.astype(np.int32), targets.astype(np.int32)


def _days(known: Known, seed: int) -> _Days:
    n_users, n_items = len(known.user_ids), len(known.item_ids)
    user = np.repeat(np.arange(n_users), np.diff(known.matrix.indptr))
    step, item = known.steps.data.astype(int), known.matrix.indices
    order = np.lexsort((item, -step, user))
    user, step, item = user[order], step[order], item[order]
    most = np.zeros(n_users, int)
    np.maximum.at(most, user, step)
    able = np.flatnonzero(most > 2)  # noqa: PLR2004 - a day to foresee, two to learn from
    judges = np.random.default_rng(seed).permutation(able)[: min(_JUDGES, len(able) // 5)]
    judges = np.sort(judges) if len(judges) >= _FEWEST_JUDGES else judges[:0]
    is_judge = np.isin(user, judges)
    is_held = is_judge & (step == 1)
    first_held = np.unique(user[is_held], return_index=True)[1]
    held, is_past = item[is_held][first_held], is_judge & ~is_held
    judged = np.split(item[is_past], np.flatnonzero(np.diff(user[is_past])) + 1)
    user, step, item = user[~is_held], step[~is_held], item[~is_held]
    visit = user.astype(np.int64) * (most.max(initial=0) + 2) - step
    start = np.searchsorted(visit, visit, side="right")
    following = np.append(visit, -1)[start]
    end = np.where(following == visit + 1, np.searchsorted(visit, following, "right"), start)
    return _Days(user, item, step, start, end, held, judged, n_items)


def _nothing(options: Any, n_items: int) -> Network:
    width, size = options.n_factors, options.n_factors // options.n_heads
    heads = (options.n_heads, size)
    project = [(width, *heads), heads]
    block = [(width,), (width,), *project * 3, (*heads, width), (width,), (width,), (width,)]
    block += [(width, width), (width,), (width, width), (width,)]
    shapes = block * options.n_blocks + [(width,), (width,)]
    layers = [np.zeros(shape, np.float32) for shape in shapes]
    items, places = (np.zeros((rows, width), np.float32) for rows in (n_items + 1, options.longest))
    return Network(items, places, layers)


class _Model:
    def __init__(self, tf: Any, options: Any, days: _Days, windows: np.ndarray) -> None:
        self._tf, self._options, self._days, self._windows = tf, options, days, windows
        self._random = np.random.default_rng(options.seed)
        width = options.n_factors
        shape = (days.n_items + 1, width)
        first = self._random.standard_normal(shape).astype(np.float32) / np.sqrt(width)
        first[-1] = 0
        self._items = tf.Variable(first.astype(np.float32))
        self._places = tf.Variable(tf.zeros((options.longest, width)))
        self._layers = keras_layers(tf, options)
        self._weights = [self._places, *(one for layer in self._layers for one in layer.variables)]
        self._weights = [one for one in self._weights if "seed" not in one.name]
        self.variables = [self._items, *self._weights]
        self._mover = RowAdam(tf, self._items, options.learning_rate)
        self._adam = tf.keras.optimizers.Adam(options.learning_rate)
        self._adam.build(self._weights)
        self._step = tf.function(self._stepped, reduce_retracing=True)

    def step(self, batch: np.ndarray) -> float:
        """Move by the windows at these positions."""
        options = self._options
        ends = self._windows[batch]
        items, targets = self._days.drawn(ends, options.longest, self._random)
        n_items = self._days.n_items
        drawn = np.arange(n_items)
        if n_items > _ALL:
            drawn = self._random.choice(n_items, _DRAWN, replace=False)
        tf = self._tf
        drawn = tf.constant(drawn.astype(np.int32))
        return float(self._step(tf.constant(items), tf.constant(targets), drawn))

    def _stepped(self, items: Any, targets: Any, drawn: Any) -> Any:
        tf, padding = self._tf, self._days.n_items
        wanted = tf.boolean_mask(targets, targets < padding)
        flat = tf.concat([tf.reshape(items, [-1]), wanted, drawn], axis=0)
        own, place = tf.unique(flat)
        at, n_wanted = tf.size(items), tf.size(wanted)
        rows = tf.gather(self._items, own)
        with tf.GradientTape() as tape:
            tape.watch(rows)
            vectors = tf.reshape(tf.gather(rows, place[:at]), (*items.shape, rows.shape[1]))
            states = states_of(
                tf, self._layers, vectors, self._places, items < padding, is_training=True
            )
            states = tf.boolean_mask(states, targets < padding)
            own_score = tf.reduce_sum(
                states * tf.gather(rows, place[at : at + n_wanted]), axis=1, keepdims=True
            )
            others = tf.matmul(states, tf.gather(rows, place[at + n_wanted :]), transpose_b=True)
            loss = tf.reduce_mean(self._surprise(own_score, others, wanted, drawn))
        moves = tape.gradient(loss, [rows, *self._weights])
        is_real = tf.cast(own < padding, tf.float32)[:, None]
        self._mover.apply(own, tf.convert_to_tensor(moves[0]) * is_real)
        self._adam.apply(moves[1:])
        return loss

    def _surprise(self, own: Any, others: Any, wanted: Any, drawn: Any) -> Any:
        """Cross-entropy of the item to foresee among the drawn ones, corrected for the draw."""
        tf = self._tf
        share = tf.cast(self._days.n_items, tf.float32) / tf.cast(tf.size(drawn), tf.float32)
        others = tf.where(
            wanted[:, None] == drawn, tf.constant(_NEVER), others + tf.math.log(share)
        )
        return tf.reduce_logsumexp(tf.concat([own, others], axis=1), axis=1) - own[:, 0]

    def judged(self) -> float:
        """How well the first item of the held-back days is foreseen."""
        days, longest = self._days, self._options.longest
        past = np.full((len(days.held), longest), days.n_items)
        for row, items in zip(past, days.judged, strict=True):
            row[longest - min(longest, len(items)) :] = items[-longest:]
        network = self.network()
        scores = last_states(network, past) @ network.items[:-1].T
        for row, items, held in zip(scores, days.judged, days.held, strict=True):
            row[items[items != held]] = -np.inf
        return mean_gain(scores, days.held)

    def network(self) -> Network:
        """Return the weights as they are now."""
        layers = [array for layer in self._layers for array in layer.get_weights()]
        return Network(self._items.numpy(), self._places.numpy(), layers)


def keras_layers(tf: Any, options: Any) -> list[Any]:
    """Make the layers of the network, in the order in which `Network` holds their weights."""
    keras, width = tf.keras.layers, options.n_factors
    made = []
    for _ in range(options.n_blocks):
        attention = keras.MultiHeadAttention(
            options.n_heads, width // options.n_heads, dropout=options.dropout
        )
        made += [keras.LayerNormalization(epsilon=EPSILON), attention]
        made += [keras.LayerNormalization(epsilon=EPSILON)]
        made += [keras.Dense(width, "relu"), keras.Dense(width)]
    made.append(keras.LayerNormalization(epsilon=EPSILON))
    dropout = keras.Dropout(options.dropout)
    blank = tf.zeros((1, options.longest, width))
    for layer in made:
        layer(blank, blank) if isinstance(layer, keras.MultiHeadAttention) else layer(blank)
    return [*made, dropout]


def states_of(
    tf: Any, layers: list[Any], vectors: Any, places: Any, is_item: Any, *, is_training: bool
) -> Any:
    """Run the network by Keras: the state at each place of each sequence."""
    *blocks, final, dropout = layers
    length = vectors.shape[1]
    may_see = is_item[:, None, :] & tf.cast(
        tf.linalg.band_part(tf.ones((length, length)), -1, 0), tf.bool
    )
    states = dropout(vectors + places, training=is_training)
    for at in range(0, len(blocks), 5):
        first, attention, second, wide, narrow = blocks[at : at + 5]
        normal = first(states)
        mixed = attention(normal, normal, attention_mask=may_see, training=is_training)
        states = states + dropout(mixed, training=is_training)
        hidden = dropout(wide(second(states)), training=is_training)
        states = states + dropout(narrow(hidden), training=is_training)
    return final(states)
