"""The visitor's language: the one place where visible sentences and numbers get their form.

A sentence stands in the code in English, as a template with named fields; the other languages are gettext catalogs in locales/.
The language is a context variable, so that two visitors in one process each read their own. It is set whenever something is
drawn for a visitor.
"""

from __future__ import annotations

import gettext as catalogs
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.numbers import format_decimal, format_percent

LANGUAGES = {"en": "English", "zh": "简体中文"}
"""Language -> its name in itself. The first is the one that the code is written in."""
LOCALES = {"en": "en", "zh": "zh_Hans_CN"}
"""Language -> the name under which Babel knows how it writes numbers."""
TAGS = {"en": "en", "zh": "zh-Hans"}
"""Language -> the name under which browsers know it."""
SPACELESS = {"zh"}
"""Languages that put no space between sentences."""
FOLDER = Path(__file__).parent.parent / "locales"
DOMAIN = "unrolled"

_spoken: ContextVar[str] = ContextVar("language", default="en")


# ---------------------------------------------------------------------- which language


def spoken() -> str:
    """Return the language of what is drawn now, a key of LANGUAGES."""
    return _spoken.get()


def speak(language: str) -> None:
    """Word all that follows in this context in a language, a key of LANGUAGES."""
    _spoken.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Word what is drawn in this block in a language, a key of LANGUAGES."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def understood(asked: object) -> str | None:
    """Return the language that somebody asks for by a locale's name, such as zh-CN, en_US or zh; None if it is not one of ours."""
    if not isinstance(asked, str):
        return None
    language = re.split(r"[-_]", asked.strip().lower(), maxsplit=1)[0]
    return language if language in LANGUAGES else None


# ---------------------------------------------------------------------- sentences


def gettext(message: str, /, **fields: object) -> str:
    """Return a sentence in the visitor's language, with its fields filled in. message: the sentence in English, a literal."""
    return _filled(_catalog(spoken()).gettext(message), fields)


def ngettext(one: str, many: str, count: float, /, **fields: object) -> str:
    """Return the form of a sentence that goes with a count. The field {count} is the count with its thousands grouped."""
    return _filled(_catalog(spoken()).ngettext(one, many, round(count)), {"count": number(count), **fields})


def pgettext(context: str, message: str, /, **fields: object) -> str:
    """Return a sentence whose English has several meanings. context: which of them is meant; it is never shown."""
    return _filled(_catalog(spoken()).pgettext(context, message), fields)


def paragraph(sentences: Iterable[str]) -> str:
    """Return whole sentences after one another, with a space between them where the language has one.

    A sentence that ends in bold always gets one: Markdown would not close the bold after a full stop.
    """
    text = ""
    for sentence in sentences:
        spaced = spoken() not in SPACELESS or text.endswith("**")
        text += f" {sentence}" if text and spaced else sentence
    return text


def mark(message: str) -> str:
    """Return a sentence as it is: it goes into the catalogs here and is worded later."""
    return message


class Texts(Mapping[str, str]):
    """Sentences by id, each worded when it is looked up. Write them with mark(), so that they go into the catalogs."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    def __getitem__(self, key: str) -> str:
        return gettext(self._texts[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def _filled(template: str, fields: Mapping[str, object]) -> str:
    return template.format_map(fields)


@cache
def _catalog(language: str) -> catalogs.NullTranslations:
    return catalogs.translation(DOMAIN, FOLDER, [language], fallback=True)


# ---------------------------------------------------------------------- numbers


def number(value: float) -> str:
    """Return a count with its thousands grouped."""
    return format_decimal(round(value), locale=LOCALES[spoken()])


def percent(share: float, least: int = 0, most: int = 1) -> str:
    """Return a share in percent with at least so many decimals. Only none and all are 0% and 100%; next to them there are more decimals."""
    for decimals in range(least, most + 1):
        text = f"{100 * share:.{decimals}f}"
        if share in (0.0, 1.0) or float(text) not in (0.0, 100.0):
            return _percent(float(text) / 100, decimals)
    if share < 0.5:
        return gettext("under {share}", share=_percent(10.0**-most / 100, most))
    return gettext("over {share}", share=_percent(1 - 10.0**-most / 100, most))


def _percent(share: float, decimals: int) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + "%"
    return format_percent(share, format=pattern, locale=LOCALES[spoken()])
