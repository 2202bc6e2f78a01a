"""What the neural models share: TensorFlow on demand, epochs that stop early, updates by row."""

import importlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.progress import Progress
from recsys.models import passes

_FIRST_SQUARE = 0.1  # where Adagrad's sums of squares begin
_MEMORY = (0.9, 0.999)  # of Adam's means and squares
_STEPS_BETWEEN_NEWS = 50


def tensorflow(threads: int, seed: int) -> Any:
    """Import TensorFlow, capped by the variables it reads when it starts, alike in every run.

    Only a training process calls this: importing this module never does.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(threads))
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    tf = importlib.import_module("tensorflow")
    tf.keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    return tf


class RowAdagrad:
    """Adagrad on the rows of a table that a batch touched; the others cost nothing.

    Keras' optimisers write the whole table at every step. One sum of squares a row: the mean over
    its factors, as in Duchi et al. 2011 with a shared scale.
    """

    def __init__(self, tf: Any, table: Any, rate: float) -> None:
        self._tf, self._table, self._rate = tf, table, rate
        self._squares = tf.Variable(tf.fill((table.shape[0],), _FIRST_SQUARE))

    def apply(self, rows: Any, gradients: Any) -> None:
        """Move these rows, each given once or more, against their gradients."""
        tf = self._tf
        width = gradients.shape[-1]
        own, place = tf.unique(tf.reshape(rows, [-1]))
        flat = tf.reshape(gradients, [-1, width])
        total = tf.math.unsorted_segment_sum(flat, place, tf.size(own))
        squares = tf.reduce_mean(total * total, axis=1)
        self._squares.scatter_add(tf.IndexedSlices(squares, own))
        scale = self._rate / tf.sqrt(tf.gather(self._squares, own))
        self._table.scatter_sub(tf.IndexedSlices(total * scale[:, None], own))


class RowAdam:
    """Adam on the rows of a table that a step touched, their means halted in between.

    On all rows at once it is Adam (Kingma & Ba 2015).
    """

    def __init__(self, tf: Any, table: Any, rate: float) -> None:
        self._tf, self._table, self._rate = tf, table, rate
        self._mean, self._square = tf.Variable(0 * table), tf.Variable(0 * table)
        self._steps = tf.Variable(0.0)

    def apply(self, rows: Any, gradients: Any) -> None:
        """Move these rows, each given once, against their gradients."""
        tf, (slow, slower) = self._tf, _MEMORY
        steps = self._steps.assign_add(1.0)
        mean = slow * tf.gather(self._mean, rows) + (1 - slow) * gradients
        square = slower * tf.gather(self._square, rows) + (1 - slower) * gradients**2
        self._mean.scatter_update(tf.IndexedSlices(mean, rows))
        self._square.scatter_update(tf.IndexedSlices(square, rows))
        rate = self._rate * tf.sqrt(1 - slower**steps) / (1 - slow**steps)
        self._table.scatter_sub(tf.IndexedSlices(rate * mean / (tf.sqrt(square) + 1e-7), rows))


@dataclass(frozen=True)
class Plan:
    """How long to train.

    Parameters
    ----------
    epochs : passes over the data at most.
    patience : epochs without a better value after which it ends.
    batch_size : examples a step.
    seed : of the order of the examples.
    """

    epochs: int
    patience: int
    batch_size: int
    seed: int

    def batches(self, n_examples: int) -> Iterator[list[np.ndarray]]:
        """Positions of the examples of each step, anew for every epoch."""
        random = np.random.default_rng(self.seed)
        size = min(self.batch_size, max(1, n_examples))
        for _ in range(self.epochs):
            order = random.permutation(n_examples).astype(np.int32)
            yield [order[at : at + size] for at in range(0, n_examples - size + 1, size)]


def train(
    plan: Plan,
    n_examples: int,
    step: Callable[[np.ndarray], Any],
    judge: Callable[[], float] | None,
    variables: list[Any],
    *,
    progress: Progress,
) -> np.ndarray:
    """Run the epochs, and leave the variables as they were after the best one.

    Parameters
    ----------
    step : moves the variables by the examples at these positions, returns their mean loss.
    judge : gives the value, the higher the better, on a part that was held back; None: no such
        part, all epochs are run.
    variables : of the model.
    progress : called after every epoch, and now and then within one.

    Returns
    -------
    Mean loss of each epoch.
    """
    losses, best, kept, started = [], (-np.inf, 0), [], time.perf_counter()
    for epoch, batches in enumerate(plan.batches(n_examples), start=1):
        total = 0.0
        for number, batch in enumerate(batches):
            total += float(step(batch))
            if number % _STEPS_BETWEEN_NEWS == _STEPS_BETWEEN_NEWS - 1:
                done = (epoch - 1 + number / len(batches)) / plan.epochs
                progress(done, f"epoch {epoch} of {plan.epochs}")
        losses.append(total / max(1, len(batches)))
        seconds = time.perf_counter() - started
        passes.told(progress, epoch, plan.epochs, loss=losses[-1], seconds=seconds, unit="epoch")
        value = judge() if judge else float(epoch)
        if value > best[0]:
            best, kept = (value, epoch), [one.numpy() for one in variables]
        if epoch - best[1] >= plan.patience:
            break
    for variable, array in zip(variables, kept, strict=True):
        variable.assign(array)
    return np.array(losses)


def mean_gain(scores: np.ndarray, targets: np.ndarray) -> float:
    """Mean of 1 ÷ log₂(1 + rank) of each row's target: NDCG of one held-out item.

    >>> round(mean_gain(np.array([[3.0, 1.0, 2.0]]), np.array([2])), 3)
    0.631
    """
    own = scores[np.arange(len(targets)), targets]
    rank = 1 + (scores > own[:, None]).sum(axis=1)
    return float(np.mean(1 / np.log2(1 + rank)))
