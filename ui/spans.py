"""How the windows after a start are called: month 3, week 3, or days 8-30 of the reader's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from analytics.retention.brackets import bracket_name, parse_brackets
from ui import formats
from ui.words import t


@dataclass(frozen=True)
class Axis:
    """The period of the cohorts, and the brackets of days where the windows are such."""

    unit: str
    brackets: tuple[str, ...] = ()

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> Self:
        """Read it off a view: the options of a retention report."""
        brackets = parse_brackets(view.get("brackets"))
        return cls(view["period"], tuple(bracket_name(one) for one in brackets))

    def column(self, index: int) -> str:
        """Write the head of the window's column."""
        if self.brackets:
            return t("retention.column_bracket", days=self._days(index))
        return t(f"retention.column_{self.unit}", k=index)

    def after(self, index: int) -> str:
        """Name the window in a sentence."""
        if self.brackets:
            return t("retention.after_bracket", days=self._days(index))
        return t(f"retention.after_{self.unit}", k=index)

    def cohort(self, day: Any) -> str:
        """Name a cohort by its period's first day."""
        return formats.period(day, self.unit)

    def cell(self, cohort: Any, index: int) -> str:
        """Name a cell: its cohort and its window."""
        return t("retention.people_title", cohort=self.cohort(cohort), after=self.after(index))

    def _days(self, index: int) -> str:
        return self.brackets[index].replace("-", "–")
