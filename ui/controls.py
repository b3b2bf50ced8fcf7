"""Settings to widgets and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from rnn_core import ConfigError, LimitError, Limits, ModelConfig, TrainingConfig
from rnn_core.config import Choice, Domain, Whole
from ui import messages
from ui.session import Session

Config = TypeVar("Config", ModelConfig, TrainingConfig)

HELP = {
    "cell": "The rule by which a hidden state follows from the one before. The guide's is the vanilla cell, h = tanh(…).",
    "hidden_size": "How many numbers the network keeps in mind while it reads. The guide: 64.",
    "init_scale": (
        "How large the weights are at the start: N(0, 1) times this. The guide: 0.001, which begins with a long plateau. "
        "0.1 ends it."
    ),
    "recurrent_gradient": (
        "How the error goes back from one word to the word before. The guide prints W_hh da where W_hhᵀ da is right; "
        "the Gradients page shows the difference."
    ),
    "epochs": "How many times the network reads all training sentences. The guide: 1,000.",
    "learning_rate": "The length of each step against the gradient. The guide: 0.02.",
    "clipping": "Whether elements of a gradient beyond the threshold are cut before the step. The guide clips by value.",
    "clip_threshold": "Every element of a gradient is cut to ± this. The guide: 1, which hardly ever cuts; 0.1 guards a high rate.",
    "seed": "Of the first weights and of the order of the sentences. Same seed, same run.",
}

_LIMITED = ("hidden_size", "epochs")
"""Fields that the server's limits bound, by the same names."""
_STEPS = {"hidden_size": 8, "epochs": 100, "seed": 1, "init_scale": 0.01, "learning_rate": 0.01, "clip_threshold": 0.1}


def fields(session: Session, config: Config, names: Iterable[str]) -> Config:
    """A widget for each field; the configuration with what was entered, and beside each refused value why it is refused."""
    for name in names:
        value = _widget(name, f"{name}-{session.settings_revision}", config, session.limits)
        try:
            candidate = replace(config, **{name: value})  # type: ignore[arg-type]  # judged by the configuration itself
            if name in _LIMITED:
                session.limits.check(**{name: getattr(candidate, name)})
            config = candidate
        except (ConfigError, LimitError):
            allowed = _range(name, config.domains()[name], session.limits)
            st.error(messages.refused(name, value, allowed, getattr(config, name)), icon=":material/block:")
    return config


def _widget(name: str, key: str, config: ModelConfig | TrainingConfig, limits: Limits) -> object:
    """The field's widget, with what is set as its default: a field that is cleared goes back to that.

    The session state could fill it as well, but when a page is drawn twice at once, as a visit's first is, that can get lost.
    """
    domain, now = config.domains()[name], getattr(config, name)
    label, text = messages.FIELDS[name], f"{HELP[name]} {_range(name, domain, limits)}"
    if isinstance(domain, Choice):
        at = domain.options.index(now)
        return st.selectbox(
            label, domain.options, at, key=key, help=text, format_func=lambda option: messages.CHOICES.get(option, option)
        )
    shape = "%d" if isinstance(domain, Whole) else "%g"
    return st.number_input(label, value=now, step=_STEPS[name], key=key, help=text, format=shape)


def _range(name: str, domain: Domain, limits: Limits) -> str:
    """What may be entered, as the field's domain and this server's limits have it."""
    if isinstance(domain, Choice):
        return ""
    if isinstance(domain, Whole) and (most := getattr(limits, name, None)):
        return f"A whole number from {messages.number(domain.low)} to {messages.number(most)}."
    return f"It is {domain}."


def clips(session: Session) -> bool:
    """Whether the clipping chosen on the page has a threshold."""
    chosen = session.widget(f"clipping-{session.settings_revision}")
    return (chosen or session.training.clipping) != "none"
