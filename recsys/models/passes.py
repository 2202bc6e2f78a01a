"""What models that learn in several passes tell of each."""

from analytics.progress import Progress


def told(
    progress: Progress, number: int, total: int, *, loss: float, seconds: float, unit: str
) -> None:
    """Report that a pass is over, and guess from the seconds so far how long the rest will take.

    >>> told(lambda *said, **more: print(*said, more), 1, 4, loss=0.5, seconds=2.0, unit="epoch")
    0.25 epoch 1 of 4 {'iteration': 1, 'loss': 0.5, 'seconds_left': 6.0}
    """
    progress(
        number / total,
        f"{unit} {number} of {total}",
        iteration=number,
        loss=loss,
        seconds_left=seconds / number * (total - number),
    )
