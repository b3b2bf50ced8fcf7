"""What is wrong with data, settings, links and files: what happened, where, and what to do."""

from __future__ import annotations

from rnn_core import ConfigError, DatasetError, Fault, UnknownWordError
from rnn_core.config import MOST_CHANGES
from rnn_core.data.dataset import LABEL_LENGTH
from rnn_core.errors import (
    AbsentVectorsError,
    ExperimentFileError,
    LimitError,
    LinkError,
    MissingPackageError,
    ModelFileError,
    ResultsFileError,
    RnnCoreError,
    TensorFileError,
    VectorFileError,
    shorten,
)
from ui.language import Texts, gettext, mark, number, paragraph
from ui.messages import details, outside, vectors
from ui.messages.faults import at_row, fault
from ui.messages.formatting import listed, plain, setting
from ui.messages.names import FIELDS

_FAULTS = ("no_label", "one_class", "no_training_rows", "unseen_word", "unseen_label")
"""Reasons that are worded as faults."""

_NEWER = Texts(
    {
        "link": mark("This link was made by a newer version of Unrolled."),
        "file": mark("This file was made by a newer version of Unrolled."),
        "model": mark("This model file was made by a newer version of Unrolled."),
    }
)
_FOREIGN = Texts(
    {
        "link": mark("This is not a link made by Unrolled, or it is damaged."),
        "file": mark("This is not a file made by Unrolled, or it is damaged."),
        "model": mark("This is not a model file made by Unrolled, or it is damaged."),
    }
)
_CHANGED = Texts(
    {
        "link": mark("This link uses built-in sentences that have changed since it was made."),
        "file": mark("This file uses built-in sentences that have changed since it was made."),
        "model": mark("This model file uses built-in sentences that have changed since it was made."),
    }
)


def error(problem: RnnCoreError, sentence: str | None = None) -> str:
    """What happened, where, and what to do. sentence: the one of the row that a DatasetError names."""
    if isinstance(problem, DatasetError):
        return _dataset_error(problem, sentence)
    if isinstance(problem, ConfigError):
        return _config_error(problem)
    if isinstance(problem, LimitError):
        return _limit_error(problem)
    if isinstance(problem, UnknownWordError):
        return gettext("The network does not know {words}.", words=listed(problem.words))
    if isinstance(problem, MissingPackageError):
        return _missing(problem)
    if isinstance(problem, VectorFileError):
        return vectors.refused(problem)
    if isinstance(problem, AbsentVectorsError):
        return vectors.wanted(problem)
    if isinstance(problem, ResultsFileError):
        return _results_error(problem)
    return plain(str(problem))


def unused(problem: RnnCoreError) -> str:
    """Why sentences cannot be used, and that the present ones stay."""
    return paragraph([error(problem), gettext("Your sentences are unchanged.")])


def unusable(problem: RnnCoreError) -> str:
    """Why a link or a file from outside cannot be used, and that nothing is lost by it."""
    return paragraph([_why(problem), gettext("Your sentences and settings are unchanged.")])


def refused(name: str, value: object, allowed: str, kept: float | str) -> str:
    """That a setting's value is refused, what may be entered, and what stays in its place."""
    if value is None:
        return gettext("{field} is empty. It stays {kept}.", field=FIELDS[name], kept=setting(kept))
    told = gettext("{field} cannot be {value}.", field=FIELDS[name], value=plain(shorten(str(value), 24)))
    return paragraph(part for part in (told, allowed, gettext("It stays {kept}.", kept=setting(kept))) if part)


def _config_error(problem: ConfigError) -> str:
    value = plain(shorten(str(problem.value)))
    if problem.field != "changes":
        told = gettext("{field} cannot be {value}.", field=FIELDS.get(problem.field, plain(problem.field)), value=value)
    elif isinstance(problem.value, (tuple, list)) and len(problem.value) > MOST_CHANGES:
        return gettext(
            "A run can have at most {most} changes of settings, and this run has reached that number. Start a new run instead.",
            most=number(MOST_CHANGES),
        )
    elif isinstance(problem.value, int):
        return gettext("No epoch is left in which a setting could change.")
    else:
        told = gettext("This change during the run cannot be used: {value}.", value=value)
    return paragraph([told, details.expected(problem.expected)])


