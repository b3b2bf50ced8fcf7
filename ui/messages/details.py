"""What the core says in English about a refused value or file, in the visitor's language. What is not known here is shown as it is."""

from __future__ import annotations

import re

from rnn_core.domains import Choice, Real, Switch, Whole
from ui.language import gettext, number
from ui.messages.formatting import joined, plain
from ui.messages.names import CHOICES

_NUMBER = re.compile(r"\d[\d,]*")
_TWICE = "a word occurs twice: "
_KINDS = {"HDF5, as Keras writes it": "HDF5", "GGUF": "GGUF", "perhaps ONNX": "ONNX", "a Keras file": "Keras"}


def expected(what: object) -> str:
    """What a setting must be, as a sentence. what: its domain, or the core's own words."""
    match what:
        case Whole(low, high):
            return gettext("It must be a whole number from {low} to {high}.", low=number(low), high=number(high))
        case Choice(options):
            return gettext("It must be one of these: {choices}.", choices=joined(CHOICES.get(name, name) for name in options))
        case Switch():
            return gettext("It must be on or off.")
        case Real():
            return _real(what)
    text = str(what)
    numbers = _NUMBER.findall(text)
    match _NUMBER.sub("#", text):
        case "at most #: these settings give no more different sentences":
            return gettext("These settings give at most {most} different sentences.", most=numbers[0])
        case "an even number: sentences come in pairs":
            return gettext("It must be even, because sentences come in pairs.")
        case "at most the longest, #":
            return gettext("It must be at most the longest, {most}.", most=numbers[0])
        case "unused: the sentences have no word vectors":
            return gettext(
                "The sentences have no word vectors. Upload some on the Hyperparameters page, or choose “not used” there."
            )
        case "#, the length of the word vectors":
            return gettext("It must be {most}, as many numbers as the word vectors have.", most=numbers[0])
        case "exact: the guide prints a rule for the vanilla cell alone":
            return gettext("The guide prints a gradient formula for the vanilla RNN only.")
    return gettext("It must be {expected}.", expected=text)


def _real(domain: Real) -> str:
    low, high = f"{domain.low:g}", f"{domain.high:g}"
    match (low, high, domain.includes_low):
        case ("-inf", _, _):
            return gettext("It must be a number.")
        case (_, "inf", True):
            return gettext("It must be {low} or more.", low=low)
        case (_, "inf", False):
            return gettext("It must be more than {low}.", low=low)
        case (_, _, True):
            return gettext("It must be from {low} to {high}.", low=low, high=high)
        case _:
            return gettext("It must be more than {low} and at most {high}.", low=low, high=high)


def detail(text: str) -> str:
    """What is too large or cannot be read in a file, as a part of a sentence."""
    numbers = dict(zip(("value", "most"), _NUMBER.findall(text), strict=False))
    match _NUMBER.sub("#", text):
        case "# bytes, at most #":
            return gettext("{value} bytes; the limit is {most}", **numbers)
        case "# bytes, at most # for a data.py":
            return gettext("{value} bytes; the limit for a data.py is {most}", **numbers)
        case "# characters, at most #":
            return gettext("{value} characters; the limit is {most}", **numbers)
        case "#, at most #":
            return gettext("{value}; the limit is {most}", **numbers)
        case "at most # characters":
            return gettext("the limit is {value} characters", **numbers)
        case "at most # bytes":
            return gettext("the limit is {value} bytes", **numbers)
        case "at most #":
            return gettext("the limit is {value}", **numbers)
        case "more than #":
            return gettext("more than {value}", **numbers)
        case "# instead of #":
            return gettext("{value} instead of {most}", **numbers)
        case "# parameters, at most #":
            return gettext("{value} parameters; the limit is {most}", **numbers)
        case "# parameters, # hidden units":
            return gettext("{value} parameters, {most} hidden units", **numbers)
        case "it holds a NUL or half a character" | "it holds NUL bytes" | "it holds too many control characters":
            return gettext("it contains bytes that are not text")
        case "it does not say that it is one":
            return gettext("it does not contain the name of its format")
        case "neither an object in braces nor a list":
            return gettext("it is neither an object in braces nor a list")
        case "more than one value in a line":
            return gettext("there is more than one value in a line")
        case "no comma and no end after this object":
            return gettext("a comma or the end is missing after this object")
        case "something follows the end of the array":
            return gettext("there is something after the end of the array")
        case "nested too deeply":
            return gettext("it is nested too deeply")
        case "it is not UTF-#":
            return gettext("it is not valid UTF-8")
        case "it is neither JSON nor one word in a line":
            return gettext("it is neither JSON nor a file with one word per line")
        case "its ids are not #, #, # and so on, each once":
            return gettext("it must use each of the ids 0, 1, 2 and so on exactly once")
        case "it is not a list of words":
            return gettext("it does not contain a list of words")
        case "entry # (from #) is not a word":
            return gettext("entry {value}, counted from 0, is not a word", **numbers)
        case _ if text.startswith(_TWICE):
            return gettext("“{word}” occurs twice", word=plain(text.removeprefix(_TWICE)))
        case "not 'a sentence': True or False":
            return gettext("this is not 'a sentence': True or False")
        case "neither train_data = {…} nor test_data = {…} in it":
            return gettext("it contains neither train_data = {{…}} nor test_data = {{…}}")
        case "neither train_data = {…} nor test_data = {…}, once":
            return gettext("it may contain only train_data = {{…}} and test_data = {{…}}, each once")
    return plain(text)


def kind_of_file(text: str) -> str | None:
    """The name of the kind of a file that is not read; None if it is not known."""
    return _KINDS.get(text)
