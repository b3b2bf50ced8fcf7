"""What is wrong with data, settings, links and files: what happened, where, and what to do."""

from __future__ import annotations

from rnn_core import ConfigError, DatasetError, Fault, UnknownWordError
from rnn_core.config import MOST_CHANGES
from rnn_core.data.dataset import LABEL_LENGTH
from rnn_core.errors import ExperimentFileError, LimitError, LinkError, ModelFileError, RnnCoreError, shorten
from ui.messages.faults import fault, row_with
from ui.messages.formatting import listed, number, plain, setting
from ui.messages.names import FIELDS


def error(problem: RnnCoreError, sentence: str | None = None) -> str:
    """What happened, where, and what to do. sentence: the one of the row that a DatasetError names."""
    if isinstance(problem, DatasetError):
        return _dataset_error(problem, sentence)
    if isinstance(problem, ConfigError):
        if problem.field == "changes":
            return _change_error(problem)
        name = FIELDS.get(problem.field, plain(problem.field))
        return f"{name}: {plain(shorten(str(problem.value)))} is not possible. It must be {problem.expected}."
    if isinstance(problem, LimitError):
        return _limit_error(problem)
    if isinstance(problem, UnknownWordError):
        return f"The network has never read {listed(problem.words)}."
    return plain(str(problem))


def _change_error(problem: ConfigError) -> str:
    if isinstance(problem.value, (tuple, list)) and len(problem.value) > MOST_CHANGES:
        return f"A run keeps up to {number(MOST_CHANGES)} changes of its settings, and this one has as many. Start over with what you want."
    if isinstance(problem.value, int):
        return "There is no epoch left for which a setting could be changed."
    return f"A change on the way cannot be used: {plain(shorten(str(problem.value)))}. It must be {problem.expected}."


def refused(name: str, value: object, allowed: str, kept: float | str) -> str:
    """That a setting's value is refused, what may be entered, and what stays in its place."""
    if value is None:
        return f"{FIELDS[name]} is empty. It stays {setting(kept)}."
    return f"{FIELDS[name]} cannot be {plain(shorten(str(value), 24))}. {allowed} It stays {setting(kept)}."


def _limit_error(problem: LimitError) -> str:
    value, allowed = number(problem.value), number(problem.allowed)
    match problem.what:
        case "rows":
            return f"There are {value} sentences; this server takes up to {allowed}."
        case "words":
            return f"The longest sentence has {value} words; this server takes up to {allowed}."
        case "characters":
            return f"The longest sentence has {value} characters; this server takes up to {allowed}."
        case "splitting_seconds":
            return (
                f"Splitting these sentences into words by these rules would take about {value} seconds; this server allows {allowed}. "
                "Take fewer sentences, or split at spaces."
            )
        case "labels":
            return (
                f"There are {value} different labels; this server takes up to {allowed}. Import the sentences again, with fewer."
            )
        case "hidden_size":
            return f"{value} hidden units are more than the {allowed} that this server allows."
        case "parameters":
            return f"The network would have {value} parameters; this server allows {allowed}. Fewer hidden units or words help."
        case "epochs":
            return f"{value} epochs are more than the {allowed} that this server allows."
        case "run_bytes":
            return f"The records of this run would take {value} bytes; this server allows {allowed}. Fewer epochs or hidden units help."
        case "visitors":
            return f"This server is full: it takes up to {allowed} people at a time. Try again in a few minutes."
        case "places":
            return "Too many of your runs are still at work. Wait a moment until they have ended, then try again."
        case _:
            return f"{value} is more than the {allowed} that this server allows."


