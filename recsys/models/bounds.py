"""What numbers the options of a recommender may be; a refusal names option, value and remedy."""

from analytics.errors import InvalidSettingError


def at_least(model: object, least: int, *options: str) -> None:
    """Refuse whole numbers below `least`."""
    for option in options:
        if getattr(model, option) < least:
            raise _refusal(model, option, f"give a whole number ≥ {least}")


def positive(model: object, *options: str) -> None:
    """Refuse what is not above 0."""
    for option in options:
        if not getattr(model, option) > 0:
            raise _refusal(model, option, "give a number > 0")


def not_negative(model: object, *options: str) -> None:
    """Refuse what is below 0."""
    for option in options:
        if not getattr(model, option) >= 0:
            raise _refusal(model, option, "give a number ≥ 0")


def below_one(model: object, option: str) -> None:
    """Refuse what is no share from 0 to below 1."""
    if not 0 <= getattr(model, option) < 1:
        raise _refusal(model, option, "give a number from 0 to below 1")


def up_to_one(model: object, option: str) -> None:
    """Refuse what is no share from 0 to 1."""
    if not 0 <= getattr(model, option) <= 1:
        raise _refusal(model, option, "give a number from 0 to 1")


def _refusal(model: object, option: str, remedy: str) -> InvalidSettingError:
    return InvalidSettingError(option, getattr(model, option), remedy)
