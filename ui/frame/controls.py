"""Settings to widgets and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from rnn_core import ConfigError, LimitError, Limits, ModelConfig, TrainingConfig, domains
from rnn_core.domains import Choice, Domain, Switch, Whole
from rnn_core.network.cells import CELLS
from ui.messages import errors, formatting, runs
from ui.messages import names as names_messages
from ui.session.workspace import Workspace

Config = TypeVar("Config", ModelConfig, TrainingConfig)

HELP = {
    "cell": "The rule by which a hidden state follows from the one before. The guide's is the vanilla cell, h = tanh(…).",
    "hidden_size": "How many numbers the network keeps in mind while it reads. The guide: 64.",
    "bidirectional": "Read each sentence a second time from its end; the output layer sees both last states.",
    "embedding_size": "How many numbers stand for a word, learned along with the rest. 0 is the guide's one-hot input.",
    "initialization": (
        "How weights start. The guide draws from N(0, 1) and scales down; Glorot fits the scale to each matrix; "
        "an orthogonal W_hh neither stretches nor shrinks what goes through it."
    ),
    "forget_bias": "Where the bias of the forget gate starts: above 0, the cell remembers before it has learned to.",
    "rate_every": "After every so many epochs the learning rate is lowered. 0 leaves it as it is.",
    "rate_factor": "What the learning rate is multiplied by each time.",
    "optimizer": (
        "How a gradient becomes a step. Momentum goes on in the direction of the last steps; Adam gives each number a rate of its own. "
        "Both touch only the rows of the words just read."
    ),
    "momentum": "The share of the last step that goes on in the next.",
    "batch_size": "Sentences an update: their gradients are averaged. The guide: 1.",
    "stopping": "End the run once an accuracy has held.",
    "stop_accuracy": "The share of sentences that must be right: 1 is all of them.",
    "stop_epochs": "For how many epochs in a row.",
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
    "clipping": (
        "What is done to a large gradient before the step. By value, the guide's way, cuts each element; by each norm shortens each "
        "matrix's gradient; by the global norm shortens all of them by one factor."
    ),
    "clip_threshold": "By value every element is cut to ± this; by norm it is the greatest length. The guide: 1; 0.1 guards a high rate.",
    "seed": "Of every random draw. Same seed, same outcome.",
    "lowercase": "“Good” and “good” are one word then.",
    "splitting": (
        "At spaces, as the guide does. As in tweets: NLTK's TweetTokenizer, which keeps emoticons and addresses whole. Letters apart from "
        "signs: NLTK's wordpunct. Single characters serve Chinese."
    ),
    "strip_punctuation": "Signs at a word's ends are dropped, and what is nothing but signs vanishes.",
    "unknown": (
        "What becomes of a word that training never has. Read as <unk>: one more word of the vocabulary, trained on the words that "
        "training has too seldom."
    ),
    "min_count": "Training words that stand there less often are read as <unk>.",
    "count": "How many different sentences.",
    "test_share": "How much of them is kept for the test.",
    "negation_depth": "0: very good. 1: not at all good as well. 2: not not good as well.",
    "subjects": "Whether sentences begin with i am, i was, this is or this was.",
    "times": "Whether sentences end with now, right now or earlier.",
    "pairs": "Whether some have two adjectives: good not bad, not bad or sad.",
    "intensifiers": "How many words such as very there are.",
    "adjectives": "How many there are of each label. 0: as few as give enough sentences.",
    "shortest": "Words that follow the first, at least.",
    "longest": "Words that follow the first, at most.",
}

_LIMITED = ("hidden_size", "epochs")
"""Fields that the server's limits bound under the same names."""
_STEPS = {"hidden_size": 8, "embedding_size": 4, "epochs": 100, "init_scale": 0.01, "learning_rate": 0.01}


def fields(workspace: Workspace, config: Config, names: Iterable[str]) -> Config:
    """Draw a widget for each field and return the configuration with what was entered; say why a value is refused."""
    for name in names:
        if not applies(name, workspace.model, workspace.training):
            continue
        value = widget(name, f"{name}-{workspace.settings_revision}", config, workspace.limits)
        try:
            candidate = replace(config, **_changed(name, value))  # type: ignore[arg-type]  # checked by the configuration itself
            if name in _LIMITED:
                workspace.limits.check(**{name: getattr(candidate, name)})
            config = candidate
        except (ConfigError, LimitError) as problem:
            if isinstance(problem, ConfigError) and problem.field == "changes":
                st.error(
                    runs.too_short(value, workspace.training.changes[-1], workspace.training.epochs),
                    icon=":material/block:",
                )
                continue
            allowed = _range(name, config.domains()[name], workspace.limits)
            st.error(errors.refused(name, value, allowed, getattr(config, name)), icon=":material/block:")
    return config


def _changed(name: str, value: object) -> dict[str, object]:
    """Return a field's new value and what must follow it: a cell without a printed rule takes the exact one."""
    if name == "cell" and not CELLS[str(value)].printed_rule:
        return {name: value, "recurrent_gradient": "exact"}
    return {name: value}


def planned_changes(workspace: Workspace) -> None:
    """Show the planned changes that an experiment brought with it, and a button that removes them."""
    changes = workspace.training.changes
    if not changes:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(runs.planned(changes))
        if st.button("Without these changes", icon=":material/close:"):
            workspace.use_settings(workspace.model, replace(workspace.training, changes=()))
            st.rerun()


def applies(name: str, model: ModelConfig, training: TrainingConfig) -> bool:
    """Whether a field has any effect with the other fields as they are."""
    match name:
        case "init_scale":
            return model.initialization == "normal"
        case "recurrent_gradient":
            return CELLS[model.cell].printed_rule
        case "forget_bias":
            return CELLS[model.cell].forget_gate is not None
        case "clip_threshold":
            return training.clipping != "none"
        case "momentum":
            return training.optimizer == "momentum"
        case "rate_factor":
            return training.rate_every > 0
        case "stop_accuracy" | "stop_epochs":
            return training.stopping != "never"
        case _:
            return True


def widget(
    name: str,
    key: str,
    config: domains.Config,
    limits: Limits,
    on_change: Callable[..., None] | None = None,
    args: tuple[object, ...] = (),
) -> object:
    """Draw the field's widget with its present value as default: a cleared field returns to it.

    Filling it through the session state can fail when a page is drawn twice at once, as at the start of a visit.
    """
    domain, now = config.domains()[name], getattr(config, name)
    label, text = names_messages.FIELDS[name], f"{HELP[name]} {_range(name, domain, limits)}"
    if isinstance(domain, Choice):
        at = list(domain.options).index(now)
        return st.selectbox(
            label,
            list(domain.options),
            at,
            key=key,
            help=text,
            format_func=lambda option: names_messages.CHOICES.get(option, option),
            on_change=on_change,
            args=args,
        )
    if isinstance(domain, Switch):
        return st.toggle(label, value=now, key=key, help=text, on_change=on_change, args=args)
    step, shape = (_STEPS.get(name, 1), "%d") if isinstance(domain, Whole) else (_STEPS.get(name, 0.1), "%g")
    return st.number_input(label, value=now, step=step, key=key, help=text, format=shape, on_change=on_change, args=args)


def _range(name: str, domain: Domain, limits: Limits) -> str:
    """Return the bounds of what may be entered, from the field's domain and this server's limits."""
    if isinstance(domain, (Choice, Switch)):
        return ""
    if isinstance(domain, Whole) and (most := getattr(limits, name, None)):
        return f"A whole number from {formatting.number(domain.low)} to {formatting.number(most)}."
    return f"It is {domain}."
