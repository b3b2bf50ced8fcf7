"""The script: with NumPy alone it makes the very run, and no sentence in it can act."""

from __future__ import annotations

import ast
import dataclasses
import itertools
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core import Change, Dataset, Example, Experiment, ModelConfig, TextRules, TrainingConfig, presets
from rnn_core.network.parameters import Layout
from rnn_core.sharing import documents, script
from rnn_core.streams import stream
from tests.core.children import python
from tests.core.runs import finished
from tests.examples import SIX
from tests.patience import PATIENCE_SECONDS

OPTIONS: dict[str, Sequence[Any]] = {
    "cell": ("vanilla", "printed", "gru", "lstm"),
    "bidirectional": (False, True),
    "embedding_size": (0, 3),
    "initialization": ("normal", "glorot", "orthogonal"),
    "optimizer": ("sgd", "momentum", "adam"),
    "clipping": ("none", "value", "norm", "global_norm"),
    "batch_size": (1, 4),
    "rate_every": (0, 3),
    "stopping": ("never", "train", "test"),
    "changes": (
        (),
        (Change(2, "learning_rate", 0.3), Change(4, "clip_threshold", 0.1)),
        (
            Change(3, "clipping", "value"),
            Change(3, "clip_threshold", 0.02),
            Change(6, "clipping", "global_norm"),
            Change(7, "clipping", "norm"),
        ),
    ),
    "unknown": ("refuse", "replace", "skip"),
    "splitting": ("spaces", "characters"),
}


def chosen(options: dict[str, Any], number: int) -> Experiment:
    """A small experiment with these options, and weights and rates large enough to move at once."""
    options = dict(options)
    cell = options.pop("cell")
    rules = TextRules(unknown=options.pop("unknown"), splitting=options.pop("splitting"), strip_punctuation=False)
    unseen = () if rules.unknown == "refuse" else (Example("good xylophone", "positive", "test"),)
    model = ModelConfig(
        cell="vanilla" if cell == "printed" else cell,
        recurrent_gradient="printed" if cell == "printed" else "exact",
        hidden_size=5,
        init_scale=0.3,
        forget_bias=0.5,
        **{name: options.pop(name) for name in ("bidirectional", "embedding_size", "initialization")},
    )
    training = TrainingConfig(
        epochs=9, learning_rate=0.1, clip_threshold=0.05, momentum=0.7, stop_accuracy=0.8, stop_epochs=2, seed=number, **options
    )
    return Experiment(dataset=Dataset(SIX + unseen, rules), model=model, training=training)


def combinations() -> list[Experiment]:
    """Every pair of options at least once, and each option many times, drawn as by lot."""
    draw = stream(0, "combinations")
    wanted = {
        ((a, i), (b, j))
        for a, b in itertools.combinations(OPTIONS, 2)
        for i in range(len(OPTIONS[a]))
        for j in range(len(OPTIONS[b]))
    }
    picked: list[Experiment] = []
    while wanted:
        picks = [{name: int(draw.integers(len(values))) for name, values in OPTIONS.items()} for _ in range(20)]
        best = max(picks, key=lambda pick: len(wanted & set(itertools.combinations(pick.items(), 2))))
        wanted -= set(itertools.combinations(best.items(), 2))
        picked.append(chosen({name: OPTIONS[name][i] for name, i in best.items()}, len(picked)))
    return picked


