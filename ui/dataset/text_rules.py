"""Text rules: how a sentence becomes words, shown on a sample."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from rnn_core import ConfigError, Dataset, LimitError, TextRules
from ui.frame import controls
from ui.language import gettext, ngettext, paragraph
from ui.messages import errors, names
from ui.messages import text_rules as messages
from ui.session import session as sessions
from ui.session.session import Session


def rules(session: Session) -> None:
    """Show the text rules and what they make of a sentence."""
    data = session.workspace.dataset
    choice, sample = st.columns([2, 3], gap="large")
    with choice:
        changed = data.rules
        for name in TextRules.domains():
            if name == "min_count" and changed.unknown != "replace":
                continue
            value = controls.widget(name, f"rules-{name}-{session.workspace.revision}", data.rules, session.limits)
            try:
                changed = replace(changed, **{name: value})  # type: ignore[arg-type]  # checked by the rules themselves
            except ConfigError as problem:
                st.error(errors.error(problem), icon=":material/block:")
        if changed != data.rules:
            try:
                session.workspace.use_rules(changed)
            except LimitError as problem:
                st.error(paragraph([errors.error(problem), gettext("The rules are unchanged.")]), icon=":material/block:")
            else:
                st.rerun()
    with sample:
        first = sessions.fill("sample", session.view.sample)
        session.view.sample = st.text_area(
            gettext("Sample sentence"), first, key="sample", max_chars=session.limits.characters, height=100
        )
        if len(session.view.sample) > session.limits.characters:
            st.error(
                errors.error(LimitError("characters", len(session.view.sample), session.limits.characters)),
                icon=":material/block:",
            )
        else:
            _shown(data, session.view.sample)
        if data.rules.unknown == "replace":
            _rare(data)


def _shown(data: Dataset, sample: str) -> None:
    """Show the sample's words, and what a network trained on these sentences would read."""
    if said := messages.changed(sample, data.rules):
        st.caption(said)
    words = data.rules.words(sample)
    if not words:
        st.markdown(gettext("There are no words in it."))
        return
    st.markdown(ngettext("**{count} word:** {words}", "**{count} words:** {words}", len(words), words=messages.word_list(words)))
    unknown = data.vocabulary.unknown(words)
    if not unknown:
        st.markdown(gettext("All of them occur in training."))
        return
    st.markdown(gettext("**Not in the vocabulary:** {words}", words=messages.word_list(unknown)))
    if data.rules.unknown == "refuse":
        st.markdown(
            gettext(
                "A sentence with an unknown word is refused. To skip or replace such words, change “{field}”.",
                field=names.FIELDS["unknown"],
            )
        )
    else:
        read = data.vocabulary.tokens(words, data.rules.unknown).read
        st.markdown(gettext("**Read as:** {words}", words=messages.word_list(read) or gettext("nothing")))


def _rare(data: Dataset) -> None:
    """Show the training words that are too rare to be learned and become `<unk>`."""
    rare = sorted({word for i in data.rows("train") for word in data.words[i]} - set(data.vocabulary))
    if rare:
        st.markdown(
            gettext(
                "**Too rare in training, so read as {unknown}:** {words}",
                unknown=names.UNKNOWN_WORD,
                words=messages.word_list(rare),
            )
        )
