"""A run as one HTML document: hypothesis, settings, pictures, findings and the link. It needs no other file and runs no script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from rnn_core import Reading
from ui.figures.palette import LIGHT
from ui.figures.static import Line, curve
from ui.language import TAGS, gettext, percent, spoken
from ui.messages import batch, experiment, findings, runs
from ui.server.job_status import JobStatus

MOST_LETTERS = 2_000
"""The longest hypothesis."""

_STYLE = (
    "body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 sans-serif; color: #22252b; background: #fdfcf9 } "
    "h1, h2 { font-family: serif } table { border-collapse: collapse } th, td { text-align: left; padding: .2rem .8rem .2rem 0; "
    "border-bottom: 1px solid #dedad0; overflow-wrap: anywhere } svg { width: 100%; height: auto } .typed { white-space: pre-wrap }"
)


def write(
    run: JobStatus, hypothesis: str, settings: Iterable[Mapping[str, str]], link: str | None, reading: Reading | None
) -> str:
    """Return the document, in the visitor's language. settings: rows as experiment.settings_table has them.

    link: to the experiment; None if it is too long for one.
    """
    columns, train, test = run.history.columns, gettext("train"), gettext("test")
    losses = [Line(train, LIGHT.train, columns.train_loss), Line(test, LIGHT.test, columns.test_loss)]
    accuracies = [Line(train, LIGHT.train, columns.train_accuracy), Line(test, LIGHT.test, columns.test_accuracy)]
    found = [_shown(findings.finding(one, run.experiment)) for one in findings.found_in(run)]
    name, rows, heads = escape(runs.run_name(run.name)), list(settings), experiment.heads()
    parts = [
        f"<h1>{name}</h1>",
        *(
            _paragraph(said)
            for said in (experiment.data_line(run.experiment.dataset), runs.standing(run), experiment.result_card(run))
        ),
        *(
            [_heading(gettext("Hypothesis")), f'<p class="typed">{escape(hypothesis.strip()[:MOST_LETTERS])}</p>']
            if hypothesis.strip()
            else []
        ),
        _heading(gettext("Loss")) + curve(losses, gettext("Loss by epoch"), LIGHT),
        _heading(gettext("Accuracy")) + curve(accuracies, gettext("Accuracy by epoch"), LIGHT, tick=percent),
        _heading(gettext("Findings")),
        "<ul>" + "".join(f"<li>{one}</li>" for one in found) + "</ul>"
        if found
        else _paragraph(gettext("The curves show nothing unusual.")),
        *([_heading(gettext("A sentence, word by word")) + _read(reading)] if reading is not None else []),
        _heading(gettext("Settings")) + _table(rows, heads),
        _heading(gettext("Repeat this run")),
        f'<p><a href="{escape(link)}">{escape(link)}</a></p>'
        if link is not None
        else _paragraph(
            runs.by_hand()
            if run.by_hand
            else gettext("There are too many sentences for a link. The file of the experiment repeats the run.")
        ),
    ]
    head = f'<meta charset="utf-8"><title>{name}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="{TAGS[spoken()]}"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _paragraph(markdown: str) -> str:
    return f"<p>{_shown(markdown)}</p>"


def _read(reading: Reading) -> str:
    """Draw a sentence's predictions word by word as a table."""
    rows = [
        {"word": word, "prediction": reading.labels[int(p.argmax())], "probability": f"{p.max():.3f}"}
        for word, p in zip(reading.words, reading.probabilities, strict=True)
    ]
    return _table(rows, {"word": gettext("word"), "prediction": gettext("prediction"), "probability": gettext("probability")})


def _table(rows: list[dict[str, str]] | list[Mapping[str, str]], heads: Mapping[str, str]) -> str:
    """Draw a table. heads: what stands over each column."""
    names = list(rows[0]) if rows else []
    head = "".join(f"<th>{escape(heads.get(name, name))}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{escape(row[name])}</td>" for name in names) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _shown(markdown: str) -> str:
    """Return one of our sentences as HTML: bold words stay bold, and every sign of a visitor's text is only text."""
    parts = re.split(r"(?<!\\)\*\*", markdown)  # what a visitor writes has its asterisks escaped
    texts = [escape(batch.plain_text(part)) for part in parts]
    return "".join(f"<b>{text}</b>" if k % 2 else text for k, text in enumerate(texts))
