"""The last step of every import: replace the present sentences or add to them, after a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from rnn_core import Dataset, Example, LimitError, Limits, RnnCoreError, TextRules
from rnn_core.data.dataset import check_bounds
from rnn_core.data.markup import has_markup, without_markup
from rnn_core.data.sampling import part
from rnn_core.data.shortening import beginning, is_too_long
from ui.dataset import editor, faults
from ui.frame import reading
from ui.language import Texts, gettext, mark, ngettext
from ui.messages import errors, experiment
from ui.session.session import Session

MOST_SHOWN = 200
WAYS = Texts({"replace": mark("Replace them"), "add": mark("Keep them and add these")})
"""What can be done with the present sentences."""


def confirm(session: Session, brought: tuple[Example, ...], key: str, *, wide: bool = False) -> None:
    """Show what the dataset would be with these sentences, and the button that imports them; until then nothing changes.

    wide: there is room for their faults beside them, as on the page itself.
    """
    if not brought:
        st.info(gettext("There are no sentences in it."))
        return
    workspace, limits = session.workspace, session.limits
    rules = workspace.dataset.rules
    try:  # before a sentence is split; of one that is too long only the beginning will be
        limits.check(rows=len(brought), splitting_seconds=rules.seconds(e.text[: limits.characters] for e in brought))
    except LimitError as problem:
        st.error(errors.unused(problem), icon=":material/block:")
        return
    examples = _usable(session, brought, key)
    if not examples:
        st.info(gettext("No sentences are left."))
        return
    added = len(examples)
    way = st.segmented_control(
        gettext("Existing sentences"),
        list(WAYS),
        default="replace",
        format_func=WAYS.__getitem__,
        key=f"way-{key}",
        required=True,
    )
    before = session.workspace.dataset.examples if way == "add" else ()
    room = session.limits.rows - len(before)
    if added > room > 0:
        which = reading.part(added, room, f"{key}-{way}")
        examples = tuple(part(examples, room, which))
        added = len(examples)
    try:
        check_bounds((*before, *examples), rules, limits)
    except RnnCoreError as problem:
        st.error(errors.unused(problem), icon=":material/block:")
        return
    data = session.inbox.previewed(workspace.dataset, (*before, *examples))
    st.markdown(gettext("**After the import:** {sentences}", sentences=experiment.data_line(data)))
    shown, found = st.columns([5, 3], gap="medium") if wide else (st.container(), st.container())
    with found:
        faults.preview(session.limits, data)
    with shown:
        frame = editor.frame_of(Dataset(tuple(examples[:MOST_SHOWN]), data.rules))
        st.dataframe(
            frame,
            column_config=editor.heads(frame),
            placeholder="",
            alt=gettext("Preview of the new sentences"),
        )
        if added > MOST_SHOWN:
            st.caption(ngettext("Only the first {count} is shown.", "Only the first {count} are shown.", MOST_SHOWN))
    if before:
        label = ngettext("Add {count} sentence", "Add {count} sentences", added)
    else:
        label = ngettext("Replace the sentences with this {count}", "Replace the sentences with these {count}", added)
    if st.button(label, type="primary", icon=":material/check:", key=f"confirm-{key}"):
        session.workspace.replace_dataset(data)
        st.rerun()


def _usable(session: Session, brought: tuple[Example, ...], key: str) -> tuple[Example, ...]:
    """Return the sentences without what stands in the way of training, as the visitor chooses: markup, too many words, no label."""
    rules, limits, memo = session.workspace.dataset.rules, session.limits, session.view.memo
    kept = brought
    with st.container(horizontal=True):
        marked = memo(("markup", brought), lambda: sum(has_markup(example.text) for example in brought))
        if marked and st.toggle(ngettext("Remove HTML ({count} row)", "Remove HTML ({count} rows)", marked), key=f"markup-{key}"):
            kept = memo(("without markup", brought), partial(_plain, brought))
        long = memo(("too long", rules, limits, kept), partial(_too_long, kept, rules, limits))
        if long:
            ways = {
                "shorten": ngettext("keep the first {count} word", "keep the first {count} words", limits.words),
                "remove": gettext("leave these rows out"),
            }
            told = ngettext("Too long: {count} row", "Too long: {count} rows", len(long))
            if _choice(told, ways, f"long-{key}") == "remove":
                kept = tuple(example for row, example in enumerate(kept) if row not in long)
            else:
                kept = memo(("shortened", rules, limits, kept), partial(_shortened, kept, long, rules, limits))
        unlabeled = sum(example.label is None for example in kept)
        if 0 < unlabeled < len(kept):
            ways = {"keep": gettext("keep them without a label"), "remove": gettext("leave these rows out")}
            told = ngettext("Without a label: {count} row", "Without a label: {count} rows", unlabeled)
            if _choice(told, ways, f"unlabeled-{key}") == "remove":
                kept = tuple(example for example in kept if example.label is not None)
    return kept


def _choice(label: str, ways: Mapping[str, str], key: str) -> str:
    """Let the visitor choose what becomes of some rows."""
    return st.selectbox(label, list(ways), key=key, format_func=lambda way: ways[way], width=280)


def _too_long(examples: Sequence[Example], rules: TextRules, limits: Limits) -> frozenset[int]:
    """Return the places, from 0, of the examples that are too long."""
    return frozenset(place for place, example in enumerate(examples) if is_too_long(example.text, rules, limits))


def _shortened(examples: Sequence[Example], long: frozenset[int], rules: TextRules, limits: Limits) -> tuple[Example, ...]:
    """Return the examples with the beginnings of those that are too long."""
    return tuple(
        example._replace(text=beginning(example.text, rules, limits)) if place in long else example
        for place, example in enumerate(examples)
    )


def _plain(examples: Sequence[Example]) -> tuple[Example, ...]:
    """Return the examples without their markup."""
    return tuple(example._replace(text=without_markup(example.text)) for example in examples)
