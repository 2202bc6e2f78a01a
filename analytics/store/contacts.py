"""Customers known by an e-mail or a phone in one file and by an id in another."""

import duckdb

_RESOLVED = ("order_lines", "events", "ratings", "subscriptions")

_CONTACTS = r"""
CREATE OR REPLACE TABLE contacts AS
WITH told AS (
    SELECT customer_id, lower(trim(email)) AS contact FROM customers
    UNION ALL
    SELECT customer_id, regexp_replace(
        regexp_replace(phone, '[^0-9]', '', 'g'), '^(?:0086|86)(1\d{10})$', '\1')
    FROM customers WHERE NOT contains(phone, '*')
)
SELECT contact, min(customer_id) AS customer_id FROM told
WHERE contact <> '' AND contact NOT IN (SELECT customer_id FROM customers)
GROUP BY contact HAVING count(DISTINCT customer_id) = 1
"""

_VIEW = """
CREATE OR REPLACE VIEW {name} AS
SELECT t.* REPLACE (coalesce(c.customer_id, t.customer_id) AS customer_id)
FROM ({body}) AS t LEFT JOIN contacts AS c ON c.contact = t.customer_id
"""


def resolve(con: duckdb.DuckDBPyConnection, bodies: dict[str, str]) -> None:
    """Make the views of a connection name every customer by the id of the customers table.

    A row that knows only an e-mail or a phone belongs to the one customer who has it in the
    customers table; where two have it, or where it is itself a customer's id, it stays as it is.
    The stored rows keep what their file said, so the order in which files arrive plays no part.
    Own definition.

    Parameters
    ----------
    con
        With every canonical table as a view of its name.
    bodies
        Name of a canonical table to the query behind its view.
    """
    con.execute(_CONTACTS)
    if con.execute("SELECT count(*) FROM contacts").fetchall()[0][0]:
        for name in _RESOLVED:
            con.execute(_VIEW.format(name=name, body=bodies[name]))