def _missing(problem: MissingPackageError) -> str:
    """That a package is not installed, and the two ways to get what needs it."""
    here = gettext(
        "The package {package} is not installed on this server. To add it, run `python -m pip install -r {file}` there.",
        package=problem.package,
        file=problem.requirements,
    )
    return paragraph([here, gettext("Or download the network and convert it on your own computer; the README says how.")])


def _limit_error(problem: LimitError) -> str:
    value, allowed = number(problem.value), number(problem.allowed)
    match problem.what:
        case "rows":
            return gettext("There are {value} sentences. This server allows {allowed}.", value=value, allowed=allowed)
        case "words":
            return gettext("The longest sentence has {value} words. This server allows {allowed}.", value=value, allowed=allowed)
        case "characters":
            return gettext(
                "The longest sentence has {value} characters. This server allows {allowed}.", value=value, allowed=allowed
            )
        case "splitting_seconds":
            return gettext(
                "Splitting these sentences into words would take about {value} seconds. This server allows {allowed}. "
                "Use fewer sentences, or split at spaces.",
                value=value,
                allowed=allowed,
            )
        case "labels":
            return gettext(
                "There are {value} different labels. This server allows {allowed}. Import the sentences again with fewer labels.",
                value=value,
                allowed=allowed,
            )
        case "hidden_size":
            return gettext(
                "The network would have {value} hidden units. This server allows {allowed}.", value=value, allowed=allowed
            )
        case "parameters":
            return gettext(
                "The network would have {value} parameters. This server allows {allowed}. Use fewer hidden units or fewer words.",
                value=value,
                allowed=allowed,
            )
        case "epochs":
            return gettext("The run would have {value} epochs. This server allows {allowed}.", value=value, allowed=allowed)
        case "run_bytes":
            return gettext(
                "The records of this run would need {value} bytes. This server allows {allowed}. Use fewer epochs or hidden units.",
                value=value,
                allowed=allowed,
            )
        case "sweep_runs":
            return gettext(
                "Your sweeps would have {value} runs together. This server allows {allowed} for each visitor. Use fewer values or seeds, "
                "or sweep on your own computer from the command line.",
                value=value,
                allowed=allowed,
            )
        case "sweep_seconds":
            return gettext(
                "Your sweeps have used {value} seconds of training time. This server allows each visitor {allowed} seconds. Sweep on your own "
                "computer from the command line.",
                value=value,
                allowed=allowed,
            )
        case "visitors":
            return gettext(
                "This server is full. It serves up to {allowed} people at a time. Try again in a few minutes.", allowed=allowed
            )
        case "places":
            return gettext("Too many of your runs are still active. Wait until one has ended, then try again.")
        case _:
            return gettext("{value} is over the limit of this server, {allowed}.", value=value, allowed=allowed)


def _results_error(problem: ResultsFileError) -> str:
    detail = plain(problem.detail)
    match problem.reason:
        case "too_large":
            return gettext("This table is too large: {detail}.", detail=detail)
        case "damaged":
            return gettext("This table has a value that cannot be right: {detail}.", detail=detail)
        case "not_results" | "other_settings" | "other_runs" | "other_path":
            return gettext("This is not a table of the results of a sweep, as this page and the command line write it.")


