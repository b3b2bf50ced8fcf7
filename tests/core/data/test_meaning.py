"""From tables to examples: which column is which, what labels mean, and the shapes of data that people bring."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable

import pytest

from rnn_core import Dataset, DatasetError, Example, Limits
from rnn_core.data import formats, spellings
from rnn_core.data.columns import Roles, roles, understood
from rnn_core.data.formats import Table
from rnn_core.data.meaning import Meaning, meant


def table(*rows: tuple[str, ...], columns: tuple[str, ...] = ()) -> Table:
    names = columns or tuple(f"column {i + 1}" for i in range(len(rows[0])))
    return Table("csv", names, rows, tuple(range(2, len(rows) + 2)))


def named(*columns: str) -> Roles:
    """The roles in a table of these columns, whose cells say nothing but for their length, which is that of the name."""
    return roles(table(*[tuple("x" * len(column) + str(row) for column in columns) for row in range(60)], columns=columns))


# ---------------------------------------------------------------------- columns by name


@pytest.mark.parametrize(
    ("columns", "text", "label"),
    [
        (("text", "label"), 0, 1),
        (("Label", " TEXT "), 1, 0),
        (("id", "label", "tweet"), 2, 1),
        (("标签", "评论"), 1, 0),
        (("label", "内容"), 1, 0),
        (("title", "review_text", "label"), 1, 2),
        (("text_id", "text", "label"), 1, 2),
        (("ReviewBody", "other, and longer", "label"), 0, 2),
        (("title", "review_body", "stars"), 1, None),
        (("id", "headline", "label"), 1, 2),
    ],
)
def test_columns_are_known_by_their_names(columns: tuple[str, ...], text: int, label: int) -> None:
    assert named(*columns)[:3] == (text, label, None)


@pytest.mark.parametrize(
    "name", ["label", "sentiment", "polarity", "target", "airline_sentiment", "Sentiment Label", "标签", "Positive?"]
)
@pytest.mark.parametrize("text", ["text", "sentence", "tweet", "review", "内容", "reviewText"])
def test_a_column_of_labels_is_known_by_its_name_whatever_its_labels_are(name: str, text: str) -> None:
    rows = [("a long sentence, see", "up", "x"), ("another long one", "down", "y")] * 3
    assert roles(table(*rows, columns=(text, name, "more")))[:3] == (0, 1, None)


@pytest.mark.parametrize("name", ["split", "set", "subset", "Partition", "data_set", "数据集"])
def test_a_column_of_splits_needs_a_known_split(name: str) -> None:
    name = name.replace("data_set", "dataset")
    good = table(("good", "1", "train"), ("bad", "0", "later"), columns=("text", "label", name))
    assert roles(good)[:3] == (0, 1, 2)
    other = table(("good", "1", "spring"), ("bad", "0", "autumn"), columns=("text", "label", name))
    assert roles(other)[:3] == (0, 1, None)


def test_of_two_columns_that_are_named_alike_the_one_with_known_labels_is_taken() -> None:
    rows = [("fine day", "0.9", "positive"), ("bad day", "0.7", "neutral"), ("day", "0.7", "negative")] * 3
    assert roles(table(*rows, columns=("text", "sentiment_confidence", "airline_sentiment")))[:3] == (0, 2, None)


def test_a_column_of_texts_that_are_names_of_splits_stays_the_text() -> None:
    assert roles(table(("test", "1"), ("train", "0"), columns=("text", "label")))[:3] == (0, 1, None)


@pytest.mark.parametrize("name", ["category", "tags", "score"])
def test_a_column_with_as_many_values_as_rows_is_no_label_unless_it_is_called_one(name: str) -> None:
    assert named("text", name)[:3] == (0, None, None)


def test_of_two_columns_that_are_named_for_texts_the_longer_is_taken() -> None:
    rows = [("r1", "good", "5"), ("r2", "bad", "1")] * 3
    assert roles(table(*rows, columns=("review_id", "review_body", "stars")))[:3] == (1, 2, None)


@pytest.mark.parametrize(
    ("source", "text", "label"),
    [
        ("user,comment,score\n1,a fine day,9\n2,a dull day,2\n1,so good,8\n2,so bad,1\n", "comment", "score"),
        (
            "reviewText,overall,helpful\n" + "".join(f"a day number {i},{i % 5 + 1},{i % 2}\n" for i in range(40)),
            "reviewText",
            "overall",
        ),
        ("review,stars\na fine day,5\nso so,3\na dull day,1\nrather good,4\nrather bad,2\n", "review", "stars"),
        ("ProductId,Sentiment,Phrase\n" + "".join(f"{i % 2},{i % 5},a day {i}\n" for i in range(9)), "Phrase", "Sentiment"),
    ],
)
def test_a_telling_name_wins_over_numbers_that_say_nothing(source: str, text: str, label: str) -> None:
    read = formats.read_table(source, "t.csv")
    found = roles(read)
    assert (read.columns[found.text], read.columns[found.label or 0], found.is_guess) == (text, label, False)


def test_an_address_is_no_sentence() -> None:
    rows = "".join(
        f'{{"article_link": "https://www.example.test/entry/a-very-long-address-{i}-5861fbefe4b0de3a08f600d5", '
        f'"words": "a fine day number {i}", "is_sarcastic": {i % 2}}}\n'
        for i in range(6)
    )
    for source in (rows, rows.replace("words", "headline")):
        read = formats.read_table(source, "headlines.json")
        assert roles(read) == (1, 2, None, True)


def test_a_text_file_whose_labels_come_first_is_understood_by_what_it_holds() -> None:
    read = formats.read_table(
        "ham\tsee you at five\nspam\twin a prize now\nham\tok then, see you\nspam\tcall this number\n", "SMSSpam.txt"
    )
    assert roles(read)[:2] == (1, 0)


# ---------------------------------------------------------------------- columns by value


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("good", "positive"), ("sad", "negative")), (0, 1, None)),
        ((("positive", "good"), ("negative", "sad")), (1, 0, None)),
        ((("i am good", "1", "train"), ("i am bad", "0", "test")), (0, 1, 2)),
        ((("train", "1", "i am good"), ("dev", "0", "i am bad")), (2, 1, 0)),
        ((("i am good", "test"), ("i am bad", "train")), (0, None, 1)),
        ((("i am good",),), (0, None, None)),
        ((("train",), ("test",)), (0, None, None)),
        ((("positive",), ("negative",)), (0, None, None)),
        ((("0", "a good day", "1"), ("1", "a bad day", "0")), (1, 2, None)),
        ((("i am good", "x"), ("i am bad", "y"), ("so good", "x"), ("so bad", "y")), (0, 1, None)),
        ((("i am good", "a"), ("i am bad", "b"), ("so good", "c"), ("so bad", "d")), (0, None, None)),
        (
            (("i am good", "positive", "1"), ("i am bad", "neutral", "0"), ("so", "positive", "1"), ("no", "neutral", "0")),
            (0, 1, None),
        ),
        ((("positive", "1"), ("negative", "0")), (1, 0, None)),
        ((("", ""), ("", "")), (0, None, None)),
    ],
)
def test_where_names_say_nothing_the_cells_do(rows: tuple[tuple[str, ...], ...], expected: tuple[int | None, ...]) -> None:
    assert roles(table(*rows))[:3] == expected


def test_a_column_that_only_counts_the_rows_is_no_label() -> None:
    rows = [("0", "a good day", "x"), ("1", "a bad day", "y")]
    assert roles(table(*rows, columns=("id", "column 2", "column 3"))).label == 2


def test_labels_that_stand_in_order_are_seen_all_the_same() -> None:
    rows = [(f"sentence number {i}", "word", "up" if i < 49_990 else "down") for i in range(50_000)]
    assert roles(table(*rows)).label is None
    rows = [(f"sentence number {i}", "word", "up" if i < 40_000 else "down") for i in range(50_000)]
    assert roles(table(*rows)).label == 2


def test_an_empty_table_with_names_has_roles() -> None:
    empty = Table("csv", ("split", "label", "text"), (), ())
    assert roles(empty)[:3] == (2, 1, 0)
    assert Meaning.guess(empty).examples(empty) == ()


# ---------------------------------------------------------------------- labels


@pytest.mark.parametrize(
    ("keys", "known"),
    [
        ("positive negative neutral", {"positive": True, "negative": False}),
        ("pos neg", {"pos": True, "neg": False}),
        ("true false", {"true": True, "false": False}),
        ("1 0", {"1": True, "0": False}),
        ("1.0 0.0", {"1.0": True, "0.0": False}),
        ("1", {"1": True}),
        ("0", {"0": False}),
        ("4 0", {"4": True, "0": False}),
        ("4 2 0", {"4": True, "0": False}),
        ("4", {"4": True}),
        ("1 -1", {"1": True, "-1": False}),
        ("+1 0 -1", {"+1": True, "-1": False}),
        ("2 1", {"2": True, "1": False}),
        ("2", {}),
        ("1 2 3 4 5", {}),
        ("0 1 2", {}),
        ("0 1 positive", {"0": False, "1": True, "positive": True}),
        ("正面 负面 中性", {"正面": True, "负面": False}),
        ("积极 消极", {"积极": True, "消极": False}),
        ("✓ ❌", {"✓": True, "❌": False}),
        ("yes no", {"yes": True, "no": False}),
        ("9" * 5_000 + " 1e5 0x1 1_0 ١", {}),
        ("joy anger", {}),
    ],
)
def test_what_a_label_says_depends_on_the_labels_beside_it(keys: str, known: dict[str, bool]) -> None:
    assert spellings.polarities(keys.split()) == known
    assert understood(keys.split()) == {key: "positive" if positive else "negative" for key, positive in known.items()}


def test_case_and_outer_spaces_make_no_other_sentiment() -> None:
    rows = [("a", " Positive"), ("b", "POSITIVE "), ("c", "NEG"), ("d", " "), ("e", "")]
    data = table(*rows, columns=("text", "label"))
    meaning = Meaning.guess(data)
    assert meaning.counts(data) == {"Positive": 1, "POSITIVE": 1, "NEG": 1}
    assert [label for _, label, _ in meaning.examples(data)] == ["positive", "positive", "negative", None, None]


def test_labels_are_kept_as_they_are_unless_all_are_spellings_of_the_two_sentiments() -> None:
    data = table(("a", "Joy"), ("b", "joy"), ("c", "pos"), ("d", "neg"), columns=("text", "mood"))
    assert [label for _, label, _ in Meaning.guess(data).examples(data)] == ["Joy", "joy", "pos", "neg"]
    wide = formats.read_table("text,label\n好,１\n坏,０\n", "wps.csv")
    assert [label for _, label, _ in Meaning.guess(wide).examples(wide)] == ["positive", "negative"]


def test_a_table_that_was_exported_keeps_labels_that_could_be_sentiments() -> None:
    data = table(("a", "1", "train"), ("b", "0", "test"), columns=("text", "label", "split"))
    assert [label for _, label, _ in Meaning.guess(data).examples(data)] == ["1", "0"]


def test_of_too_many_labels_the_most_frequent_are_kept() -> None:
    rows = [(f"s{i}", f"label {i % 30 if i < 60 else i % 20}") for i in range(200)]
    data = table(*rows, columns=("text", "label"))
    meaning = Meaning.guess(data, Limits(labels=20))
    assert sorted(meaning.labels) == sorted(f"label {i}" for i in range(20))
    assert meaning.unmapped(data) == {f"label {i}": 2 for i in range(20, 30)}


def test_numbers_can_become_two_labels_and_what_lies_between_is_left_out() -> None:
    data = table(*[(f"s{i}", str(i)) for i in range(-4, 5)], columns=("text", "score"))
    meaning = Meaning.guess(data)
    assert meaning.numbers(data)["-4"] == -4.0
    two = meaning.with_thresholds(data, -1.0, 1.5)
    assert [label for _, label, _ in two.examples(data)] == ["negative"] * 4 + ["positive"] * 3
    assert two.left_out == {"0", "1"}
    assert Meaning.guess(REVIEWS).numbers(REVIEWS) == {}


@pytest.mark.parametrize(
    ("label", "known", "expected"),
    [
        ("Negative", ("negative", "positive"), "negative"),
        (" 1 ", ("negative", "positive"), "positive"),
        ("neg", ("negative", "positive"), "negative"),
        ("Joy", ("joy", "anger"), "joy"),
        ("1", ("joy", "anger"), "1"),
        ("a", ("A", "a"), "a"),
        ("new", ("joy",), "new"),
        (" ", ("joy",), ""),
    ],
)
def test_a_label_that_is_typed_means_one_that_is_there_or_is_a_new_one(label: str, known: tuple[str, ...], expected: str) -> None:
    assert meant(label, known) == expected


REVIEWS = table(
    ("good", "positive", "train"),
    ("so so", "Neutral", "train"),
    ("bad", "negative", "test"),
    ("well", "neutral", ""),
    ("hm", "mixed?", "dev"),
    ("none", "", "train"),
    columns=("text", "label", "split"),
)


def test_three_labels_stay_three() -> None:
    meaning = Meaning.guess(REVIEWS)
    assert meaning.unmapped(REVIEWS) == {}
    assert [label for _, label, _ in meaning.examples(REVIEWS)] == ["positive", "Neutral", "negative", "neutral", "mixed?", None]


def test_a_person_can_map_labels_and_leave_some_out() -> None:
    guessed = Meaning.guess(REVIEWS)
    meaning = Meaning(
        text=0,
        label=1,
        split=2,
        labels={**guessed.labels, "mixed?": "negative"},
        splits=guessed.splits,
        left_out=frozenset({"neutral", "Neutral"}),
        split_for_all="test",
    )
    assert meaning.unmapped(REVIEWS) == {}
    assert [(text, label, split) for text, label, split in meaning.examples(REVIEWS)] == [
        ("good", "positive", "train"),
        ("bad", "negative", "test"),
        ("hm", "negative", "test"),
        ("none", None, "train"),
    ]


def test_other_columns_can_be_chosen_and_their_values_are_mapped_anew() -> None:
    data = table(("good", "x", "1", "validation"), ("bad", "y", "0", "train"), columns=("text", "label", "other", "more"))
    chosen = Meaning.of(data, 0, 2, 3)
    assert chosen.splits == {"validation": "test", "train": "train"}
    assert chosen.examples(data) == (("good", "positive", "test"), ("bad", "negative", "train"))
    assert Meaning.of(data, 0).examples(data) == (("good", None, "train"), ("bad", None, "train"))


def test_without_a_column_of_labels_all_sentences_may_have_the_same() -> None:
    data = formats.read_table("i am good\nso good\n")
    assert Meaning(text=0, label_for_all="positive", split_for_all="test").examples(data) == (
        ("i am good", "positive", "test"),
        ("so good", "positive", "test"),
    )


def test_a_split_that_is_not_understood_is_refused_with_row_and_line() -> None:
    data = formats.read_table('text,label,split\n"two\nlines",1,train\nmeh,0,later\n')
    with pytest.raises(DatasetError) as caught:
        Meaning.guess(data).examples(data)
    error = caught.value
    assert (error.reason, error.row, error.line, error.detail) == ("unknown_split", 2, 4, "later")


@pytest.mark.parametrize("cell", ["train", "Training", " TEST ", "test set", "dev", "validation", "训练集", "测试"])
def test_splits_have_known_spellings_and_validation_is_never_trained_on(cell: str) -> None:
    expected = {"train": "train", "training": "train", "训练集": "train", "test set": None}.get(cell.strip().lower(), "test")
    assert spellings.split(cell) == expected


# ---------------------------------------------------------------------- the shapes of data that people bring

GOOD = {"good": 1, "great": 1, "lovely": 1, "happy": 1, "bad": 0, "awful": 0, "poor": 0, "sad": 0}


def sentiment140(draw: random.Random) -> tuple[str, list[Example]]:
    """Six columns without a header: 0 or 4, id, date, flag, user, text; sorted by label, every cell quoted."""
    out, examples = io.StringIO(newline=""), []
    for i in range(2_000):
        word = draw.choice([word for word, good in GOOD.items() if good == (i >= 1_000)])
        text = draw.choice(
            ['@anna so "{}" today, café again ', "{} day!! http://t.co/x1", "Is it {}? naïve me;", "just {} :("]
        ).format(word)
        date = f"Mon Apr {i % 28 + 1:02} 22:19:45 PDT 2009"
        row = ("4" if i >= 1_000 else "0", str(1467810369 + i), date, "NO_QUERY", f"user{draw.randrange(500)}", text)
        csv.writer(out, quoting=csv.QUOTE_ALL).writerow(row)
        examples.append(Example(text, "positive" if i >= 1_000 else "negative", "train"))
    return out.getvalue(), examples


def chinese_reviews(draw: random.Random) -> tuple[str, list[Example]]:
    """label,review: 1 or 0, then Chinese with its own punctuation, quotes, line ends; sorted by label."""
    out, examples = io.StringIO(newline=""), []
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("label", "review"))
    for i in range(2_000):
        words = ["房间很好", "服务周到", "很满意"] if i < 1_000 else ["房间很差", "服务不好", "不会再来"]
        text = draw.choice(["，", "。 ", ',"', "\r\n", "；"]).join(draw.choices(words, k=draw.randint(1, 6))) + "！"
        writer.writerow((1 if i < 1_000 else 0, text))
        examples.append(Example(text, "positive" if i < 1_000 else "negative", "train"))
    return out.getvalue(), examples


def airline_tweets(draw: random.Random) -> tuple[str, list[Example]]:
    """Many columns, of which several sound like the one; three classes."""
    out, examples = io.StringIO(newline=""), []
    writer = csv.writer(out)
    names = "tweet_id,airline_sentiment,airline_sentiment_confidence,negativereason,airline,name,retweet_count,text,tweet_created"
    writer.writerow(names.split(","))
    for i in range(600):
        said = draw.choice(["positive", "negative", "neutral"])
        text = f"@line flight {draw.randrange(900)}, {draw.choice(list(GOOD))} crew"
        writer.writerow((5703 + i, said, round(draw.random(), 4), "", "Line", f"n{i}", 0, text, "2015-02-24 11:35:52 -0800"))
        examples.append(Example(text, said, "train"))
    return out.getvalue(), examples


def star_reviews(draw: random.Random) -> tuple[str, list[Example]]:
    """JSON Lines with stars from 1 to 5 and a nested object: what stars mean is for a person to say."""
    lines, examples = [], []
    for i in range(500):
        text = f"{draw.choice(list(GOOD))} thing number {i}"
        stars = f"{draw.randint(1, 5)}.0"
        lines.append(f'{{"review_id": "r{i}", "stars": {stars}, "votes": {{"useful": {i}}}, "text": "{text}"}}')
        examples.append(Example(text, stars, "train"))
    return "\n".join(lines), examples


def glue(draw: random.Random) -> tuple[str, list[Example]]:
    """sentence<TAB>label with quotes that are plain characters."""
    lines, examples = ["sentence\tlabel"], []
    for _ in range(500):
        word = draw.choice(list(GOOD))
        text = draw.choice(['"{}" is what this film is ', "a {} , `` almost '' fine film ", '{} " so they say']).format(word)
        lines.append(f"{text}\t{GOOD[word]}")
        examples.append(Example(text, "positive" if GOOD[word] else "negative", "train"))
    return "\n".join(lines), examples


Maker = Callable[[random.Random], tuple[str, list[Example]]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("maker", [sentiment140, chinese_reviews, airline_tweets, star_reviews, glue])
def test_the_shapes_of_data_that_people_bring_are_read_without_a_question(maker: Maker, encoding: str) -> None:
    source, examples = maker(random.Random(7))
    read = formats.read_table(source.encode(encoding))
    assert Dataset(Meaning.guess(read).examples(read)).examples == tuple(examples)


def test_what_is_found_out_of_a_strange_file_is_told() -> None:
    read = formats.read_table(sentiment140(random.Random(7))[0].encode("cp1252"), "training.csv", encoding="cp1252")
    assert (read.form, read.encoding, read.delimiter, read.has_header, read.quotes) == ("csv", "cp1252", ",", False, "doubled")
    assert read.columns == tuple(f"column {i}" for i in range(1, 7))
    meaning = Meaning.guess(read)
    assert (meaning.text, meaning.label, meaning.split) == (5, 0, None)
    assert meaning.labels == {"0": "negative", "4": "positive"}
    assert meaning.counts(read) == {"0": 1_000, "4": 1_000}
    assert "café" in meaning.examples(read)[0].text + meaning.examples(read)[1].text + meaning.examples(read)[2].text


def test_stars_are_reported_and_can_be_mapped() -> None:
    source, _ = star_reviews(random.Random(7))
    read = formats.read_table(source)
    guessed = Meaning.guess(read)
    assert set(guessed.labels) == {"1.0", "2.0", "3.0", "4.0", "5.0"}
    scale = {"1.0": "negative", "2.0": "negative", "4.0": "positive", "5.0": "positive"}
    meaning = Meaning(text=guessed.text, label=guessed.label, labels=scale, left_out=frozenset({"3.0"}))
    assert len(meaning.examples(read)) == 500 - guessed.counts(read)["3.0"]
    assert {label for _, label, _ in meaning.examples(read)} == {"positive", "negative"}
