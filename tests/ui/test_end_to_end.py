"""Data in the shape of the world's: two thousand tweets, two thousand Chinese reviews; brought, checked, learned and judged."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter

import pytest

from rnn_core import Dataset, TextRules
from rnn_core.data.baseline import Baseline
from tests.ui.dataset.test_import_tab import relabel
from tests.ui.visitor import Visitor
from ui.language import percent

COUNT = 2_000


def tweets(seed: int) -> bytes:
    """As crowds label them: an id, three sentiments and a text with names, tags, addresses, smileys, quotes and line ends."""
    draw = random.Random(seed)
    said = {
        "positive": ("love", "great", "thanks", "awesome", "sooo happy", "best", ":)", "❤️", "good"),
        "negative": ("hate", "worst", "delayed again", "awful", "so sad", "never again", ":(", "😡", "not good"),
        "neutral": ("flight to", "how do I", "when does", "gate"),
    }
    things = ("the flight", "this crew", "my seat", "their service", "the app", "that movie", "monday", "it")
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("tweet_id", "airline_sentiment", "text"))
    for i in range(COUNT):
        label = draw.choices(("positive", "negative", "neutral"), (5, 6, 1))[0]
        words = [draw.choice(said[label]), draw.choice(things), draw.choice(said[label])]
        for extra in (
            f"@user{draw.randrange(40)}",
            f"#tag{draw.randrange(25)}",
            f"http://t.co/{draw.randrange(16**6):06x}",
            'she said "ok", then',
        ):
            if draw.random() < 0.4:
                words.insert(draw.randrange(len(words) + 1), extra)
        text = " ".join(words) + draw.choice(("", "!", "!!!", "...", "\nRT"))
        writer.writerow((570_000_000 + i, label, text))
    return out.getvalue().encode("utf-8-sig")  # fmt: skip


def reviews(seed: int) -> bytes:
    """As collections of Chinese reviews are: in GB 18030, without spaces, one label for each."""
    draw = random.Random(seed)
    said = {
        "好评": ("非常好吃", "味道不错", "送餐很快", "强烈推荐", "分量足", "满意"),
        "差评": ("太难吃了", "味道很差", "送餐太慢", "不推荐", "分量少", "失望"),
    }
    about = ("今天点的外卖", "这家店", "老板", "米饭", "第二次来", "包装", "服务员", "")
    rows = ["评论,标签"]
    for _ in range(COUNT):
        label = draw.choice(tuple(said))
        parts = [draw.choice(about) + draw.choice(said[label]) for _ in range(draw.randint(1, 4))]
        rows.append(f"{'，'.join(parts)}{draw.choice('。！～')}".replace(",", "，") + f",{label}")
    return "\r\n".join(rows).encode("gb18030")


def brought(visitor: Visitor, content: bytes, count: int) -> Visitor:
    """On the dataset page, in the place of the guide's sentences."""
    visitor.press(f"Replace the sentences with these {count:,}".replace(",", ","))
    assert len(visitor.session.workspace.dataset.examples) == count
    assert visitor.session.workspace.ready()[1] is None
    return visitor


def learned(visitor: Visitor) -> None:
    """Train for some epochs, and beat what guessing would do on sentences that were never trained on."""
    visitor.settings(epochs=6, hidden_size=8, init_scale=0.1, learning_rate=0.05).train()
    assert visitor.job.state == "done"
    last = visitor.job.status().history[-1]
    assert last.test.accuracy is not None
    assert last.test.accuracy > 0.85
    assert "Prediction" not in visitor.metrics


@pytest.fixture
def room(visitor: Visitor) -> Visitor:
    return visitor.open("dataset")


@pytest.mark.slow
def test_two_thousand_tweets_are_brought_checked_learned_and_judged(room: Visitor) -> None:
    content = tweets(7)
    counts = Counter(row["airline_sentiment"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert counts.total() == COUNT
    room.upload(content, "Tweets.csv")
    assert room.choices["Sentence column"] == "text"
    assert room.choices["Label column"] == "airline_sentiment"
    relabel(room, neutral={"import": False})
    brought(room, content, COUNT - counts["neutral"])
    room.room("Words").choose("Tokenization", "tweet").choose("Unknown words", "replace")
    assert room.session.workspace.dataset.rules == TextRules(splitting="tweet", unknown="replace")
    while repairs := [label for label in room.buttons if label.startswith("Remove")]:
        room.press(repairs[0])
    room.room("Split").press("Draw the split")
    data = room.session.workspace.dataset
    assert {fault.kind for fault in data.faults} <= {"contradiction", "replaced_word"}
    assert len(data.rows("test")) == pytest.approx(len(data.examples) / 4, abs=2)
    assert {"tag3", "user7", "❤️"} <= set(data.vocabulary)
    assert ":)" in data.vocabulary, "a smiley is no punctuation"
    learned(room)
    room.open("predictions").ask("sooo happy with the crew :) http://t.co/000000")
    assert room.metrics["Prediction"] == "positive"
    model = room.job.status().model
    assert model.tokens("thanks http://t.co/000000").read == ("thanks", "<unk>")
    room.ask("worst flight, never again :(")
    assert room.metrics["Prediction"] == "negative"


@pytest.mark.slow
def test_two_thousand_chinese_reviews_are_brought_checked_learned_and_judged_character_by_character(room: Visitor) -> None:
    content = reviews(7)
    room.room("Words").choose("Tokenization", "characters").choose("Unknown words", "skip").room("Import")
    room.upload(content, "外卖.csv")
    assert (room.choices["Sentence column"], room.choices["Label column"]) == ("评论", "标签")
    brought(room, content, COUNT)
    first = content.decode("gb18030").split("\r\n")[1].split(",")
    assert room.session.workspace.dataset.examples[0] == (first[0], {"好评": "positive", "差评": "negative"}[first[1]], "train")
    room.press(next(label for label in room.buttons if label.startswith("Remove repeated sentences")))
    room.room("Split").press("Draw the split")
    data = room.session.workspace.dataset
    assert not data.blocking
    assert all(len(word) == 1 for word in data.vocabulary)
    assert max(map(len, data.words)) > 20
    baseline = Baseline.fit(Dataset(data.examples, data.rules))
    assert f"{percent(baseline.accuracy('test') or 0.0)} of the test sentences" in room.captions[0]
    learned(room)
    for text, verdict in (("这家店味道很差，送餐太慢龘", "negative"), ("米饭非常好吃！", "positive")):
        room.open("predictions").ask(text)
        assert room.metrics["Prediction"] == verdict
