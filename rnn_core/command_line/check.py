"""check: backpropagation against central differences, with the guide's printed rule and the exact one."""

from __future__ import annotations

import argparse

from rnn_core.command_line import files
from rnn_core.command_line.train import trainer_of
from rnn_core.data.dataset import Dataset
from rnn_core.gradients.check import gradient_check
from rnn_core.network.cells import CELLS
from rnn_core.network.model import Model

CHECK_EPOCHS = 250
_RULES = {"exact": "exact: W_hhᵀ da", "printed": "printed: W_hh da"}


def check(options: argparse.Namespace) -> int:
    """Print the gradient check of both backward rules: where the guide's slip hardly shows, and where it shows clearly."""
    experiment = files.experiment(options)
    text, label = _longest(experiment.dataset)
    initial = Model.initial(experiment)
    trainer = trainer_of(experiment)
    epochs = min(CHECK_EPOCHS, experiment.training.epochs)
    while trainer.advance(until=epochs):
        pass
    places = (
        ("at the initial weights", initial),
        (f"after {epochs} epochs", trainer.model),
        ("at weights of order one", initial.with_large_weights(experiment.training.seed)),
    )
    rules = ("exact", "printed") if CELLS[experiment.model.cell].printed_rule else ("exact",)
    print(f'Gradient check on "{text}" ({label}), backpropagation against central differences.')
    print("Relative error ‖a − n‖ / (‖a‖ + ‖n‖) and cosine, by parameter and backward rule.")
    for title, model in places:
        checks = [gradient_check(model, text, label, recurrent_gradient=rule) for rule in rules]  # type: ignore[arg-type]
        width = max(6, *map(len, checks[0].parameters))
        print(f"\n{title}\n  {'':{width}}" + "".join(f"{_RULES[rule]:>22}" for rule in rules))
        for name in checks[0].parameters:
            cells = [f"{c[name].relative_error:.1e}  {c[name].cosine:6.3f}" for c in checks]
            print(f"  {name:{width}}" + "".join(f"{cell:>22}" for cell in cells))
    if len(rules) > 1:
        print(
            "\nThe printed rule is wrong where the gradient goes back through W_hh. While the weights are tiny, that part is small, so a\n"
            "check at the initial weights nearly misses the slip; at weights of order one it is clear. W_hy and b_y come after the\n"
            "recurrence: both rules have them right."
        )
    return 0


def _longest(dataset: Dataset) -> tuple[str, str]:
    """Return the longest training sentence and its label: the printed rule shows only from the third word on."""
    row = max(dataset.rows("train"), key=lambda i: len(dataset.words[i]))
    text, label, _ = dataset.examples[row]
    return text, label or ""
