"""Settings on the command line: --set field=value for every field of network, training and text rules."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.data.text import TextRules
from rnn_core.domains import Domain, Real, Switch, Whole
from rnn_core.errors import ConfigError
from rnn_core.experiment import Experiment

DOMAINS: Mapping[str, Domain] = {**ModelConfig.domains(), **TrainingConfig.domains(), **TextRules.domains()}
CHANGES = "changes"
"""The one setting that is no single value: a JSON list of [epoch, field, value]."""

SHORT = {
    "epochs": "epochs",
    "seed": "seed",
    "hidden": "hidden_size",
    "rate": "learning_rate",
    "gradient": "recurrent_gradient",
    "init_scale": "init_scale",
}
"""Options with a name of their own, and the field of each."""
_SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def of(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that the arguments give, by field. Raise ConfigError for one that does not exist."""
    found = {field: value(field, given) for name, field in SHORT.items() if (given := getattr(options, name)) is not None}
    if options.clip == "none":
        found["clipping"] = "none"
    elif options.clip is not None:
        found["clip_threshold"] = value("clip_threshold", options.clip)
    return found | assigned(options.set)


def assigned(assignments: Iterable[str]) -> dict[str, Any]:
    """Return the settings of field=value pairs. Raise ConfigError for a pair that is none."""
    found = {}
    for assignment in assignments:
        field, sign, text = assignment.partition("=")
        field = field.strip()
        if not sign:
            raise ConfigError("--set", assignment, "field=value")
        if field not in DOMAINS and field != CHANGES:
            raise ConfigError("--set", field, f"one of the settings {', '.join((*DOMAINS, CHANGES))}")
        found[field] = value(field, text.strip())
    return found


def value(field: str, text: str) -> Any:
    """Return the value in a text, or the text: the domain of the field then refuses it, with the range in the message."""
    domain = DOMAINS.get(field)
    try:
        if domain is None:
            return json.loads(text)
        if isinstance(domain, Whole):
            return int(text)
        return (
            float(text) if isinstance(domain, Real) else _SWITCHES.get(text.lower(), text) if isinstance(domain, Switch) else text
        )
    except (ValueError, RecursionError):
        return text


def rules(now: TextRules, wanted: Mapping[str, Any]) -> TextRules:
    """Return text rules with the wanted settings."""
    return replace(now, **{name: wanted[name] for name in TextRules.domains() if name in wanted})


def applied(experiment: Experiment, wanted: Mapping[str, Any]) -> Experiment:
    """Return the experiment with the wanted settings. Raise ConfigError, or DatasetError for rules that do not fit the sentences."""
    new_rules = rules(experiment.dataset.rules, wanted)
    data = experiment.dataset if new_rules == experiment.dataset.rules else replace(experiment.dataset, rules=new_rules)
    of_model = {name: wanted[name] for name in ModelConfig.domains() if name in wanted}
    of_training = {name: wanted[name] for name in (*TrainingConfig.domains(), CHANGES) if name in wanted}
    return Experiment(
        dataset=data, model=replace(experiment.model, **of_model), training=replace(experiment.training, **of_training)
    )


def listed(*configs: type[ModelConfig] | type[TrainingConfig] | type[TextRules]) -> str:
    """Return a line for each setting: its field, its default and what it can be."""
    lines = []
    for config in configs:
        for name, domain in config.domains().items():
            default = getattr(config(), name)
            shown = str(default).lower() if isinstance(default, bool) else default
            lines.append(f"  {name + '=' + str(shown):28} {domain}")
    return "\n".join(lines)