def _dataset_error(problem: DatasetError, sentence: str | None) -> str:
    detail = details.detail(problem.detail)
    where = gettext("The file") if problem.row is None else at_row(problem.row, sentence)
    line = where if problem.line is None else gettext("Line {line}", line=number(problem.line))
    match problem.reason:
        case "too_large":
            return gettext("This is too large: {detail}.", detail=detail)
        case "workbook":
            return gettext(
                "This is a workbook (or an archive), not a text file. Save the sheet as “CSV UTF-8” and import that file. Or select the rows, "
                "copy them, and paste them here under “Pasted lines”."
            )
        case "not_text" if problem.row is not None:
            return gettext("{row} contains a character that cannot be used. Write the sentence again.", row=where)
        case "not_text":
            return gettext("The file cannot be read as text: {detail}. Save it as CSV UTF-8 and try again.", detail=detail)
        case "empty_file":
            return gettext("The file is empty.")
        case "bad_header":
            return gettext(
                "The first line must name the columns text,label,split. It is: {detail}.", detail=plain(problem.detail)
            )
        case "bad_json":
            return gettext("{line} cannot be read as JSON: {detail}.", line=line, detail=detail)
        case "bad_data_py":
            return gettext(
                "{line} cannot be read as the guide's data.py: {detail}. The file has two dicts, one for training and one for the test. Each "
                "entry is a sentence in quotes, a colon, and True or False.",
                line=line,
                detail=detail,
            )
        case "too_many_rows":
            return gettext("There are too many sentences: {detail}.", detail=detail)
        case "too_many_columns":
            return gettext("{line} has too many columns: {detail}.", line=line, detail=detail)
        case "line_too_long":
            return gettext("{line} is too long: {detail}.", line=line, detail=detail)
        case "cell_too_long":
            return gettext("{row} has a cell that is too long: {detail}.", row=where, detail=detail)
        case "too_many_characters":
            return gettext("{row} has too many characters: {detail}. Shorten it.", row=where, detail=detail)
        case "wrong_number_of_cells":
            return gettext(
                "{line} has more cells than there are columns: {detail}. Many other rows do too. Put a sentence that contains the delimiter "
                "in double quotes. If the file uses another delimiter, choose it in the import options.",
                line=line,
                detail=detail,
            )
        case "unknown_label":
            return gettext(
                "{row} has the label “{label}”. A label is one line of at most {most} characters.",
                row=where,
                label=plain(problem.detail),
                most=number(LABEL_LENGTH),
            )
        case "too_few_to_split":
            return gettext(
                "With so few sentences ({detail}), this fraction leaves none for the test. Use a larger fraction, or add sentences.",
                detail=detail,
            )
        case "unknown_split":
            return gettext("{row} has the split “{split}”. Use train or test.", row=where, split=plain(problem.detail))
        case "empty_text":
            return gettext("There are no words to read.")
        case "too_long":
            return gettext("{row} has more words than this server allows.", row=where)
        case "nothing_known":
            return gettext("No word is known, and unknown words are skipped. Nothing is left to read.")
        case _ if problem.reason in _FAULTS:
            words = tuple(problem.detail.split(", ")) if problem.reason == "unseen_word" else ()
            return fault(Fault(problem.reason, problem.row, words=words))  # type: ignore[arg-type]  # a reason that is a fault
        case _:
            return gettext("{row} cannot be used: {reason}.", row=where, reason=plain(problem.reason.replace("_", " ")))


def _why(problem: RnnCoreError) -> str:
    things: dict[type[RnnCoreError], str] = {LinkError: "link", ExperimentFileError: "file", ModelFileError: "model"}
    thing = things.get(type(problem))
    if isinstance(problem, LimitError):
        return paragraph([gettext("This experiment is larger than this server allows."), error(problem)])
    if isinstance(problem, TensorFileError):
        return outside.refused(problem)
    if isinstance(problem, (VectorFileError, AbsentVectorsError)):
        return error(problem)
    if thing is None:
        return paragraph([gettext("It cannot be used."), error(problem)])
    detail = details.detail(getattr(problem, "detail", ""))
    match getattr(problem, "reason", ""):
        case "damaged":
            return gettext("This link is damaged: some of its letters have changed. Ask for it again.")
        case "truncated":
            return gettext("This link is incomplete: its end is missing. Ask for it again, or for the experiment as a file.")
        case "newer_version":
            return _NEWER[thing]
        case "too_long" | "too_large":
            return gettext("It is too large: {detail}.", detail=detail)
        case "other_sentences":
            return _CHANGED[thing]
        case "over_limits":
            return gettext("This network is larger than this server allows: {detail}.", detail=detail)
        case "not_finite":
            return gettext("This network cannot be used: one of its parameters is not a finite number.")
        case "not_an_experiment":
            return gettext("It does not contain an experiment: {detail}.", detail=detail)
        case _:
            return _FOREIGN[thing]
