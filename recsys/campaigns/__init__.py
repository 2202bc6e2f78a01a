"""Target lists: who is contacted, with what, and who is held out."""
