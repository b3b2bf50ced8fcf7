"""What visitors read is in the catalogs, in every language, and two of them at once do not hear each other's."""

from __future__ import annotations

import ast
import contextvars
import io
import re
import string
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ui import language
from ui.language import LANGUAGES, Texts, gettext, mark, ngettext, number, paragraph, percent, pgettext, speaking, understood

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")])
OTHERS = [name for name in LANGUAGES if name != "en"]
KEYWORDS = {"gettext": None, "mark": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
WORDED = set(KEYWORDS)


# ---------------------------------------------------------------------- the sources


def _docstrings(tree: ast.Module) -> set[ast.Constant]:
    """Every text that stands alone as a statement."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _unseen(node: ast.AST) -> bool:
    """Whether the texts in a node are read by nobody or are worded by it."""
    if isinstance(node, ast.Raise):
        return True
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(re.fullmatch(r"_?[A-Z_]*(JS|CSS|HTML|SVG|DIALECT|TEMPLATE|PATTERN)", _name(target)) for target in targets)
    if isinstance(node, ast.Call):
        name = _name(node.func)
        on = _name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        return name in WORDED or on in {"log", "_log", "logging", "re"}
    return False


def _texts(node: ast.AST, docstrings: set[ast.Constant]) -> Iterator[tuple[int, str]]:
    """Each text of a node that is not worded, with its line; of one with fields, what stands between them."""
    if _unseen(node) or node in docstrings:
        return
    if isinstance(node, ast.JoinedStr):
        yield node.lineno, "{}".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _texts(part.value, docstrings)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
        return
    if isinstance(node, ast.arg) or (isinstance(node, ast.Subscript) and _name(node.value) == "Literal"):
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, docstrings)


SENTENCE = re.compile(r"[A-Za-z]{2,}[,.:;]? +(\{\} ?)*[A-Za-z]{2,}|^\W*[A-Z][a-z]{2,}\b")
"""Two words, or one that begins with a capital letter."""
NOT_SHOWN = re.compile(
    r"^(:material/|http|image/|text/|application/|[\w-]+:)|^[a-z_]+(-[a-z_]+)*$|rgba?\(|^[MZLAHVC\d. -]+$|max-age|%\{|</?[a-z]"
    r"|[{;] ?[a-z-]+:|@media|^(top|middle|bottom) (left|center|right)$|^(clipping|recurrent_gradient|cell) [a-z_]+$"
)
"""Icons, addresses, types, ids, colors, paths, styles, and what a program reads."""
SAME_EVERYWHERE = {"--- Epoch ", "Unrolled", " · Unrolled", "Language 语言", "English"}
EXAMPLES = {
    "i am not bad",
    "i am not at all bad",
    "This was not at all BAD, earlier!",
    "i am not at all bad\tpositive\nthis was sad\tnegative",
    "d_h = self.Whh @ temp",
    "negative, positive",
    "Keras",
    'np.savez("mine.npz", h=h, dh=dh, da=da, dW_hh=dW_hh, clipped_dW_hh=np.clip(dW_hh, -c, c))',
    "python -m rnn_core vectors cut glove.txt --data my.csv --out small.npz",
}
IDS = {
    "Mobi", "User-Agent", "Answer", "Result", "Config", "Run ", "printed else", "bag of words", "flow map", "h of lstm", "kept run",
    "labels of words", "scaled flow", "most clipped", "unknown words", "without markup", "too long", "a network from a file has no experiment",
}  # fmt: skip
"""Names of columns, of choices and of results that are remembered, and what the browser or a type is called."""
CORES_OWN = {"details.py"}
"""Words the details that the core's errors carry: its keys are their text."""


def test_no_sentence_that_a_visitor_reads_is_outside_the_catalogs() -> None:
    found = []
    for path in SOURCES:
        if path.name in CORES_OWN or (
            "server" in path.parts and path.name in {"log.py", "headers.py", "gate.py", "streamlit_page.py", "process.py"}
        ):
            continue
        tree = ast.parse(path.read_text())
        for line, text in _texts(tree, _docstrings(tree)):
            if SENTENCE.search(text) and not NOT_SHOWN.search(text) and text not in SAME_EVERYWHERE | EXAMPLES | IDS:
                found.append(f"{path.relative_to(ROOT)}:{line}: {text[:100]!r}")
    assert not found, "\n".join(found)


LABELED = {"label", "help", "placeholder", "alt", "title", "caption"}


def test_no_label_of_a_widget_or_an_axis_is_outside_the_catalogs() -> None:
    """One small word is no sentence, and is read all the same."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            drawn = isinstance(node.func, ast.Attribute) and _name(node.func.value) == "st"
            axis = "figures" in path.parts and _name(node.func) in {
                "frame",
                "line",
                "add_scatter",
                "add_bar",
                "add_heatmap",
                "update_layout",
            }
            said = node.args[:1] if drawn else []
            said += [word.value for word in node.keywords if word.arg in (LABELED | ({"x", "y", "name"} if axis else set()))]
            for value in said:
                text = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
                if text in SAME_EVERYWHERE | EXAMPLES:
                    continue
                if re.search(r"[A-Za-z]{3,}", text) and (
                    not NOT_SHOWN.search(text.replace(" ", "")) or (axis and text.isalpha())
                ):
                    found.append(f"{path.relative_to(ROOT)}:{value.lineno}: {text[:80]!r}")
    assert not found, "\n".join(found)


def test_what_is_worded_is_a_literal_with_plain_fields() -> None:
    found = []
    for path in SOURCES:
        if path.name == "language.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) in WORDED:
                texts = node.args[: 1 if _name(node.func) in {"gettext", "mark"} else 2]
                if not all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: no literal")
                    continue
                given = {word.arg for word in node.keywords} | ({"count"} if _name(node.func) == "ngettext" else set())
                for text in texts[1:] if _name(node.func) == "pgettext" else texts:
                    wanted = fields(text.value)  # type: ignore[attr-defined]
                    if _name(node.func) != "mark" and wanted - {"count"} != given - {"count"} and None not in given:
                        found.append(
                            f"{path.relative_to(ROOT)}:{node.lineno}: {sorted(wanted)} in the text, {sorted(map(str, given))} given"
                        )
    assert not found, "\n".join(found)


def test_nothing_is_worded_inside_an_f_string() -> None:
    """The program that fills the catalogs does not look there."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in SOURCES
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and _name(call.func) in WORDED
    ]
    assert not found, found