GUIDE = presets.guide_corrected()
SPECIAL: dict[str, Experiment] = {
    **{name: make(1).with_training(epochs=2 if name == "long_memory" else 3) for name, make in presets.EXPERIMENTS.items()},
    "past the hundredth epoch": chosen({name: values[0] for name, values in OPTIONS.items()}, 1).with_training(epochs=203),
    "the hundredth epoch is the last": chosen({name: values[0] for name, values in OPTIONS.items()}, 1).with_training(epochs=100),
    "stopped at an epoch": chosen({name: values[0] for name, values in OPTIONS.items()}, 1).with_training(
        epochs=300, stopping="train", stop_accuracy=1.0, stop_epochs=7
    ),
    "lost in the first epoch": GUIDE.with_model(init_scale=1e3).with_training(epochs=3, clipping="none", learning_rate=1e308),
    "lost later": GUIDE.with_training(epochs=9, clipping="none", changes=(Change(4, "learning_rate", 1e307),)),
    "a rate beyond all bounds": GUIDE.with_training(epochs=9, rate_every=2, rate_factor=1e200, clip_threshold=1e-300),
    "a rate that vanishes": GUIDE.with_training(epochs=5, rate_every=1, rate_factor=1e-200),
    "a stable preset to its end": presets.better_start(),
    "no test": Experiment(
        dataset=Dataset(tuple(e for e in SIX if e.split == "train")), training=TrainingConfig(epochs=3, stopping="test")
    ),
    "many classes": Experiment(
        dataset=Dataset.from_pairs([("a", "x'"), ("b", 'y"'), ("c", "\\"), ("a b", "{z}")]),
        model=ModelConfig(init_scale=0.5),
        training=TrainingConfig(epochs=5),
    ),
    "first values from vectors": presets.word_vectors(1)
    .with_training(epochs=2, optimizer="momentum", learning_rate=0.05)
    .with_model(vectors="start", initialization="normal"),
    "no rare word": Experiment(
        dataset=Dataset.from_pairs([("a b", True), ("b a", False)], [("c", True)], TextRules(unknown="replace")),
        training=TrainingConfig(epochs=2),
    ),
}
EXPERIMENTS = {f"combination {i}": experiment for i, experiment in enumerate(combinations())} | SPECIAL

# Runs each program as "python FILE" would, with nothing to import but NumPy and the standard library.
ALONE = """
import contextlib, hashlib, io, json, sys
sys.path.append(sys.argv[1])
results = []
for source in json.load(sys.stdin):
    names, out, code = {"__name__": "__main__"}, io.StringIO(), None
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(source, "script.py", "exec"), names)
        except SystemExit as end:
            code = end.code
    weights = hashlib.sha256(b"".join(array.tobytes() for array in vars(names["params"]).values())).hexdigest()
    results.append([out.getvalue(), code, weights])
assert "numba" not in sys.modules and "rnn_core" not in sys.modules
print(json.dumps(results))
"""

# Runs each experiment with the Trainer on the plain path, and prints the log that the page shows.
TRAINED = """
import hashlib, json, sys
from rnn_core import DivergenceError, Limits, Trainer, documents
from rnn_core.engine import kernel as compiled
assert not compiled.COMPILED
results = []
for value in json.load(sys.stdin):
    trainer, code = Trainer(documents.from_json(value, Limits(epochs=10**6))), None
    try:
        while trainer.advance():
            pass
    except DivergenceError as error:
        code = f"In epoch {error.epoch} the numbers grew beyond all bounds."
    lines, done = [], trainer.history
    for record in done:
        if record.epoch % 100 == 0 or record.epoch == len(done):
            lines += [f"--- Epoch {record.epoch}", f"Train:\\tLoss {record.train.loss:.3f} | Accuracy: {record.train.accuracy:.3f}"]
            if record.test.loss is not None:
                lines.append(f"Test:\\tLoss {record.test.loss:.3f} | Accuracy: {record.test.accuracy:.3f}")
    weights = "" if code else hashlib.sha256(trainer.model.vector.tobytes()).hexdigest()
    results.append(["".join(line + chr(10) for line in lines), code, weights])
print(json.dumps(results))
"""


