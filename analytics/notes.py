"""Sentences that travel with numbers: readable as they are, translatable by their key."""

from typing import Self


class Note(str):
    """An English sentence that remembers its key and its values, so a screen can say it otherwise.

    >>> note = Note("guest_share", "{share:.0%} of the rows name no customer.", share=0.25)
    >>> str(note), note.key, note.values
    ('25% of the rows name no customer.', 'guest_share', {'share': 0.25})

    It survives copying and pickling, as a data frame's `attrs` and a cache require:

    >>> import copy
    >>> copy.deepcopy(note).values
    {'share': 0.25}
    """

    key: str
    template: str
    values: dict[str, object]
    __slots__ = ("key", "template", "values")

    def __new__(cls, key: str, template: str, /, **values: object) -> Self:
        """Fill the template with the values and keep both."""
        note = super().__new__(cls, template.format(**values))
        note.key, note.template, note.values = key, template, values
        return note

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, object]]:
        return (self.key, self.template), self.values

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), str(self), self.key, self.values)


def _restore(kind: type[Note], sentence: str, key: str, values: dict[str, object]) -> Note:
    note = str.__new__(kind, sentence)
    note.key, note.values = key, values
    return note