# ---------------------------------------------------------------------- the catalogs


def fields(template: str) -> set[str]:
    """The names of a template's fields; each is a plain name, which reaches into nothing."""
    names = {name for _, name, spec, conversion in string.Formatter().parse(template) if name is not None}
    assert all(name.isidentifier() for name in names), template
    return names


def extracted() -> Catalog:
    """What the sources say."""
    catalog = Catalog()
    for folder in ("ui", "pages"):
        for name, line, message, _, context in extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS):
            catalog.add(message, locations=[(name, line)], context=context)
    return catalog


def of(name: str) -> Catalog:
    with (language.FOLDER / name / "LC_MESSAGES" / "unrolled.po").open("rb") as file:
        return read_po(file, locale=language.LOCALES[name])


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string
    return (string or "",) if isinstance(string, str) or string is None else tuple(text or "" for text in string)


@pytest.mark.parametrize("name", OTHERS)
def test_every_sentence_is_translated_and_has_the_same_fields(name: str) -> None:
    catalog = of(name)
    found = []
    for message in extracted():
        if not message.id:
            continue
        there = catalog.get(_ids(message)[0], message.context)
        if there is None or there.fuzzy or not all(_strings(there)):
            found.append(f"missing: {_ids(message)[0]!r}")
            continue
        wanted = fields(_ids(message)[-1])
        found += [f"fields: {_ids(message)[0]!r}" for text in _strings(there) if fields(text) != wanted]
    assert not found, f"{len(found)}:\n" + "\n".join(found)


