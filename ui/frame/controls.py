"""Settings to widgets and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from rnn_core import ConfigError, LimitError, Limits, ModelConfig, TrainingConfig, domains
from rnn_core.domains import Choice, Domain, Switch, Whole
from rnn_core.network.cells import CELLS
from ui.language import Texts, gettext, mark, paragraph
from ui.messages import assignments, errors, runs
from ui.messages import names as names_messages
from ui.session.workspace import Workspace

Config = TypeVar("Config", ModelConfig, TrainingConfig)

HELP = Texts(
    {
        "cell": mark("How the next hidden state follows from the last one. The guide uses the vanilla RNN, h = tanh(…)."),
        "hidden_size": mark("How many numbers the hidden state has. The guide: 64."),
        "bidirectional": mark("Also read each sentence backwards. The output layer sees both final states."),
        "embedding_size": mark("Learn this many numbers for each word. 0: one-hot input, as in the guide."),
        "vectors": mark(
            "Frozen: training does not change the embedding. First values: training changes the vectors of the words that it reads."
        ),
        "initialization": mark(
            "How the weights start. The guide draws from N(0, 1) and scales down. Glorot fits the scale to each matrix. An orthogonal "
            "W_hh keeps the length of what it multiplies."
        ),
        "forget_bias": mark("The bias of the forget gate before training. Above 0, the cell remembers from the start."),
        "rate_every": mark("Lower the learning rate every so many epochs. 0: never."),
        "rate_factor": mark("Multiply the learning rate by this factor each time."),
        "optimizer": mark(
            "How a gradient becomes an update. Momentum continues the last updates. Adam adapts the rate of each weight. Both change "
            "only the rows of the words in the current batch."
        ),
        "momentum": mark("How much of the last update is added to the next."),
        "batch_size": mark("How many sentences share one update. Their gradients are averaged. The guide: 1."),
        "stopping": mark("End the run when the accuracy has been reached and kept."),
        "stop_accuracy": mark("The accuracy to reach. 1: all sentences correct."),
        "stop_epochs": mark("How many epochs in a row the accuracy must hold."),
        "init_scale": mark(
            "The initial weights are N(0, 1) times this scale. The guide: 0.001, which gives a long plateau. 0.1 gives none."
        ),
        "recurrent_gradient": mark(
            "How the gradient goes back one time step. The guide prints W_hh da; correct is W_hhᵀ da. The Gradients page shows the "
            "difference."
        ),
        "epochs": mark("How many times the network reads all training sentences. The guide: 1,000."),
        "learning_rate": mark("How far each update follows the gradient. The guide: 0.02."),
        "clipping": mark(
            "Limits a large gradient before the update. By value, as in the guide: each element. By norm: each parameter's gradient is "
            "scaled down. By global norm: all gradients are scaled by one factor."
        ),
        "clip_threshold": mark("By value: the largest absolute value of an element. By norm: the largest norm. The guide: 1."),
        "seed": mark("Fixes all random numbers. The same seed gives the same result."),
        "lowercase": mark("Read “Good” and “good” as one word."),
        "splitting": mark(
            "How a sentence is split into words. At spaces: as in the guide. Tweets: NLTK's TweetTokenizer keeps emoticons and addresses "
            "whole. Words and punctuation: NLTK's wordpunct. Single characters: suits Chinese."
        ),
        "strip_punctuation": mark("Remove punctuation at both ends of a word. A word that is only punctuation is removed."),
        "unknown": mark(
            "What to do with a word outside the vocabulary. <unk> is one more word of the vocabulary, trained on rare training words."
        ),
        "min_count": mark("Words that occur less often in the training set are read as <unk>."),
        "count": mark("How many different sentences."),
        "test_share": mark("The share of the sentences in the test set."),
        "negation_depth": mark("0: very good. 1: also not at all good. 2: also not not good."),
        "subjects": mark("Begin sentences with i am, i was, this is or this was."),
        "times": mark("End some sentences with now, right now or earlier."),
        "pairs": mark("Use two adjectives in some sentences: good not bad, not bad or sad."),
        "intensifiers": mark("How many words like very to use."),
        "adjectives": mark("How many adjectives per label. 0: as few as needed."),
        "shortest": mark("At least this many words follow the first word."),
        "longest": mark("At most this many words follow the first word."),
    }
)

_LIMITED = ("hidden_size", "epochs")
"""Fields that the server's limits bound under the same names."""
_STEPS = {"hidden_size": 8, "embedding_size": 4, "epochs": 100, "init_scale": 0.01, "learning_rate": 0.01}


def fields(workspace: Workspace, config: Config, names: Iterable[str]) -> Config:
    """Draw a widget for each field and return the configuration with what was entered; say why a value is refused."""
    for name in names:
        if not applies(name, workspace.model, workspace.training):
            continue
        value = widget(name, f"{name}-{workspace.settings_revision}", config, workspace.limits, locked=workspace.lock(name))
        try:
            candidate = replace(config, **_changed(name, value, workspace))  # type: ignore[arg-type]  # checked by the configuration itself
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
            allowed = _allowed(name, config.domains()[name], workspace.limits)
            st.error(errors.refused(name, value, allowed, getattr(config, name)), icon=":material/block:")
    return config


def _changed(name: str, value: object, workspace: Workspace) -> dict[str, object]:
    """Return a field's new value and what must follow it: a cell without a printed rule takes the exact one, vectors set their size."""
    if name == "vectors" and value != "unused" and workspace.dataset.vectors is not None:
        return {name: value, "embedding_size": workspace.dataset.vectors.size}
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
        if st.button(gettext("Remove these changes"), icon=":material/close:"):
            workspace.use_settings(workspace.model, replace(workspace.training, changes=()))
            st.rerun()


def applies(name: str, model: ModelConfig, training: TrainingConfig) -> bool:
    """Whether a field has any effect with the other fields as they are."""
    match name:
        case "init_scale":
            return model.initialization == "normal"
        case "recurrent_gradient":
            return CELLS[model.cell].printed_rule
        case "embedding_size":
            return model.vectors == "unused"
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
    *,
    locked: str | None = None,
) -> object:
    """Draw the field's widget with its present value as default: a cleared field returns to it.

    locked: why it cannot be changed, which may be empty; None if it can.

    Filling it through the session state can fail when a page is drawn twice at once, as at the start of a visit.
    """
    domain, now = config.domains()[name], getattr(config, name)
    label, text = names_messages.FIELDS[name], paragraph([HELP[name], _allowed(name, domain, limits)]).strip()
    if locked is not None:
        text = paragraph([assignments.locked(locked), text])
    off = locked is not None
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
            disabled=off,
        )
    if isinstance(domain, Switch):
        return st.toggle(label, value=now, key=key, help=text, on_change=on_change, args=args, disabled=off)
    step, shape = (_STEPS.get(name, 1), "%d") if isinstance(domain, Whole) else (_STEPS.get(name, 0.1), "%g")
    return st.number_input(
        label, value=now, step=step, key=key, help=text, format=shape, on_change=on_change, args=args, disabled=off
    )


def _allowed(name: str, domain: Domain, limits: Limits) -> str:
    """Say what may be entered, by the field's domain and this server's limits."""
    return names_messages.allowed(domain, getattr(limits, name, None) if name in _LIMITED else None)
