"""Which ideas in a header make which field of which table.

A pattern is the ideas that a header must hold, in any order; `|` parts patterns that are equally
good, `>` starts the next rank. What else the header holds may be beside the point for the field
(free), weaken it, or rule it out: the amount of the shipping is not the amount.
"""

from dataclasses import dataclass, field

from analytics.intake.lexicon import Ideas

_PEOPLE = "customer buyer user member account person contact "
EVERYWHERE = frozenset({"filler"})


@dataclass(frozen=True)
class Pattern:
    """The headers of a field: ranked patterns, ideas beside the point, and ideas that weaken."""

    ranks: tuple[tuple[tuple[str, ...], ...], ...]
    free: Ideas = field(default=frozenset())
    weak: Ideas = field(default=frozenset())


def _pattern(patterns: str, free: str = "", weak: str = "") -> Pattern:
    ranks = tuple(
        tuple(tuple(one.split()) for one in rank.split("|")) for rank in patterns.split(">")
    )
    return Pattern(ranks, EVERYWHERE | set(free.split()), frozenset(weak.split()))


_TIME = "when clock utc "
_CUSTOMER = {
    "customer_id": _pattern(
        """
        customer id | buyer id
        > user id | member id | account id | person id | contact id | userkey | user code
        > customer number | customer code | customer reference | member number | member code
        | user number | user reference | buyer number | buyer code | buyer reference | account code
        | account number | contact number
        > username | customer | buyer
        > user | member | account | contact | visitor id | taxpayer
        """,
        _PEOPLE + "order external transaction purchase subscription userkey",
        "line billing recipient name reference",
    ),
    "email": _pattern(
        "email > billing email > recipient email | shipping email > contact | username",
        _PEOPLE + "order billing transaction purchase pay username id",
        "receipt invoice subscription recipient external first line",
    ),
    "phone": _pattern(
        "phone > billing phone > recipient phone | shipping phone | latest phone > contact",
        _PEOPLE + "order billing transaction purchase pay number",
        "receipt invoice subscription external latest",
    ),
    "customer_name": _pattern(
        """
        customer name | buyer name | user name | member name | account name | contact name
        | person name | fullname | username | nickname
        > billing name | customer | buyer
        > recipient name | shipping name | recipient | user | member | account | contact | name
        > lastname
        """,
        _PEOPLE + "order fullname username nickname title name",
        "external transaction lastname invoice billing card",
    ),
}
_ITEM_ID = _pattern(
    """
    item id | content id | sku | offer id
    > item code | item number | content code | content number | offer code | place id | offer number
    | plan id | item reference | barcode
    > ticket id | line id
    """,
    "line id code number item content reference barcode",
    "order merchant name main parent purchase type object spec external",
)
_ITEM_NAME = _pattern(
    """
    item name | content name | item title | content title | item nickname | sku name
    > offer name | offer title | title | title url | ticket name | item description
    | content description | plan name
    > item | content | offer | item detail | content detail | ticket type | event name | event title
    | plan | purchase content | purchase item
    > description | name | ticket | title name
    """,
    "line order first purchase item content name",
    "transaction event user type main all detail reason pay",
)
_CATEGORY = _pattern(
    """
    category | item category | content category
    > item type | content type | vendor | brand | offer type
    > type
    """,
    "line order item content name",
)
_CONTENT_TYPE = "content type | item type | content format | item format"
_ORDER_LINES = {
    "content_type": _pattern(_CONTENT_TYPE, "line order purchase content item"),
    "order_id": _pattern(
        """
        order id | order number | order code | order reference
        > invoice id | invoice number | invoice code | receipt id | receipt number | purchase id
        | purchase number | transaction id | transaction number | transaction code | deal id
        | order | invoice
        > receipt | pay id | pay number | purchase | transaction | transaction reference
        | register id | register number
        | merchant reference | pay reference | purchase code | purchase reference | reference
        > id | number
        > code
        """,
        "main merchant id number order transaction external",
        "pay customer buyer user deal line purchase",
    ),
    "ordered_at": _pattern(
        """
        pay | pay complete | charge
        > receive | order | purchase | transaction | invoice | deal | receipt
        > create
        > when | clock | occur
        > complete | close | process | transaction complete | purchase complete
        > start
        """,
        _TIME + "order transaction purchase user buyer customer line register",
        "pay item event invoice session",
    ),
    "created_at": _pattern("create > order | purchase", _TIME + "order", "user buyer transaction"),
    "paid_at": _pattern("pay | pay complete", _TIME + "order user buyer transaction", "customer"),
    "time_of_day": _pattern("clock", "order transaction pay purchase when create receipt zone"),
    "time_zone": _pattern("zone", "create order when transaction"),
    "quantity": _pattern(
        "quantity > unit | count item > count",
        "line item content ticket purchase sku",
        "total pay offer order",
    ),
    "price": _pattern(
        "price unit | price | amount unit | item price > rate",
        "line item content ticket offer purchase gross exclusive inclusive sku discounted",
        "net original converted each final transaction",
    ),
    "amount": _pattern(
        """
        amount | line total | item total | pay amount | pay | ticket total | receive amount
        | price pay
        > revenue | revenue net | revenue amount | purchase amount | item subtotal | line subtotal
        | receive | price final | purchase price | item total price | order amount final
        | gross amount
        | settled gross
        | transaction pay
        > gross | net | net amount | gross net | revenue gross | cost amount | subtotal | pay gross
        | pay net | net receive
        | price total
        > payable | payable amount | cost | subtotal | purchase | settled amount
        """,
        "line item content amount inclusive transaction purchase offer revenue utc number sku "
        "discounted final",
        "user customer buyer member ticket net gross merchant order each final original exclusive "
        "price total event pay plan donation",
    ),
    "discount": _pattern(
        "discount | discount amount > discount total | coupon amount", "line item", "order offer"
    ),
    "order_total": _pattern(
        """
        order total | total | order amount | total amount | total price | invoice total
        | receipt total | order pay | order pay amount | total pay | total order amount
        > order payable amount | billing amount | order payable | pay billing | total payable
        | order receive | order receive amount
        > order price
        """,
        "amount line transaction inclusive pay purchase total price final",
        "merchant buyer user customer exclusive converted item receive gross invoice",
    ),
    "refunded_amount": _pattern(
        "refund amount | refund > refund total | refund subtotal",
        "item line pay cancel amount transaction total purchase buyer customer",
        "discount revenue",
    ),
    "order_refunded": _pattern("order refund | order refund amount", "amount total"),
    "currency": _pattern(
        "currency",
        "order transaction purchase item code pay amount revenue invoice",
        "original price total settled",
    ),
    "status": _pattern(
        """
        status | order status | pay status | transaction status | invoice status | purchase status
        | register status
        > flag pay
        > cancel
        """,
        "order pay transaction invoice purchase deal line receipt billing name",
        "subscription member external customer item",
    ),
    "transaction_type": _pattern(
        "transaction type | line type | receipt type | pay event type > type",
        "transaction main",
        "balance",
    ),
    "refund_of": _pattern(
        "parent order | parent transaction | occur order | refund order | refund transaction",
        "id number code reference order transaction occur",
    ),
    "refund_status": _pattern(
        "refund status | aftersale status > aftersale > refund",
        "order refund item line flag",
        "cancel",
    ),
    "refunded_at": _pattern("refund when | refund clock", "order purchase transaction when clock"),
    "cancelled_at": _pattern("cancel when | cancel clock", "order purchase when clock"),
    "direction": _pattern("direction", "type"),
    "kind": _pattern("order type | order_kind > purchase type", "order", "pay"),
    "channel": _pattern(
        "channel | order channel | revenue channel | purchase channel",
        "order revenue purchase name type deal",
        "register customer",
    ),
    "coupon": _pattern("coupon", "code name number discount order", "id"),
}
_EVENTS = {
    "event": _pattern(
        "event | event name | event type > type > attend status | attend", "user name type", "item"
    ),
    "occurred_at": _pattern(
        "occur | event | event occur > when | clock | create | session > attend "
        "> receive | start | process > send | register",
        _TIME + "occur event session content",
        "create user",
    ),
    "time_of_day": _pattern("clock", "event session when"),
    "time_zone": _pattern("zone", "event when"),
    "item_id": Pattern(
        (
            *_ITEM_ID.ranks[:2],
            (("item",), ("content",), ("place",)),
            *_ITEM_NAME.ranks[:1],
        ),
        _ITEM_ID.free,
        _ITEM_ID.weak,
    ),
    "duration_s": _pattern("duration", "event session content when", "user"),
    "progress": _pattern("progress", "content"),
    "session_id": _pattern("session id | session > session number", "user id key"),
    "properties": _pattern("properties", "event json"),
}
_SEEN = Pattern(  # an account may be a firm of several visitors
    (
        *_CUSTOMER["customer_id"].ranks[:1],
        tuple(
            one
            for one in _CUSTOMER["customer_id"].ranks[1]
            if one not in {("account", "id"), ("contact", "id")}
        ),
        (("visitor", "id"),),
        (("account", "id"), ("contact", "id")),
        *_CUSTOMER["customer_id"].ranks[2:],
    ),
    _CUSTOMER["customer_id"].free,
    _CUSTOMER["customer_id"].weak,
)
_CUSTOMERS = {
    "signed_up_at": _pattern(
        "register > create > first start | start | confirm",
        _TIME + "user customer member account subscription",
        "contact buyer",
    ),
    "channel": _pattern(
        "channel > affiliate | campaign > register channel",
        "customer user register contact name create",
        "code original first",
    ),
    "country": _pattern("country", "customer user code billing address region person", "ip"),
    "city": _pattern("city", "customer user address billing person region"),
    "gender": _pattern("gender", "customer user person"),
    "age": _pattern("age", "customer user person"),
}
_CUSTOMERS_WHO = {
    **_CUSTOMER,
    "customer_id": Pattern(
        (*_CUSTOMER["customer_id"].ranks, (("id",), ("userkey",))),
        _CUSTOMER["customer_id"].free,
        _CUSTOMER["customer_id"].weak,
    ),
    "customer_name": Pattern(
        (*_CUSTOMER["customer_name"].ranks, (("firstname",),)),
        _CUSTOMER["customer_name"].free,
        _CUSTOMER["customer_name"].weak,
    ),
}
_NAMED_ITEM = Pattern((*_ITEM_NAME.ranks, (("fullname",),)), _ITEM_NAME.free, _ITEM_NAME.weak)
_ITEMS = {
    "item_id": Pattern(
        (_ITEM_ID.ranks[0], (("id",),), *_ITEM_ID.ranks[1:], (("code",), ("number",))),
        _ITEM_ID.free,
        _ITEM_ID.weak - {"order"},
    ),
    "item_name": _NAMED_ITEM,
    "content_type": _pattern(_CONTENT_TYPE + "| type | format", "content item"),
    "category": _pattern(
        "category | item category | content category > vendor | item type | content type | brand",
        "item content name",
    ),
    "tags": _pattern("tag", "item content"),
    "price": _pattern(
        "price | item price | price unit",
        "item content original inclusive exclusive gross revenue",
        "net purchase",
    ),
    "teacher": _pattern("teacher | vendor | brand", "name item content"),
    "published_at": _pattern("publish | publish create > create", _TIME + "item content"),
    "description": _pattern("description", "item content"),
}
_RATINGS = {
    "item_id": Pattern(
        (
            *_ITEM_ID.ranks[:2],
            *_ITEM_NAME.ranks[:1],
            (("item",), ("content",), ("place",), ("place", "name"), ("title",)),
        ),
        _ITEM_ID.free,
        _ITEM_ID.weak,
    ),
    "rating": _pattern("rating > review > note", "user item content review"),
    "rated_at": _pattern(
        "rating | review | when | clock > create | create review", _TIME + "review user rating note"
    ),
}
_SUBSCRIPTIONS = {
    "started_at": _pattern(
        "start | subscription start | subscription > create | register",
        _TIME + "plan subscription member user",
        "first",
    ),
    "plan": _pattern(
        "plan | plan name | grade > subscription type | subscription name | item name | item "
        "| offer",
        "subscription item name member code type",
        "id pay",
    ),
    "amount": _pattern(
        "amount | price | plan price | plan amount | pay amount > revenue | price unit | total "
        "| order total",
        "subscription plan item unit amount price",
        "pay order net gross",
    ),
    "currency": _pattern("currency", "plan subscription code amount order"),
    "mrr": _pattern("mrr", "subscription plan amount"),
    "interval": _pattern("interval", "plan subscription unit pay"),
    "interval_count": _pattern("interval count", "plan subscription unit pay"),
    "trial_ends_at": _pattern("trial end | trial", _TIME + "subscription"),
    "canceled_at": _pattern("cancel", _TIME + "subscription", "complete"),
    "ended_at": _pattern("end", _TIME + "subscription plan member pay access"),
    "reason": _pattern("reason | cancel reason", "subscription cancel"),
}

PATTERNS: dict[str, dict[str, Pattern]] = {
    "order_lines": {
        **_CUSTOMER,
        **_ORDER_LINES,
        "item_id": _ITEM_ID,
        "item_name": _ITEM_NAME,
        "category": _CATEGORY,
    },
    "events": {**_CUSTOMER, **_EVENTS, "customer_id": _SEEN},
    "customers": {**_CUSTOMERS_WHO, **_CUSTOMERS},
    "items": _ITEMS,
    "ratings": {**_CUSTOMER, **_RATINGS},
    "subscriptions": {**_CUSTOMER, **_SUBSCRIPTIONS},
}
