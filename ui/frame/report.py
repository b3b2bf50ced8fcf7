"""A run as one HTML document: hypothesis, settings, pictures, findings and the link. It needs nothing beside it and runs no script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from rnn_core import Reading
from ui.figures.palette import LIGHT
from ui.figures.static import Line, curve
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
    """Return the document. settings: rows as experiment.settings_table has them. link: to the experiment; None if it is too long for one."""
    columns = run.history.columns
    pictures = (
        ("Loss", [Line("train", LIGHT.train, columns.train_loss), Line("test", LIGHT.test, columns.test_loss)]),
        ("Accuracy", [Line("train", LIGHT.train, columns.train_accuracy), Line("test", LIGHT.test, columns.test_accuracy)]),
    )
    found = [_shown(findings.finding(one, run.experiment)) for one in findings.found_in(run)]
    rows = list(settings)
    parts = [
        f"<h1>{escape(run.name)}</h1>",
        f"<p>{_shown(experiment.data_line(run.experiment.dataset))} {_shown(runs.standing(run).capitalize())}. "
        f"{_shown(experiment.result_card(run))}</p>",
        *(
            ["<h2>Hypothesis</h2>", f'<p class="typed">{escape(hypothesis.strip()[:MOST_LETTERS])}</p>']
            if hypothesis.strip()
            else []
        ),
        *(f"<h2>{title}</h2>{curve(lines, title, LIGHT)}" for title, lines in pictures),
        "<h2>Findings</h2>",
        "<ul>" + "".join(f"<li>{one}</li>" for one in found) + "</ul>"
        if found
        else "<p>The curves show nothing that stands out.</p>",
        *([f"<h2>A sentence</h2>{_read(reading)}"] if reading is not None else []),
        f"<h2>Settings</h2>{_table(rows)}",
        "<h2>Repeat it</h2>",
        f'<p><a href="{escape(link)}">{escape(link)}</a></p>'
        if link is not None
        else "<p>Its sentences are too many for a link. The experiment's own file repeats it.</p>",
    ]
    head = f'<meta charset="utf-8"><title>{escape(run.name)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _read(reading: Reading) -> str:
    """Draw a sentence's predictions word by word as a table."""
    rows = [
        {"word": word, "prediction": reading.labels[int(p.argmax())], "probability": f"{p.max():.3f}"}
        for word, p in zip(reading.words, reading.probabilities, strict=True)
    ]
    return _table(rows)


def _table(rows: list[dict[str, str]] | list[Mapping[str, str]]) -> str:
    names = list(rows[0]) if rows else []
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{escape(row[name])}</td>" for name in names) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _shown(markdown: str) -> str:
    """Return one of our sentences as HTML: bold words stay bold, and every sign of a visitor's text is only text."""
    parts = re.split(r"(?<!\\)\*\*", markdown)  # what a visitor writes has its asterisks escaped
    texts = [escape(batch.plain_text(part)) for part in parts]
    return "".join(f"<b>{text}</b>" if k % 2 else text for k, text in enumerate(texts))
