"""Bringing sentences: whatever a file is like, it is understood or can be put right, seen before it is taken, and refused whole."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from rnn_core import Dataset, DatasetError, Example, Limits, TextRules, presets
from rnn_core.data.formats import PARTS, Part, ReadAs, Table, read_table
from tests.ui.visitor import Visitor, serve
from ui.session.incoming import Incoming

GUIDE = presets.guide_dataset()
KEPT = " Your sentences are unchanged."

TEN = """\
i love this film\tpositive\ttrain
what a lovely day\tpositive\ttrain
this was a good film\tpositive\ttrain
i am so happy\tpositive\ttrain
i hate this film\tnegative\ttrain
what an awful day\tnegative\ttrain
this was a bad film\tnegative\ttrain
i am so sad\tnegative\ttrain
i love this film\tpositive\ttest
i am so sad\tnegative\ttest
"""
"""The two test sentences are trained on too."""
OF_TEN = tuple(Example(*line.split("\t")) for line in TEN.splitlines())  # type: ignore[arg-type]

SUNNY = (
    Example("sunny day", "positive", "train"),
    Example("rainy day", "negative", "train"),
    Example("day", "positive", "test"),
)


@pytest.fixture
def room(visitor: Visitor) -> Visitor:
    return visitor.open("dataset")


def confirm(visitor: Visitor) -> Visitor:
    """Press whatever button takes the sentences over."""
    (button,) = [label for label in visitor.buttons if label.startswith(("Replace the sentences with", "Add "))]
    return visitor.press(button)


def offered(visitor: Visitor) -> list[tuple[Any, ...]]:
    """The first of the sentences in the preview, a missing label as None."""
    (table,) = visitor.tables("text")
    return [tuple(row) for row in table.astype(object).where(table.notna(), None).itertuples(index=False)]


# ---------------------------------------------------------------------- from the paste to the repair and back


def test_ten_pasted_sentences_are_seen_confirmed_repaired_and_undone(room: Visitor) -> None:
    room.paste(TEN)
    assert "10 rows read (lines of text)." in room.captions
    assert "**After the import:** 8 training and 2 test sentences, vocabulary of 18 words." in room.markdown
    (leak,) = room.warnings
    assert leak.startswith(
        "**In training and in the test: 2**\n\n- Row 9 (“i love this film”) and row 1 are the same: one is for training"
    )
    assert "- Row 10 (“" in leak
    assert offered(room) == [tuple(example) for example in OF_TEN]
    assert room.session.workspace.dataset == GUIDE
    room.press("Replace the sentences with these 10")
    assert room.session.workspace.dataset == Dataset(OF_TEN)
    assert list(room.app.data_editor[0].value["text"]) == [example.text for example in OF_TEN]
    assert room.markdown[0] == "8 training and 2 test sentences, vocabulary of 18 words."
    room.press("Remove them from the test set (2)")
    assert room.session.workspace.dataset == Dataset(OF_TEN[:8])
    assert not room.warnings
    room.press("Undo")
    assert room.session.workspace.dataset == Dataset(OF_TEN)
    room.press("Undo")
    assert room.session.workspace.dataset == GUIDE
    assert "Undo" not in room.buttons


def test_once_taken_over_what_was_brought_is_gone_from_the_room(room: Visitor) -> None:
    confirm(room.paste(TEN))
    assert room.app.text_area[0].value == ""
    assert not room.tables("text")
    assert room.session.inbox.incoming is None
    confirm(room.choose("Source", "file").upload(b"text,label\ngood,1\nbad,0\n"))
    assert room.session.inbox.incoming is None
    assert not room.tables("text")


def test_what_is_taken_away_again_is_forgotten(room: Visitor) -> None:
    room.paste(TEN).paste("")
    assert room.session.inbox.incoming is None
    assert not room.tables("text")
    assert room.session.workspace.dataset == GUIDE


def test_what_is_brought_is_parsed_once_however_often_the_page_is_drawn(room: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []

    def counted(*args: Any, **kwargs: Any) -> Any:
        parsed.append(kwargs)
        return read_table(*args, **kwargs)

    monkeypatch.setattr("ui.session.incoming.read_table", counted)
    room.paste(TEN)
    room.app.run()
    room.app.run()
    assert len(parsed) == 1
    room.paste(TEN + "one more\tpositive")
    assert len(parsed) == 2


def test_of_what_was_asked_of_a_table_the_first_and_the_last_readings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []

    def counted(*args: Any, **kwargs: Any) -> Any:
        parsed.append(kwargs["delimiter"])
        return read_table(*args, **kwargs)

    monkeypatch.setattr("ui.session.incoming.read_table", counted)
    incoming = Incoming(b"a;b,c\nd;e,f\n", "x.csv")
    for _ in range(3):
        for mark in (None, ";", ",", "|"):
            incoming.table(Limits(), ReadAs(delimiter=mark))
    assert parsed == [None, ";", ",", "|"]
    incoming.table(Limits(), ReadAs(delimiter="\t"))
    incoming.table(Limits())
    assert parsed[4:] == ["\t"]


# ---------------------------------------------------------------------- replace or append


def test_new_sentences_can_stand_beside_the_present_ones(room: Visitor) -> None:
    room.paste("sunny day\tpositive\nrainy day\tnegative").choose("Existing sentences", "add")
    assert "**After the import:** 60 training and 20 test sentences, vocabulary of 21 words." in room.markdown
    assert offered(room) == [tuple(example) for example in SUNNY[:2]]
    room.press("Add 2 sentences")
    assert room.session.workspace.dataset.examples == (*GUIDE.examples, *SUNNY[:2])
    room.press("Undo")
    assert room.session.workspace.dataset == GUIDE


def test_faults_that_come_of_adding_are_told_with_the_rows_that_there_would_be(room: Visitor) -> None:
    assert GUIDE.examples[40].label == "negative"
    room.paste(f"good\tpositive\n{GUIDE.examples[40].text}\tpositive")
    assert not [text for text in room.warnings if text.startswith(("**Repeated", "**Same"))]
    room.choose("Existing sentences", "add")
    assert GUIDE.examples[0].text == "good"
    assert "**Repeated**\n\nRow 79 (“good”) repeats row 1. It counts twice." in room.warnings
    (contradiction,) = [text for text in room.warnings if text.startswith("**Same sentence with different labels**")]
    assert f"Row 80 (“{GUIDE.examples[40].text}”) and row 41 are the same but have different labels" in contradiction


def test_new_sentences_are_under_the_present_text_rules(visitor: Visitor) -> None:
    visitor.session.workspace.replace_dataset(Dataset((), TextRules(splitting="characters", lowercase=False)))
    confirm(visitor.open("dataset").paste("这是 Gut\tpositive"))
    assert visitor.session.workspace.dataset.words == (("这", "是", "G", "u", "t"),)


# ---------------------------------------------------------------------- pasted lines


@pytest.mark.parametrize(
    ("text", "examples"),
    [
        ("good day\tjoy\nbad day\tneutral", [("good day", "joy", "train"), ("bad day", "neutral", "train")]),
        ("positive\tpositive\nnegative\tnegative", [("positive", "positive", "train"), ("negative", "negative", "train")]),
        ("positive\tgood day\nnegative\tbad day", [("good day", "positive", "train"), ("bad day", "negative", "train")]),
        ("good\tpositive\nbad\tnegative\ttest", [("good", "positive", "train"), ("bad", "negative", "test")]),
        ("good\n\n  bad day \n", [("good", None, "train"), ("bad day", None, "train")]),
        ("good, really\nbad, really", [("good, really", None, "train"), ("bad, really", None, "train")]),
        ("good\tpos\nbad\t😡\n", [("good", "pos", "train"), ("bad", "😡", "train")]),
    ],
)
def test_pasted_lines_are_sentence_label_split_whatever_they_look_like(
    room: Visitor, text: str, examples: list[tuple[str, str | None, str]]
) -> None:
    room.paste(text)
    assert offered(room) == examples
    confirm(room)
    assert list(room.session.workspace.dataset.examples) == examples


def test_lines_without_a_label_can_have_one_for_all_and_a_split_for_all(room: Visitor) -> None:
    room.paste("good\nvery good")
    assert room.choices["Label column"] == "none"
    confirm(room.choose("Label of all rows", "positive").choose("Split of all rows", "test"))
    assert room.session.workspace.dataset.examples == (
        Example("good", "positive", "test"),
        Example("very good", "positive", "test"),
    )


def test_rows_with_another_split_are_left_out_or_put_where_somebody_says(room: Visitor) -> None:
    room.paste("good\tpositive\t2020\nbad\tnegative\t2021\nfine\tpositive\ttrain")
    assert not any("2020" in error for error in room.errors)
    assert offered(room) == [("fine", "positive", "train")]
    (asked,) = [label for label in room.choices if label.startswith("Other splits")]
    assert asked == "Other splits (“2020”, “2021”): 2 rows"
    room.choose(asked, "test")
    assert [row[2] for row in offered(room)] == ["test", "test", "train"]
    room.choose("Split column", None)
    assert [row[2] for row in offered(room)] == ["train"] * 3


def test_rows_that_are_too_long_are_shortened_or_left_out(room: Visitor) -> None:
    room.upload(("text,label\na fine day,1\n" + "fine " * 600 + ",1\n" + "fine " * 2_100 + ",1\na dull day,0\n").encode())
    assert not room.errors
    assert room.choices["Too long: 2 rows"] == "keep the first 512 words"
    assert [len(row[0].split()) for row in offered(room)] == [3, 512, 512, 3]
    room.choose("Too long: 2 rows", "remove")
    assert [row[0] for row in offered(room)] == ["a fine day", "a dull day"]
    confirm(room)
    assert len(room.session.workspace.dataset.examples) == 2


def test_rows_without_a_label_can_be_left_out_in_the_preview_and_afterwards(room: Visitor) -> None:
    content = b"text,label\na fine day,positive\na dull day,negative\nso so,\nno idea,\n"
    room.upload(content)
    room.choose("Without a label: 2 rows", "remove")
    assert [row[1] for row in offered(room)] == ["positive", "negative"]
    room.choose("Without a label: 2 rows", "keep")
    confirm(room)
    assert [e.label for e in room.session.workspace.dataset.examples] == ["positive", "negative", None, None]
    room.press("Remove the rows without a label (2)")
    assert [e.label for e in room.session.workspace.dataset.examples] == ["positive", "negative"]


# ---------------------------------------------------------------------- files of all kinds


def csv(delimiter: str = ",", encoding: str = "utf-8", header: str = "text,label,split") -> bytes:
    lines = [header.replace(",", delimiter)] if header else []
    lines += [delimiter.join(example) for example in SUNNY]  # type: ignore[arg-type]
    return "\n".join(lines).encode(encoding)


DATA_PY = b"train_data = {'sunny day': True, 'rainy day': False}\ntest_data = {'day': True}\n"
JSON_LINES = "\n".join(json.dumps(dict(zip(("text", "label", "split"), e, strict=True))) for e in SUNNY).encode()
COMMAS = "table, delimiter: comma, with a header line, UTF-8"
FILES = {
    "csv": ("a.csv", csv(), "table, delimiter: comma, with a header line, UTF-8"),
    "semicolons": ("a.csv", csv(";"), "table, delimiter: semicolon, with a header line, UTF-8"),
    "bars": ("a.csv", csv("|"), "table, delimiter: vertical bar, with a header line, UTF-8"),
    "tsv": ("a.tsv", csv("\t"), "table, delimiter: tab, with a header line, UTF-8"),
    "no header": ("a.csv", csv(header=""), "table, delimiter: comma, without a header line, UTF-8"),
    "mark": ("a.csv", csv(encoding="utf-8-sig"), f"{COMMAS} with a byte order mark"),
    "utf-16": ("a.csv", csv(encoding="utf-16"), "table, delimiter: comma, with a header line, UTF-16"),
    "other order": ("a.csv", b"split,sentiment,tweet\ntrain,1,sunny day\ntrain,0,rainy day\ndev,1,day\n", COMMAS),
    "json lines": ("a.jsonl", JSON_LINES, "JSON, UTF-8"),
    "json": ("a.json", b"[" + JSON_LINES.replace(b"\n", b",\n") + b"]", "JSON, UTF-8"),
    "data.py": ("data.py", DATA_PY, "the guide's data.py, UTF-8"),
    "text": ("a.txt", csv("\t", header=""), "lines of text, UTF-8"),
    "pasted csv": (None, csv(), "table, delimiter: comma, with a header line"),
    "pasted data.py": (None, DATA_PY, "the guide's data.py"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_any_kind_is_understood_shown_and_taken_over(room: Visitor, kind: str) -> None:
    name, content, how = FILES[kind]
    room.upload(content, name) if name else room.paste(content.decode())
    assert f"3 rows read ({how})." in room.captions
    assert not room.errors
    assert room.session.workspace.dataset == GUIDE
    confirm(room)
    assert room.session.workspace.dataset == Dataset(SUNNY)


def test_a_file_in_an_older_encoding_is_guessed_called_a_guess_and_read_otherwise_as_somebody_says(room: Visitor) -> None:
    room.upload("text,label\nschöner Tag,1\nböser Tag,0\n".encode("cp1252"))
    assert not room.errors
    assert offered(room) == [("schöner Tag", "positive", "train"), ("böser Tag", "negative", "train")]
    (note,) = room.warnings
    assert note.startswith("The encoding is a guess: Western European (Windows-1252).")
    room.choose("Encoding", "gb18030")
    room.app.run()
    assert not any("guess" in text for text in room.warnings)
    assert offered(room)[0][0] != "schöner Tag"
    room.choose("Encoding", "cp1252")
    assert offered(room)[0][0] == "schöner Tag"


def test_each_encoding_shows_how_a_line_reads_in_it(room: Visitor) -> None:
    room.upload("text,label\n良い日,1\n悪い日,0\n".encode("cp932"), "j.csv")
    (box,) = [box for box in room.app.selectbox if box.label == "Encoding"]
    assert "Japanese (Shift-JIS): 良い日,1" in box.options
    assert box.options[box.options.index("Japanese (Shift-JIS): 良い日,1")] == room.choices["Encoding"]
    assert offered(room)[0] == ("良い日", "positive", "train")


def test_bytes_that_windows_1252_leaves_undefined_are_read(room: Visitor) -> None:
    room.upload(b"text,label\na caf\xe9 day,positive\na \x93dull\x94 day \x9d,negative\n", "tweets.csv")
    assert [row[1] for row in offered(room)] == ["positive", "negative"]


def test_what_the_chosen_encoding_cannot_read_is_replaced_and_counted(room: Visitor) -> None:
    room.upload("text,label\ncafé good,1\ncafé bad,0\n".encode("cp1252"))
    room.choose("Encoding", "utf-8")
    assert offered(room)[0][0] == "caf\ufffd good"
    assert "2 characters could not be read and were replaced." in room.warnings


def test_what_is_no_text_at_all_is_refused(room: Visitor) -> None:
    room.upload(bytes(range(256)) * 20)
    assert room.errors == [
        f"The file cannot be read as text: it contains bytes that are not text. Save it as CSV UTF-8 and try again.{KEPT}",
    ]


def test_a_workbook_is_refused_with_what_to_do_instead(room: Visitor) -> None:
    room.upload(b"PK\x03\x04\x14\x00\x06\x00", "reviews.xlsx")
    (error,) = room.errors
    assert "CSV UTF-8" in error


def test_what_was_made_to_fit_is_told(room: Visitor) -> None:
    room.upload(b'Reviews of the year\n\ntext,label\na fine day,1\n"a 5" screen,0\nno label yet\nso fine,1\n', "a.csv")
    assert offered(room) == [
        ("a fine day", "positive", "train"),
        ('"a 5" screen', "negative", "train"),
        ("no label yet", None, "train"),
        ("so fine", "positive", "train"),
    ]
    assert room.warnings[0].splitlines() == [
        "- 1 line above the table was left out.",
        "- 1 row has fewer cells than there are columns. Its missing cells are empty.",
        "- 1 quotation mark neither begins nor ends a cell. It was read as a character.",
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_the_import_options_are_there_for_every_table(room: Visitor, name: str) -> None:
    room.upload(b'a 5" day,positive\nso bad,negative\n', name)
    assert {"Encoding", "Format", "Delimiter", "Quotes"} <= set(room.choices)
    assert {"Lines above the table"} <= {box.label for box in room.app.number_input}
    assert {"The first line names the columns"} <= {box.label for box in room.app.toggle}


def test_lines_can_be_read_as_a_table(room: Visitor) -> None:
    room.upload(b"so, fine\nbad, bad\nwell\n", "a.txt")
    assert room.choices["Format"] == "lines of text"
    room.choose("Delimiter", ",")
    assert "3 rows read (table, delimiter: comma, without a header line, UTF-8)." in room.captions


# ---------------------------------------------------------------------- put right


def test_a_delimiter_and_a_header_can_be_put_right(room: Visitor) -> None:
    room.upload(b"a;b,positive\nc;d,negative\n")
    assert offered(room) == [("a;b", "positive", "train"), ("c;d", "negative", "train")]
    room.choose("Delimiter", ";")
    assert "2 rows read (table, delimiter: semicolon, without a header line, UTF-8)." in room.captions
    assert {row[0] for row in offered(room)} <= {"a", "b,positive", "c", "d,negative"}
    room.choose("Delimiter", ",").choose("The first line names the columns", True)
    assert "1 row read (table, delimiter: comma, with a header line, UTF-8)." in room.captions
    assert offered(room) == [("c;d", "negative", "train")]
    room.choose("The first line names the columns", False)
    assert len(offered(room)) == 2


def test_a_file_that_was_misread_can_be_read_otherwise(room: Visitor) -> None:
    """Sentences with commas in them, one a line, in a file that is called CSV."""
    room.upload(b"text\tlabel\nwell, well\tpositive\nwell\tnegative\n,\t1\n", "a.csv")
    assert offered(room)[0][0] == "well, well"
    room.upload(b"good, or not\nbad\n\nwell, well, well\n", "a.csv")
    (error,) = room.errors
    assert error.startswith("Line 4 has more cells than there are columns: 3 instead of 2.")
    assert room.choices["Delimiter"] == ""
    room.choose("Delimiter", "\t")
    assert not [text for text in room.errors if "cells" in text]
    assert [row[0] for row in offered(room)] == ["good, or not", "bad", "well, well, well"]


def test_columns_are_mapped_by_choice(room: Visitor) -> None:
    room.upload(b"first,second,third\ngood,1,bad\nfine,0,sad\n")
    room.choose("Sentence column", 2).choose("Label column", 1)
    assert offered(room) == [("bad", "positive", "train"), ("sad", "negative", "train")]
    room.choose("Sentence column", 0).choose("Label column", None).choose("Label of all rows", "negative")
    assert offered(room) == [("good", "negative", "train"), ("fine", "negative", "train")]
    assert room.choices["Sentence column"] == "first"


LABELS = b"text,label\na,joy\nb,anger\nc,neutral\nd,joy\n"


def relabel(visitor: Visitor, **cells: dict[str, Any]) -> Visitor:
    """Edit the table of labels, rows by the label in the file."""
    (editor,) = [frame for frame in visitor.app.dataframe if "in the file" in frame.proto.columns]
    rows = list(editor.value["file"])
    edits = {rows.index(said): changed for said, changed in cells.items()}
    visitor.app.session_state[str(editor.key)] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    visitor.app.run()
    return visitor


def test_labels_are_kept_as_they_are(room: Visitor) -> None:
    room.upload(LABELS)
    assert [row[1] for row in offered(room)] == ["joy", "anger", "neutral", "joy"]
    confirm(room)
    assert room.session.workspace.dataset.labels == ("anger", "joy", "neutral")


def test_labels_can_be_renamed_merged_left_out_and_taken_away(room: Visitor) -> None:
    room.upload(LABELS)
    relabel(room, joy={"label": "positive"}, anger={"label": None}, neutral={"import": False})
    assert offered(room) == [("a", "positive", "train"), ("b", None, "train"), ("d", "positive", "train")]
    confirm(room)
    assert [e.label for e in room.session.workspace.dataset.examples] == ["positive", None, "positive"]


def test_of_too_many_labels_the_most_frequent_are_kept_and_it_is_said(room: Visitor) -> None:
    rows = "".join(f"s{i},label{i % 30 if i < 60 else i % 20}\n" for i in range(200))
    room.upload(f"text,label\n{rows}".encode())
    assert any(text.startswith("There are 30 different labels, and at most 20 can be used.") for text in room.warnings)
    confirm(room)
    assert len(room.session.workspace.dataset.labels) == 20


def test_numbers_can_be_made_two_labels(room: Visitor) -> None:
    room.upload(b"review,stars\na fine day,5\nso so,3\na dull day,1\nrather good,4\nrather bad,2\n", "reviews.csv")
    assert room.choices["Label column"] == "stars"
    assert [row[1] for row in offered(room)] == ["5", "3", "1", "4", "2"]
    room.choose("Turn the numbers into two labels", True)
    assert "Rows: 2 negative, 2 positive, 1 left out between the two limits." in room.markdown
    room.choose("Positive from", 5.0)
    assert "Rows: 2 negative, 1 positive, 2 left out between the two limits." in room.markdown
    room.choose("Positive from", 3.4)
    assert [row[:2] for row in offered(room)] == [
        *(("a fine day", "positive"), ("a dull day", "negative"), ("rather good", "positive"), ("rather bad", "negative")),
    ]


def test_a_guess_is_called_a_guess(room: Visitor) -> None:
    room.upload(b"words,n\ngood day,1\nbad day,0\nfine day,1\n")
    assert any("is a guess" in text for text in room.warnings)
    room.upload(b"words,label\ngood day,1\nbad day,0\nfine day,1\n")
    assert not any("is a guess" in text for text in room.warnings)


# ---------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "The file is empty."),
        ("a.csv", b"  \n \n", "The file is empty."),
        ("a.csv", b"PK\x03\x04xxxx", "This is a workbook (or an archive), not a text file. Save the sheet as “CSV UTF-8”"),
        (
            "a.csv",
            b"text,label,split\ngood, really,true,train\n",
            "Line 2 has more cells than there are columns: 4 instead of 3. Many other rows do too. Put a sentence that contains the delimiter "
            "in double quotes.",
        ),
        ("a.jsonl", b'{"text": "good"}\n{"text": \n', "Line 2 cannot be read as JSON: "),
        ("data.py", b"train_data = {__import__('os').system('x'): True}", "Line 1 cannot be read as the guide's data.py: "),
        ("data.py", b"x = " + b"(" * 70_000, "This is too large: 70,004 bytes; the limit for a data.py is 65,536."),
        ("a.csv", b"a," * 51 + b"\n" + b"b," * 51, " has too many columns: "),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_a_sentence_and_changes_nothing(
    room: Visitor, name: str, content: bytes, sentence: str
) -> None:
    edited = room.edit(cells={0: {"text": "great"}}).session.workspace.dataset
    room.upload(content, name)
    (error,) = room.errors
    assert sentence in error
    assert error.endswith(KEPT)
    assert room.session.workspace.dataset == edited
    assert not room.tables("text")
    assert not [label for label in room.buttons if label.startswith(("Replace the", "Add "))]


def test_a_file_without_sentences_is_told(room: Visitor) -> None:
    room.upload(b"text,label,split\n")
    assert room.infos == ["There are no sentences in it."]


def test_a_file_that_is_too_large_is_refused_and_the_dataset_stays(room: Visitor) -> None:
    serve(room.session, limits=Limits(upload_bytes=83))
    room.app.run()
    room.upload(csv())
    assert room.errors == [f"This is too large: 84 bytes; the limit is 83.{KEPT}"]
    assert room.session.workspace.dataset == GUIDE
    assert not room.tables("text")


def test_of_more_rows_than_fit_a_part_is_taken_the_first_or_a_random_one(room: Visitor) -> None:
    serve(room.session, limits=Limits(rows=100))
    room.app.run()
    room.upload(b"text,label\n" + b"".join(b"good %d,%d\n" % (i, i % 2) for i in range(1_000)))
    question = "There are 1,000 rows, but only 100 fit. Rows to keep"
    assert room.choices[question] == "the first 100"
    assert [row[0] for row in offered(room)] == [f"good {i}" for i in range(100)]
    room.choose(question, "random")
    drawn = [int(row[0].split()[1]) for row in offered(room)]
    assert drawn == sorted(drawn)
    assert max(drawn) > 500
    confirm(room)
    assert [e.text for e in room.session.workspace.dataset.examples] == [f"good {i}" for i in drawn]


def test_markup_is_told_and_removed_with_one_click_in_the_preview_and_afterwards(room: Visitor) -> None:
    room.upload(b"text,label\na fine day<br />so <b>nice</b>,1\na dull &amp; long day,0\nso sad,0\n")
    assert any("**HTML in sentences: 2**" in text for text in room.warnings)
    room.choose("Remove HTML (2 rows)", True)
    assert [row[0] for row in offered(room)] == ["a fine day so nice", "a dull & long day", "so sad"]
    room.choose("Remove HTML (2 rows)", False)
    confirm(room).press("Remove the HTML (2)")
    assert [e.text for e in room.session.workspace.dataset.examples] == ["a fine day so nice", "a dull & long day", "so sad"]


def test_the_sentences_of_a_file_are_split_into_words_once_however_often_the_page_is_drawn(
    room: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.upload(b"text,label\n" + b"".join(b"so good %d,%d\n" % (i, i % 2) for i in range(50)))
    split, words_of = [], TextRules.words

    def counted(rules: TextRules, text: str) -> tuple[str, ...]:
        split.append(text)
        return words_of(rules, text)

    monkeypatch.setattr(TextRules, "words", counted)
    room.app.run()
    room.app.run()
    assert not [text for text in split if text.startswith("so good")]


def test_more_pasted_text_than_this_server_takes_is_refused_with_a_sentence_and_not_kept_out_without_one(room: Visitor) -> None:
    """A bound of the field itself would let nothing of a longer text in, and say nothing."""
    serve(room.session, limits=Limits(upload_bytes=50))
    room.paste("good\tpositive\n" * 4)
    assert room.errors == [f"This is too large: 56 bytes; the limit is 50.{KEPT}"]
    assert not room.app.text_area[0].proto.max_chars
    assert room.session.workspace.dataset == GUIDE


@pytest.mark.slow
def test_of_too_many_together_a_part_can_be_added_and_all_may_replace(room: Visitor) -> None:
    serve(room.session, limits=Limits(rows=80))
    room.paste(TEN).choose("Existing sentences", "add")
    assert "Add 2 sentences" in room.buttons
    room.choose("There are 10 rows, but only 2 fit. Rows to keep", "random")
    confirm(room)
    assert len(room.session.workspace.dataset.examples) == 80
    room.paste(TEN).choose("Existing sentences", "add")
    assert room.errors[-1:] == [f"There are 90 sentences. This server allows 80.{KEPT}"]
    assert not [label for label in room.buttons if label.startswith("Add ")]
    confirm(room.choose("Existing sentences", "replace"))
    assert len(room.session.workspace.dataset.examples) == 10


def test_in_the_hosted_profile_a_sentence_of_too_many_characters_is_never_split_into_words(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some tokenizers take time as the square of a text's length."""
    words_of = TextRules.words

    def bounded(rules: TextRules, text: str) -> tuple[str, ...]:
        assert len(text) <= 2_000
        return words_of(rules, text)

    serve(visitor.session, limits=Limits.hosted())
    monkeypatch.setattr(TextRules, "words", bounded)
    visitor.open("dataset").paste("a." * 1_001 + "\tpositive")
    assert not any("too many characters" in error for error in visitor.errors)
    assert len(offered(visitor)[0][0]) == 2_000


