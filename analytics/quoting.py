"""Names and texts as they stand in SQL."""


def literal(text: str) -> str:
    """Quote a text for SQL.

    >>> literal("O'Brien")
    "'O''Brien'"
    """
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote a name for SQL.

    >>> print(identifier('the "first" day'))
    "the ""first"" day"
    """
    return '"' + name.replace('"', '""') + '"'
