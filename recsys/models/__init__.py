"""One recommender a file; `recsys.catalogue()` finds them here."""
