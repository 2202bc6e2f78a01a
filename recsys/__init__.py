"""Recommenders of what to offer whom: interactions, models, evaluation, segments, campaigns."""

from recsys.entries import ModelEntry, catalogue
from recsys.interactions import Interactions

__all__ = ["Interactions", "ModelEntry", "catalogue"]