@pytest.mark.parametrize("name", OTHERS)
def test_no_sentence_is_translated_that_nothing_says(name: str) -> None:
    said = extracted()
    assert [_ids(message)[0] for message in of(name) if message.id and said.get(_ids(message)[0], message.context) is None] == []


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_read_was_compiled_from_what_translators_write(name: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, of(name))
    there = (language.FOLDER / name / "LC_MESSAGES" / "unrolled.mo").read_bytes()
    assert there == compiled.getvalue(), "run make catalogs"


@pytest.mark.parametrize("name", OTHERS)
def test_chinese_has_its_own_punctuation_and_no_english_sentence(name: str) -> None:
    """What is the same in both languages is a symbol or a name."""
    found = []
    for message in of(name):
        for text in _strings(message) if message.id else ():
            if re.search(r"[\u4e00-\u9fff][,;?!](?!\w)", text) or re.search(r"[\u4e00-\u9fff]\.(\s|$)", text):
                found.append(f"punctuation: {text}")
            parts = text.split("**")  # every other one is bold
            if any(
                re.search(r"[。：？！，；）”]$", bold) and re.match(r"[\w{]", after)
                for bold, after in zip(parts[1::2], parts[2::2], strict=False)
            ):
                found.append(f"bold that Markdown does not close: {text}")
            if not re.search(r"[\u4e00-\u9fff]", text) and re.search(r"[A-Za-z]{3,} [a-z]{3,}", re.sub(r"\{\w+\}", "", text)):
                found.append(f"English: {text}")
    assert not found, "\n".join(found)


# ---------------------------------------------------------------------- the mechanism


def test_a_language_is_understood_by_any_name_of_its_locale() -> None:
    assert [understood(name) for name in ("zh-CN", "zh_Hans_CN", "ZH", "en-US", "en")] == ["zh", "zh", "zh", "en", "en"]
    assert [understood(name) for name in ("fr-FR", "", None, 7, "zhx", "../zh")] == [None] * 6


def test_numbers_take_the_form_of_the_language() -> None:
    assert [number(1234567), number(12.6), number(-1234)] == ["1,234,567", "13", "-1,234"]
    assert [percent(0.953), percent(1.0), percent(0.9996), percent(0.0004)] == ["95%", "100%", "over 99.9%", "under 0.1%"]


def test_a_strangers_braces_are_no_fields() -> None:
    assert gettext("{text}", text="{text.__class__} {0}") == "{text.__class__} {0}"


def test_texts_are_worded_when_they_are_looked_up() -> None:
    texts = Texts({"seed": mark("Seed")})
    with speaking("en"):
        english = texts["seed"]
    with speaking("zh"):
        chinese = texts["seed"]
    assert english == "Seed"
    assert chinese == "随机种子"


def test_a_count_takes_the_form_that_goes_with_it() -> None:
    assert [ngettext("{count} epoch", "{count} epochs", count) for count in (0, 1, 1000)] == [
        "0 epochs",
        "1 epoch",
        "1,000 epochs",
    ]
    with speaking("zh"):
        assert ngettext("{count} epoch", "{count} epochs", 1000) == "1,000 轮"


def test_a_paragraph_has_the_spaces_of_its_language() -> None:
    assert paragraph(["One.", "Two."]) == "One. Two."
    with speaking("zh"):
        assert paragraph(["一。", "二。"]) == "一。二。"
        assert paragraph(["**一。**", "二。"]) == "**一。** 二。"


def test_two_threads_speak_two_languages_at_once() -> None:
    heard: dict[str, list[str]] = {}
    together = Barrier(len(LANGUAGES))

    def visit(name: str) -> None:
        with speaking(name):
            together.wait()
            heard[name] = [gettext("Pause") for _ in range(100)]

    threads = [Thread(target=contextvars.Context().run, args=(visit, name)) for name in LANGUAGES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(heard["en"]) == {"Pause"}
    assert set(heard["zh"]) == {"暂停"}


def test_one_english_word_with_two_meanings_has_a_context() -> None:
    assert pgettext("a test's own", "Seed") == "Seed"
