"""The shape of a file in a word: next month's export of the same kind has the same one."""

from collections.abc import Iterable
from hashlib import blake2b

from analytics.intake.headers import normalise_header

_BYTES = 8


def signature_of(columns: Iterable[str]) -> str:
    """Return a stable hash of the normalised header names, in their order.

    Case, blanks and the file's container play no part; a column more, less or elsewhere does.

    >>> signature_of(["Order ID", "Email"]) == signature_of(["order_id", "EMAIL"])
    True
    >>> signature_of(["a", "b"]) == signature_of(["b", "a"])
    False
    """
    names = "\x1f".join(normalise_header(name) for name in columns)
    return blake2b(names.encode(), digest_size=_BYTES).hexdigest()
