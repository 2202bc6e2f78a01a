"""Who a row is about, and the ids of orders and items: always text, never a guess."""

from collections.abc import Collection, Mapping, Sequence

from analytics.intake.fields import reading
from analytics.intake.headers import normalise_header
from analytics.intake.looks import Look
from analytics.intake.profiles import DAMAGED
from analytics.quoting import identifier, literal

CHAIN = ("customer_id", "email", "phone", "customer_name")
_KINDS = {"email": "email", "phone": "phone", "customer_name": "name"}
_ANONYMOUS = {
    "deviceid", "amplitudeid", "distinctid", "propertiesdistinctid", "userpseudoid", "anonymousid",
    "visitorid",
}  # fmt: skip
_LOGINS = ("会员名", "會員名", "登录名", "账号名", "旺旺", "login")
_NOBODY = (
    "guest|guest (customer|user|checkout)|anonymous( user| customer)?|unknown|undefined"
    "( undefined)?|visitor|walk[- ]?in( customer)?|no (customer|name|e-?mail)|cash customer|not set"
    "|\\((not set|none|unknown|direct)\\)|default|\\?+|(00000000-0000-0000-0000-)?000000000000"
    "|gast|gastbestellung|invité|anonyme|anonym|invitado|anónimo|convidado|ospite|ゲスト|非会員"
    "|匿名|匿名用户|匿名买家|游客|遊客|散客|门店散客|未登录|未知|微信用户|默认用户|訪客|非會員|게스트|비회원"
)
_SHORTEST_ZEROS = 12
_EXTENSION = r"(?i)(\.0|\s*(ext|x|#)\.?\s*\d{1,6})$"
_NORTH_AMERICA = r"^(?:\+|00)\s?1[\s.\-(]*([2-9]\d{2}[\s.\-)]*\d{3}[\s.\-]*\d{4})$"


def identity_kind(column: str) -> str:
    """Say whether a column identifies by id, email, phone or name, judged by its header.

    A name to log in with is one person's, unlike a name to show.

    >>> identity_kind("Billing Name"), identity_kind("买家手机号"), identity_kind("Customer ID")
    ('name', 'phone', 'id')
    >>> identity_kind("买家会员名"), identity_kind("买家昵称")
    ('id', 'name')
    """
    if any(word in column.lower() for word in _LOGINS):
        return "id"
    said = {field: reading("order_lines", field, column).confidence for field in CHAIN}
    if said["customer_id"] > max(said["email"], said["phone"]):
        return "id"
    best = max(_KINDS, key=lambda field: said[field])
    return _KINDS[best] if said[best] else "id"


def kind_of_field(field: str, column: str) -> str:
    """Say what a mapped field of `CHAIN` identifies by: itself, the customer's id by its header.

    The anonymous id of a device or a visitor is an id, also where it stands in for a name.

    >>> kind_of_field("customer_name", "Customer"), kind_of_field("customer_id", "买家手机号")
    ('name', 'phone')
    >>> kind_of_field("customer_name", "device_id")
    'id'
    """
    if normalise_header(column).removeprefix("$") in _ANONYMOUS:
        return "id"
    return _KINDS.get(field) or identity_kind(column)


def damaged_sql(text: str) -> str:
    """SQL of whether a spreadsheet destroyed this id, as in 5.11384E+18 or ########."""
    marks = " OR ".join(f"contains({text}, '{mark}')" for mark in ("E", "e", "##"))
    # few ids get as far as the pattern
    return f"(({marks}) AND regexp_matches({text}, '{DAMAGED.pattern}'))"


def may_be_damaged(look: Look) -> bool:
    """Whether some cell of a column of which this is known may be such an id."""
    return bool(set(b"0123456789#") & set(look.firsts)) and not look.lacks("E", "e", "#")


def names_somebody(look: Look) -> bool:
    """Whether no cell of a column of which this is known is a word for nobody.

    Of those words only long rows of zeros end in a digit.
    """
    is_short = look.longest < _SHORTEST_ZEROS or b"0" not in look.firsts
    return is_short and set(look.lasts) <= set(b"0123456789")


def customer_sql(
    kinds: Mapping[str, str],
    nobody: Mapping[str, Sequence[str]],
    *,
    named: Collection[str] = (),
    ignores_weak: bool = False,
) -> tuple[str, str]:
    """SQL of the customer's id and of whether it is weak.

    The first of the mapped columns that says who it is wins: id, e-mail (lower case), phone
    (digits, without the codes of China and North America), name. A name and anything masked with *
    are weak.

    Parameters
    ----------
    kinds
        Mapped field of `CHAIN` to what its column holds: id, email, phone or name.
    nobody
        Field to the values that mean nobody besides the words that always do.
    named
        Fields without such words.
    ignores_weak
        Whether what is weak identifies nobody.
    """
    parts, weak = [], []
    for field in CHAIN:
        if field in kinds and not (ignores_weak and kinds[field] == "name"):
            column = identifier(field)
            one = one_identity(
                column, kinds[field], nobody.get(field, ()), has_words=field not in named
            )
            if ignores_weak:
                one = f"CASE WHEN NOT contains({column}, '*') THEN {one} END"
            parts.append(one)
            is_name = "true" if kinds[field] == "name" else f"contains({column}, '*')"
            weak.append(f"WHEN {one} IS NOT NULL THEN {is_name}")
    if not parts:
        return "CAST(NULL AS VARCHAR)", "CAST(NULL AS BOOLEAN)"
    is_weak = "false" if ignores_weak else f"CASE {' '.join(weak)} END"
    return f"coalesce({', '.join(parts)})", is_weak


def contact_sql(column: str, kind: str) -> str:
    """SQL of an id, an e-mail or a phone as two files have it alike: lower case, digits.

    Parameters
    ----------
    column
        Quoted name of the column of cleaned text.
    kind
        "phone", or what else it holds.
    """
    if kind != "phone":
        bare = f"coalesce(nullif(regexp_extract({column}, '<([^<>]+)>', 1), ''), {column})"
        mail = f"CASE WHEN contains({column}, '<') THEN {bare} ELSE {column} END"
        return f"CASE WHEN contains({column}, '@') THEN lower({mail}) ELSE {column} END"
    local = f"regexp_replace({column}, {literal(_EXTENSION)}, '')"
    local = f"regexp_replace({local}, {literal(_NORTH_AMERICA)}, '\\1')"
    digits = f"regexp_replace({local}, '[^0-9]', '', 'g')"
    return (
        f"CASE WHEN contains({column}, '*') THEN {column} "
        f"ELSE nullif(regexp_replace({digits}, '^(?:0086|86)(1\\d{{10}})$', '\\1'), '') END"
    )


def one_identity(column: str, kind: str, nobody: Sequence[str], *, has_words: bool = True) -> str:
    """SQL of whom one column names, null where it names nobody.

    Parameters
    ----------
    column
        Its quoted name.
    kind
        What it holds: id, email, phone or name.
    nobody
        Values that mean nobody besides the words that always do.
    has_words
        Whether such words may occur.
    """
    tests = []
    if has_words:  # none of them has an @
        pattern = literal(f"(?i)^({_NOBODY})$")
        tests.append(f"(NOT contains({column}, '@') AND regexp_matches({column}, {pattern}))")
    if nobody:
        tests.append(f"{column} IN ({', '.join(literal(value) for value in nobody)})")
    contact = contact_sql(column, kind)
    return f"CASE WHEN {' OR '.join(tests)} THEN NULL ELSE {contact} END" if tests else contact