HOSTED: dict[str, bytes] = {
    "rows": b"text,label\n" + b"good,1\n" * 280_000,
    "bytes": b"text,label\n" + b"good,1\n" * 290_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("what", HOSTED)
@pytest.mark.parametrize("part", PARTS)
def test_a_machine_open_to_strangers_keeps_no_more_in_memory_than_it_takes(what: str, part: Part) -> None:
    tracemalloc.start()
    found = Incoming(HOSTED[what], "a.csv").table(Limits.hosted(), ReadAs(part=part))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if what == "bytes":
        assert isinstance(found, DatasetError)
        assert found.reason == "too_large"
        assert peak < 50_000
    else:
        assert isinstance(found, Table)
        assert (len(found.rows), found.beyond) == (5_000, 275_000)
        assert peak < 20_000_000


def test_a_preview_is_worked_out_once_and_hostile_sentences_not_at_all(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    split: list[str] = []

    def counted(rules: TextRules, text: str) -> tuple[str, ...]:
        split.append(text)
        return words(rules, text)

    words = TextRules.words
    serve(visitor.session, limits=Limits.hosted())
    room = visitor.open("dataset")
    many = "\n".join(f"{'word ' * 70}{row}\tpositive" for row in range(30))
    room.paste(many)
    monkeypatch.setattr(TextRules, "words", counted)
    room.app.run()
    assert not [text for text in split if "word" in text], "not again at each drawing"
    room.session.workspace.dataset = Dataset(room.session.workspace.dataset.examples, TextRules(splitting="tweet"))
    room.app.run()
    split.clear()
    (area,) = room.app.text_area
    area.set_value("\n".join(f"{'.a' * 950} {row}\tpositive" for row in range(150))).run()
    assert "Splitting these sentences" in room.errors[0]
    assert not [text for text in split if ".a" in text]
