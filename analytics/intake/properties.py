"""What the JSON beside an event says where no column does: which item, how long, how far."""

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

import duckdb

from analytics.quoting import literal

_SAMPLE = 500
_MOST_PLACES = 3
# Usual keys, the surest first.
_KEYS = {
    "item_id": """
        item_id product_id course_id content_id lesson_id goods_id sku product_sku resource_id
        video_id article_id object_id productId courseId contentId itemId goodsId lessonId
    """,
    "item_name": "item_name product_name course_name content_name course_title title",
    "duration_s": """
        duration_s duration duration_seconds dwell dwell_s dwell_time watch_time watch_seconds
        seconds time_spent stay_time stay_duration event_duration $duration seconds_watched
    """,
    "duration_ms": "engagement_time_msec duration_ms dwell_ms watch_time_ms time_spent_ms",
    "progress": """
        progress percent percentage completion progress_percent video_percent percent_complete
        completion_rate
    """,
}
_NESTS = ("$", "$.properties", "$.event_properties", "$.params", "$.ecommerce", "$.data")
_LISTS = ("items[0]", "products[0]", "contents[0]")
_PARAMETER = "#"  # a list of {key, value: {string_value, …}}, as GA4 writes it
_FILLS = {"item_name": "item_id", "duration_ms": "duration_s"}


def find_keys(
    con: duckdb.DuckDBPyConnection, fields: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return where the JSON in `properties` of `cells` holds what no column does.

    Parameters
    ----------
    con
        With the table `cells`.
    fields
        The mapped fields; what they hold is not looked for.

    Returns
    -------
    dict
        item_id (or item_name), duration_s (or duration_ms) and progress to its places in the
        JSON, the surest first.
    """
    rows = con.execute(
        f"SELECT properties FROM cells WHERE json_valid(properties) LIMIT {_SAMPLE}"
    ).fetchall()
    bags = [json.loads(text) for (text,) in rows]
    found: dict[str, tuple[str, ...]] = {}
    for field, keys in _KEYS.items():
        filled = _FILLS.get(field, field)
        if filled in fields or filled in found:
            continue
        present = (one for one in _places(field, keys.split()) if _is_in(bags, one))
        if places := tuple(islice(present, _MOST_PLACES)):
            found[field] = places
    return found


def _places(field: str, keys: list[str]) -> Iterator[str]:
    for nest in _NESTS:
        yield from (f'{nest}."{key}"' for key in keys)
        if field.startswith("item"):
            yield from (f'{nest}.{name}."{key}"' for name in _LISTS for key in keys)
    yield from (_PARAMETER + key for key in keys)


def _is_in(bags: list[Any], place: str) -> bool:
    return any(isinstance(_at(bag, place), str | int | float) for bag in bags)


def _at(bag: Any, place: str) -> Any:
    """Return what stands at a place of a parsed JSON, None where nothing does."""
    if place.startswith(_PARAMETER):
        pairs = bag if isinstance(bag, list) else []
        hits = [one for one in pairs if isinstance(one, dict) and one.get("key") == place[1:]]
        values = hits[0].get("value") if hits else None
        return (
            next((one for one in values.values() if one is not None), None)
            if isinstance(values, dict)
            else None
        )
    for step in place.removeprefix("$.").split("."):
        name, is_list = step.removesuffix("[0]").strip('"'), step.endswith("[0]")
        bag = bag.get(name) if isinstance(bag, dict) else None
        if is_list:
            bag = bag[0] if isinstance(bag, list) and bag else None
    return bag


def value_sql(places: Sequence[str]) -> str:
    """SQL of the text at the first filled of some places of a row's JSON, null where none is."""
    texts = ", ".join(f"nullif({_text_at(place)}, '')" for place in places)
    return f"CASE WHEN json_valid(properties) THEN coalesce({texts}) END"


def _text_at(place: str) -> str:
    if place.startswith(_PARAMETER):
        pair = (
            "list_filter(CASE WHEN json_type(properties) = 'ARRAY' THEN "
            "CAST(properties AS JSON[]) END, "
            f"lambda one: json_extract_string(one, '$.key') = {literal(place[1:])})[1]"
        )
        kinds = ("string_value", "int_value", "double_value", "float_value")
        values = ", ".join(f"json_extract_string({pair}, '$.value.{kind}')" for kind in kinds)
        return f"coalesce({values})"
    return f"json_extract_string(properties, {literal(place)})"