def isolated(program: str, folder: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A Python that sees no package but NumPy, by links in a folder of its own."""
    packages = Path(np.__file__).parents[1]
    for name in ("numpy", "numpy.libs"):
        if (packages / name).exists() and not (folder / name).exists():
            (folder / name).symlink_to(packages / name)
    return subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", program, str(folder)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What each script did: what it printed, how it ended, and the digest of its weights."""
    sources = [script.write(experiment) for experiment in EXPERIMENTS.values()]
    done = isolated(ALONE, tmp_path_factory.mktemp("alone"), json.dumps(sources))
    assert done.returncode == 0, done.stderr
    return dict(zip(EXPERIMENTS, json.loads(done.stdout), strict=True))


@pytest.fixture(scope="module")
def trained() -> dict[str, list[Any]]:
    """The same of the Trainer."""
    values = [documents.to_json(experiment) for experiment in EXPERIMENTS.values()]
    return dict(zip(EXPERIMENTS, json.loads(python(TRAINED, json.dumps(values), RNN_CORE_COMPILED="0")), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_with_numpy_alone_it_prints_the_log_of_the_trainer_and_ends_with_the_same_weights_bit_for_bit(
    alone: dict[str, list[Any]], trained: dict[str, list[Any]], name: str
) -> None:
    printed, code, weights = alone[name]
    assert [printed, code] == trained[name][:2]
    assert weights == trained[name][2] or code
    assert printed or name == "lost in the first epoch"


@pytest.mark.slow
def test_on_a_stable_preset_it_prints_to_the_digit_what_the_page_prints_compiled_or_not(alone: dict[str, list[Any]]) -> None:
    history = finished(presets.better_start()).history
    lines = []
    for record in (history[99], history[199], history[299]):
        assert record.test.loss is not None
        lines.append(f"--- Epoch {record.epoch}")
        lines.append(f"Train:\tLoss {record.train.loss:.3f} | Accuracy: {record.train.accuracy:.3f}")
        lines.append(f"Test:\tLoss {record.test.loss:.3f} | Accuracy: {record.test.accuracy:.3f}")
    assert alone["a stable preset to its end"][0].splitlines() == lines


@pytest.mark.slow
def test_the_runs_that_are_to_get_lost_or_to_stop_do(trained: dict[str, list[Any]]) -> None:
    codes = {name: trained[name][1] for name in SPECIAL}
    assert "epoch 1 " in codes["lost in the first epoch"]
    assert "epoch 4 " in codes["lost later"]
    assert codes["a rate beyond all bounds"]
    assert codes["a rate that vanishes"] is None
    last = trained["stopped at an epoch"][0].split("--- Epoch ")[-1]
    assert 7 < int(last.split()[0]) < 300
    assert "Accuracy: 1.000" in last
    assert trained["past the hundredth epoch"][0].count("Epoch") == 3
    assert trained["the hundredth epoch is the last"][0].count("Epoch") == 1


@pytest.mark.slow
def test_as_a_file_it_runs_and_a_lost_run_ends_with_a_word_and_a_status(tmp_path: Path) -> None:
    for experiment, status in ((SPECIAL["no test"], 0), (SPECIAL["lost later"], 1)):
        file = tmp_path / "experiment.py"
        file.write_text(script.write(experiment), encoding="utf-8")
        done = isolated(
            f"import runpy, sys; sys.path.append(sys.argv[1]); runpy.run_path({str(file)!r}, run_name='__main__')", tmp_path
        )
        assert done.returncode == status
        assert done.stdout.startswith("--- Epoch 3\nTrain:\tLoss 0.")
        assert ("beyond all bounds" in done.stderr) == bool(status)


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.slow
def test_it_is_whole_and_has_nothing_to_spare(name: str) -> None:
    """Every name in it has a meaning, and every definition a use."""
    source = script.write(EXPERIMENTS[name])
    tree = ast.parse(source)
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} | assigned(tree).keys()
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    assert defined <= loaded
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert {alias.asname or alias.name for node in imports for alias in node.names} <= loaded
    assert {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))} <= {
        "numpy",
        *sys.stdlib_module_names,
    }
    assert "rnn_core" not in source
    assert ".py" not in source
    assert source.endswith("\n")
    assert "\n\n\n\n" not in source


def test_what_the_settings_never_reach_is_not_in_it() -> None:
    guide = script.write(GUIDE)
    assert not [
        word for word in ("gru", "adam", "embedding row", "_reverse", "qr(", "CHANGES", "STOP_", "RATE_EVERY") if word in guide
    ]
    assert guide.count("\n") < 420
    lstm = script.write(presets.long_memory())
    assert "forget gate" in lstm
    assert "FORGET_BIAS = 3.0" in lstm
    assert "vanilla" not in lstm


def test_it_reads_from_the_settings_over_the_network_to_the_run() -> None:
    headings = [line.removeprefix("# ").strip("- ") for line in script.write(GUIDE).splitlines() if line.startswith("# ---")]
    assert [heading.split(",")[0] for heading in headings] == [
        "the settings",
        "the sentences",
        "the parameters",
        "the network",
        "learning",
        "the run",
    ]