def _dataset_error(problem: DatasetError, sentence: str | None) -> str:
    detail = plain(problem.detail)
    where = f"Row {row_with(problem.row, sentence)}" if problem.row is not None else "The file"
    line = f"Line {problem.line}" if problem.line is not None else where
    match problem.reason:
        case "too_large":
            return f"This is too large: {detail}."
        case "workbook":
            return (
                "This is a workbook (or an archive), not a text file. In the spreadsheet program, save the sheet as “CSV UTF-8” and bring "
                "that file; or select the rows, copy them, and paste them here under “Pasted lines”."
            )
        case "not_text" if problem.row is not None:
            return f"{where} holds a character that is no text. Write it anew."
        case "not_text":
            return f"The file cannot be read as text: {detail}. Save it as CSV UTF-8 and try again."
        case "empty_file":
            return "There is nothing to read."
        case "bad_header":
            return f"The first line must name the columns text,label,split. It reads: {detail}."
        case "bad_json":
            return f"{line} cannot be read as JSON: {detail}."
        case "bad_data_py":
            return (
                f"{line} cannot be read as the guide's data.py: {detail}. Its two dicts, one for training and one for testing, "
                "hold a sentence in quotes, a colon, and True or False."
            )
        case "too_many_rows":
            return f"There are too many sentences: {detail}."
        case "too_many_columns":
            return f"{line} has too many columns: {detail}."
        case "line_too_long":
            return f"{line} is too long: {detail}."
        case "cell_too_long":
            return f"{where} has a cell that is too long: {detail}."
        case "too_many_characters":
            return f"{where} has too many characters: {detail}. Shorten it."
        case "wrong_number_of_cells":
            return (
                f"{line} has more cells than there are columns: {detail}. So do many other rows. A sentence that holds the delimiter "
                "must stand in double quotes. If something else stands between the cells, choose it in the import options."
            )
        case "unknown_label":
            return f"{where} has the label “{detail}”. A label is one line of at most {LABEL_LENGTH} characters."
        case "too_few_to_split":
            return f"Of so few sentences ({detail}), this share leaves none for the test. Ask for more, or add sentences."
        case "unknown_split":
            return f"{where} has the split “{detail}”. Use train or test."
        case "empty_text":
            return "There is no word to read."
        case "too_long":
            return f"{where} has more words than this server takes."
        case "nothing_known":
            return "No word of it is known, and unknown words are skipped: nothing is left to read."
        case _:
            kinds = ("no_label", "one_class", "no_training_rows", "unseen_word", "unseen_label")
            if problem.reason in kinds:
                words = tuple(problem.detail.split(", ")) if problem.reason == "unseen_word" else ()
                return fault(Fault(problem.reason, problem.row, words=words))  # type: ignore[arg-type]
            return f"{where} cannot be used: {plain(problem.reason.replace('_', ' '))}."


def unusable(problem: RnnCoreError) -> str:
    """Why a link or a file from outside cannot be used, and that nothing is lost by it."""
    return f"{_why(problem)} Your sentences and settings are as they were."


def _why(problem: RnnCoreError) -> str:
    things: dict[type[RnnCoreError], str] = {LinkError: "link", ExperimentFileError: "file", ModelFileError: "model file"}
    thing = things.get(type(problem))
    if thing is None:
        prefix = "What it describes is more than this server allows." if isinstance(problem, LimitError) else "It cannot be used."
        return f"{prefix} {error(problem)}"
    match getattr(problem, "reason", ""):
        case "damaged":
            return "This link is damaged: some of its letters have changed on the way. Ask for it once more."
        case "truncated":
            return "This link breaks off: its end was lost on the way. Ask for it once more, or for the experiment as a file."
        case "newer_version":
            return f"This {thing} was made by a newer version of the dashboard than this one."
        case "too_long" | "too_large":
            return f"This {thing} is larger than what is read here: {plain(getattr(problem, 'detail', ''))}."
        case "other_sentences":
            return f"This {thing} names sentences that have changed since it was made."
        case "over_limits":
            return f"This network is larger than this server allows: {plain(getattr(problem, 'detail', ''))}."
        case "not_finite":
            return "This network is broken: it holds a number that is none."
        case "not_an_experiment":
            return f"This {thing} holds no experiment: {plain(getattr(problem, 'detail', ''))}."
        case _:
            return f"This is no {thing} of the dashboard, or it is damaged."
