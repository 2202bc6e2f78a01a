"""What a subscription costs for a term, and how long that is, where several columns say it."""

from analytics.quoting import identifier

_MONTHS = {"year": "12", "quarter": "3", "week": "7 / 30.4375", "day": "1 / 30.4375"}


def counted_sql(interval: str, count: str) -> str:
    """SQL of an interval that another column counts: month and 3 are a quarter.

    Parameters
    ----------
    interval
        SQL of the interval in one spelling (`activity_words.interval_of`).
    count
        Name of the column that counts; what is no whole number above 1 changes nothing.
    """
    n = f"try_cast(try_cast({identifier(count)} AS DOUBLE) AS INTEGER)"
    unit = f"regexp_extract({interval}, '^(day|week|month|quarter|year)$')"
    return f"""CASE WHEN {unit} = '' OR coalesce({n}, 1) <= 1 THEN {interval}
        WHEN {unit} = 'month' AND {n} = 3 THEN 'quarter'
        WHEN {unit} = 'month' AND {n} = 12 THEN 'year'
        ELSE {n} || ' ' || {unit} || 's' END"""


def term_amount_sql(monthly: str, interval: str, *, is_over: str) -> str:
    """SQL of what a term costs, from what that is a month; null where an end has set it to 0.

    Parameters
    ----------
    monthly
        SQL of the amount a month (MRR).
    interval
        SQL of the interval in one spelling; null means a month.
    is_over
        SQL of whether the subscription has ended or been cancelled.
    """
    unit = f"regexp_extract({interval}, '(day|week|month|quarter|year)s?$', 1)"
    cases = " ".join(f"WHEN '{name}' THEN {months}" for name, months in _MONTHS.items())
    n = f"coalesce(try_cast(regexp_extract({interval}, '^[0-9]+') AS INTEGER), 1)"
    term = f"{monthly} * {n} * CASE {unit} {cases} ELSE 1 END"
    return f"CASE WHEN {monthly} <> 0 OR NOT ({is_over}) THEN {term} END"