def test_characters_stay_apart_whatever_they_are() -> None:
    """An accent on a space is a character by itself: the sentence must not be put together and split again."""
    rules = TextRules(splitting="characters", strip_punctuation=False)
    data = Dataset.from_pairs([("a \u0308b", True), ("b!", False)], rules=rules)
    assert data.words[0] == ("a", "\u0308", "b")
    values = assigned(ast.parse(script.write(Experiment(dataset=data))))
    text, _ = ast.literal_eval(values["TRAIN"])[0]
    assert tuple(text.split(ast.literal_eval(values["BETWEEN_WORDS"]))) == data.words[0]


def test_every_setting_is_a_constant_of_the_program() -> None:
    source = (Path(script.__file__).parent / "standalone.py").read_text(encoding="utf-8")
    constants = {line.partition(" = ")[0].partition(":")[0] for line in source.splitlines()}
    fields = {field.name.upper() for config in (ModelConfig, TrainingConfig) for field in dataclasses.fields(config)}
    assert fields <= constants


@pytest.mark.slow
def test_the_same_experiment_gives_the_same_script() -> None:
    program = "from rnn_core import presets, script; import zlib; print(zlib.crc32(script.write(presets.gru(4)).encode()))"
    assert {python(program, PYTHONHASHSEED=seed) for seed in ("1", "2")} == {python(program, RNN_CORE_COMPILED="0")}


AWKWARD = st.text(st.sampled_from("'\"\\\n\r\t{}#%$ ;ab)(]\u2028\u202e\ud7ff\x1b\x7f\x85\u0308é好😀"), min_size=1, max_size=12)
HOSTILE = AWKWARD | st.sampled_from(
    [
        "'); import os; os.abort()  #",
        '"""\nimport os\nos.abort()\n"""',
        "\\",
        "\\'",
        "'''",
        "{settings}",
        "{__import__('os').abort()}",
        "# type: ignore[x]",
        "\N{RIGHT-TO-LEFT OVERRIDE}abort",
        "if A:",
        "TRAIN = []",
    ]
)


DATA = ("TRAIN", "TEST", "BETWEEN_WORDS", "VOCABULARY")


def assigned(tree: ast.Module) -> dict[str, ast.expr]:
    """The values of the program's constants."""
    pairs = ((node.targets[0], node.value) for node in tree.body if isinstance(node, ast.Assign))
    return {target.id: value for target, value in pairs if isinstance(target, ast.Name)}


def skeleton(source: str) -> str:
    """The program's tree with every string of the data blotted out."""
    tree = ast.parse(source)
    for name in DATA:
        for inner in ast.walk(assigned(tree)[name]):
            if isinstance(inner, ast.Constant):
                assert isinstance(inner.value, str)
                inner.value = ""
    return ast.dump(tree)


@pytest.mark.slow
@settings(max_examples=25)
@given(
    st.lists(st.tuples(HOSTILE, HOSTILE), min_size=2, max_size=4), st.sampled_from(["spaces", "tweet", "wordpunct", "characters"])
)
def test_no_sentence_and_no_label_is_ever_code(rows: list[tuple[str, str]], splitting: Any) -> None:
    """The program of hostile sentences is that of harmless ones but for its literals, and they say what the network reads."""
    rules = TextRules(splitting=splitting, strip_punctuation=False)
    labels = [label.strip()[:50] or "x" for _, label in rows]
    examples = [Example(f"{text} a", label, "train") for (text, _), label in zip(rows, labels, strict=True)]
    hostile = Dataset(
        (*examples, Example("a", "other", "train"), Example("a", "another", "train"), Example("a", "other", "test")), rules
    )
    experiment = Experiment(dataset=hostile)
    source = script.write(experiment)
    values = assigned(ast.parse(source))
    between = ast.literal_eval(values["BETWEEN_WORDS"])
    written = [(tuple(text.split(between)), label) for text, label in ast.literal_eval(values["TRAIN"])]
    assert written == [(hostile.words[i], hostile.examples[i].label) for i in hostile.rows("train")]
    harmless = replace(
        experiment,
        dataset=Dataset(tuple(Example("a", "other" if i else "another", e.split) for i, e in enumerate(hostile.examples))),
    )
    shapes = f"SHAPES = {Layout.of(experiment).stored!r}"
    assert shapes in source
    plain = script.write(harmless).replace(f"SHAPES = {Layout.of(harmless).stored!r}", shapes)
    assert skeleton(source) == skeleton(plain)
    assert all(character.isprintable() or character == "\n" for character in source)
