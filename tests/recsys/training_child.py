"""One child process, shared by all tests, in which the neural models are trained.

TensorFlow lives there only: what the tests then do with the loaded model is done with NumPy.
"""

import atexit
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp

from recsys.features import Features


@cache
def _pool():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    atexit.register(pool.shutdown)
    return pool


def in_child(function, *arguments):
    """Call a function of a module there."""
    return _pool().submit(function, *arguments).result()


def trained(model, interactions):
    """Train the model there; it comes back by its files."""
    features = interactions.features
    bare = replace(interactions, features=None)
    return type(model).load(in_child(_saved, model, bare, features.items, features.customers))


def _saved(model, interactions, items, customers):
    full = replace(interactions, features=Features.of(items, customers))
    return model.fit(full).save(Path(mkdtemp()) / "model")
