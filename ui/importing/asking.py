"""The open questions about a file, each as a choice with examples from the file itself."""

from datetime import date

import streamlit as st

from analytics import schema
from analytics.intake import Understanding
from ui import formats
from ui.importing import columns, questions, waiting
from ui.importing.questions import Question
from ui.importing.waiting import Look
from ui.words import name_of, spoken, t


def draw(seen: Look, found: Understanding) -> None:
    """Draw the open questions in a frame of their own, and the meaning of every status word."""
    if seen.asked:
        with st.container(border=True, key="questions"):
            st.markdown(f":orange[:material/help:] **{t('imports.questions', n=len(seen.asked))}**")
            for question in seen.asked:
                _ask(seen, found, question)
    if found.status_words:
        with st.expander(
            t("imports.status_words"), icon=":material/label:", expanded=_has_unknown(found)
        ):
            st.caption(t("imports.status_words_help"))
            for index in range(len(found.status_words)):
                _word(seen, found, index)


def _has_unknown(found: Understanding) -> bool:
    return not all(one.is_known for one in found.status_words)


def _ask(seen: Look, found: Understanding, question: Question) -> None:
    if question.kind == "column":
        _column(seen, found, question)
    elif question.kind == "date_order":
        _date_order(seen, found, question.field)
    else:
        words = ", ".join(question.options)
        st.markdown(t("imports.ask_words", words=formats.plain(words)))


def _column(seen: Look, found: Understanding, question: Question) -> None:
    key = f"ask:{seen.path.name}:{question.field}:{question.options[0]}"
    st.radio(
        t("imports.ask_column", field=name_of("field", question.field)),
        question.options,
        index=None,
        captions=[formats.plain(columns.examples(found, one)) for one in question.options],
        key=key,
        horizontal=True,
        on_change=lambda: waiting.decide(seen, "mapping", st.session_state[key], question.field),
    )


def _date_order(seen: Look, found: Understanding, field: str) -> None:
    """Show what a date of the file means under both readings."""
    column = found.mapping[field]
    samples = next(one.samples for one in found.columns if one.name == column)
    parts = questions.date_example(samples)
    key = f"ask:{seen.path.name}:date_order"
    orders = ("day-first", "month-first")
    st.radio(
        t("imports.ask_date", column=formats.plain(column)),
        orders,
        index=None,
        format_func=spoken(orders, lambda order: name_of("date_order", order)),
        captions=[_read_as(parts, order) for order in orders] if parts else None,
        key=key,
        horizontal=True,
        on_change=lambda: waiting.decide(seen, "settings", st.session_state[key], "date_order"),
    )


def _read_as(parts: tuple[int, int, int], order: str) -> str:
    first, second, year = parts
    day, month = (first, second) if order == "day-first" else (second, first)
    whole_year = year if year > 99 else 2000 + year  # noqa: PLR2004 - written with two digits
    written = f"{first:02d}/{second:02d}/{year}"
    return t("imports.date_means", written=written, day=formats.day(date(whole_year, month, day)))


def _word(seen: Look, found: Understanding, index: int) -> None:
    one = found.status_words[index]
    left, right = st.columns([3, 4], vertical_alignment="center")
    mark = "" if one.is_known else " :orange[:material/help:]"
    left.markdown(
        f"{formats.plain(one.word)} :gray[{t('imports.word_rows', n=formats.number(one.n))}]{mark}"
    )
    key = f"word:{seen.path.name}:{one.word}:{one.status}"
    with right:
        st.selectbox(
            one.word,
            schema.ORDER_STATUSES,
            index=schema.ORDER_STATUSES.index(one.status),
            format_func=spoken(schema.ORDER_STATUSES, lambda status: name_of("status", status)),
            label_visibility="collapsed",
            key=key,
            on_change=lambda: waiting.decide_word(
                seen, one.word, st.session_state[key], shown=one.status
            ),
        )
