"""The arguments of every command, and the help that teaches them."""

from __future__ import annotations

import argparse
from typing import NoReturn

from rnn_core.command_line import check, explain, export, predict, prepare, settings, sweep, train, vectors
from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.data.text import TextRules

EXAMPLES = {
    "train": """
  python -m rnn_core train --data guide                                    the guide's training and log
  python -m rnn_core train --data my.csv --set cell=gru --save gru.npz     another cell; keep the network
  python -m rnn_core train --experiment experiment.json --history log.csv  a file of the dashboard; keep every epoch
  python -m rnn_core train --data guide --json | head -n 3                 one JSON object for each epoch""",
    "sweep": """
  python -m rnn_core sweep --data guide --axis learning_rate=log:0.005:0.5:12 --axis clipping=none,value --seeds 20 --out results
  python -m rnn_core sweep --data guide --axis train_sentences=linear:10:58:7 --set init_scale=0.1 --seeds 10 --out sizes
  python -m rnn_core sweep sweep.json --workers 8 --out results            a file of the page Sweeps; the same line again goes on
  python -m rnn_core sweep sweep.json --dask tcp://scheduler:8786 --out results   the workers of a cluster""",
    "check": """
  python -m rnn_core check --data guide                                    the guide's slip, where it hides and where it shows
  python -m rnn_core check --data guide --set cell=lstm --hidden 12        another cell, which has the exact rule alone""",
    "predict": """
  python -m rnn_core predict model.npz "i am not bad"
  python -m rnn_core predict model.npz --file sentences.csv --format csv > answers.csv
  cat lines.txt | python -m rnn_core predict model.npz - --format jsonl""",
    "explain": """
  python -m rnn_core explain model.npz "i am not bad"
  python -m rnn_core explain model.npz "i am not bad" --label negative --json""",
    "export": """
  python -m rnn_core export model.npz --to pytorch --out network.safetensors   and network.py beside it
  python -m rnn_core export model.npz --to onnx --out network.onnx
  python -m rnn_core export model.npz --to keras --out keras/network.py        and keras/network.npz beside it
  python -m rnn_core export --to script --experiment experiment.json --out run.py""",
    "import": """
  python -m rnn_core import lstm.safetensors --vocabulary words.json --labels negative positive --out model.npz
  python -m rnn_core import network-trained.safetensors --out model.npz        a file from here needs no vocabulary""",
    "vectors": """
  python -m rnn_core vectors cut glove.txt --data my.csv --out small.npz      only the words of my.csv: fits the limits of a server
  python -m rnn_core train --data my.csv --vectors small.npz --set vectors=frozen""",
    "prepare": """
  python -m rnn_core prepare                                               before the first training on this machine""",
}
"""A few commands to copy, shown below the help of each."""

_TARGETS = (
    "pytorch: the weights, and a program that predicts and trains on; onnx: one graph from word ids to probabilities, in float32, "
    "equal to about 1e-6; keras: a program for Keras 3 with the model file beside it, as precise; script: the whole run with NumPy alone"
)

_COMMANDS = {
    "train": (train.train, "train a network and print the guide's log"),
    "sweep": (sweep.sweep, "train every combination of some settings from several seeds, and write a table of what came out"),
    "check": (check.check, "compare backpropagation with central differences, with the guide's printed rule and the exact one"),
    "predict": (predict.predict, "ask a trained network about one text, lines of texts or a file"),
    "explain": (explain.explain_text, "show how a network reads a text, which words decided, and what would flip the prediction"),
    "export": (export.export, "write a network or an experiment for other programs"),
    "import": (export.import_network, "make a network from PyTorch one that can be asked and explained here"),
    "vectors": (vectors.vectors, "cut a large file of word vectors down to the words of your sentences"),
    "prepare": (prepare.prepare, "compile in advance into the folder RNN_CORE_CACHE, so that the first training does not wait"),
}


class _Parser(argparse.ArgumentParser):
    """Reports wrong arguments in one line, as the commands report bad data."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"rnn_core: {' '.join(message.split())}\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands. The parsed options have `run`, which takes them and returns the exit status."""
    whole = _Parser(
        prog="python -m rnn_core",
        description="Train the guide's recurrent network, ask it, look into it, and take it along.",
        epilog="Each command has help of its own with examples: python -m rnn_core train --help",
    )
    commands = whole.add_subparsers(dest="command", required=True, parser_class=_Parser, metavar="command")
    made = {}
    for name, (run, text) in _COMMANDS.items():
        made[name] = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=f"examples:{EXAMPLES[name]}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made[name].set_defaults(run=run)
    for name in ("train", "check"):
        _add_experiment(made[name])
    _add_sweep(made["sweep"])
    _add_train(made["train"])
    _add_asking(made["predict"], made["explain"])
    _add_export(made["export"])
    _add_import(made["import"])
    _add_vectors(made["vectors"])
    made["prepare"].add_argument(
        "--cpu",
        metavar="NAME",
        help="processor family to compile for, such as x86-64-v3 or generic (default: RNN_CORE_CPU, or else this machine); "
        "the code is used only where RNN_CORE_CPU is set to the same name, and by the user who prepared it",
    )
    return whole


def _add_experiment(command: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Add what describes an experiment; return the group of the ways to give one."""
    start = command.add_mutually_exclusive_group(required=True)
    start.add_argument(
        "--data", metavar="guide|FILE", help="the preset sentences, or CSV, TSV, JSON, JSON Lines, fastText, data.py or lines"
    )
    _add_saved(start)
    command.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="a setting; all of them are listed below"
    )
    command.add_argument(
        "--vectors",
        metavar="FILE",
        help="word vectors: GloVe, word2vec, fastText's .vec, or an .npz from vectors cut; the embedding's first values, unless --set "
        "vectors=frozen keeps them",
    )
    command.add_argument("--epochs", metavar="N", help="how many epochs (default: 1000)")
    command.add_argument("--seed", metavar="N", help="seed of all random numbers (default: 0)")
    command.add_argument("--hidden", metavar="N", help="hidden units (default: 64)")
    command.add_argument("--rate", metavar="X", help="learning rate (default: 0.02)")
    command.add_argument("--clip", metavar="X|none", help="clip gradients to ±X (default: 1)")
    command.add_argument("--gradient", choices=("exact", "printed"), help="backward rule (default: exact)")
    command.add_argument("--init-scale", metavar="X", help="scale of the initial weights (default: 0.001)")
    command.epilog = (
        f"settings and their defaults:\n{settings.listed(ModelConfig, TrainingConfig, TextRules)}\n\n{command.epilog}"
    )
    return start


def _add_saved(group: argparse._MutuallyExclusiveGroup) -> None:
    group.add_argument("--experiment", metavar="FILE", help="an experiment saved in the dashboard")
    group.add_argument("--link", metavar="URL", help="a link to an experiment, or its token")


def _add_sweep(command: argparse.ArgumentParser) -> None:
    _add_experiment(command).add_argument("file", metavar="SWEEP.json", nargs="?", help="a sweep written before, instead of axes")
    command.add_argument(
        "--axis",
        action="append",
        default=[],
        metavar="SETTING=VALUES",
        help="up to four: values with commas, or log:LOW:HIGH:COUNT or linear:LOW:HIGH:COUNT; train_sentences is the number of "
        "training sentences, drawn by the seed, first_words how many words of each sentence are read",
    )
    command.add_argument("--seeds", metavar="N", help="seeds of each combination, 1 to 100, from --seed on (default: 1)")
    command.add_argument("--sample", metavar="N", help="draw so many of the combinations at random (default: all)")
    command.add_argument("--workers", metavar="N", help="processes (default: one for each processor)")
    cluster = command.add_mutually_exclusive_group()
    cluster.add_argument("--dask", metavar="ADDRESS", help="train on the workers of this Dask scheduler")
    cluster.add_argument("--dask-local", metavar="N", help="train on a Dask cluster of N workers on this machine")
    command.add_argument(
        "--out", required=True, metavar="FOLDER", help="where sweep.json and runs.csv are written; what is there counts"
    )
    command.add_argument("--parquet", action="store_true", help="write runs.parquet too at the end")
    command.add_argument("--curves", action="store_true", help="keep losses and accuracies of every epoch")


def _add_train(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON object per epoch")
    command.add_argument("--save", metavar="MODEL.npz", help="write the trained network; Ctrl-C keeps what it has learned so far")
    command.add_argument(
        "--history", metavar="FILE.csv", help="write a line for each epoch, with every statistic of every gradient"
    )


def _add_asking(predicting: argparse.ArgumentParser, explaining: argparse.ArgumentParser) -> None:
    for command in (predicting, explaining):
        command.add_argument("model", metavar="MODEL", help="a network saved here: .npz or .safetensors")
    texts = predicting.add_mutually_exclusive_group(required=True)
    texts.add_argument("text", metavar="TEXT", nargs="?", help="the text to predict; - for each line of standard input")
    texts.add_argument("--file", metavar="F", help="a file with texts, in any format that train reads; - for standard input")
    predicting.add_argument(
        "--format", choices=("table", "csv", "jsonl"), default="table", help="how to print the predictions (default: table)"
    )
    explaining.add_argument("text", metavar="TEXT", help="the text to explain")
    explaining.add_argument("--label", metavar="L", help="explain this label (default: the predicted one)")
    explaining.add_argument("--json", action="store_true", help="print one JSON object")


def _add_export(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", metavar="MODEL", nargs="?", help="a network saved here; not needed for a script")
    command.add_argument(
        "--to",
        required=True,
        choices=export.TARGETS,
        help="pytorch; onnx, one graph in float32; script, the whole run with NumPy alone",
    )
    command.add_argument("--out", required=True, metavar="PATH", help="file to write")
    _add_saved(command.add_mutually_exclusive_group())


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help=".safetensors or .npz with the tensors of nn.RNN, nn.GRU or nn.LSTM")
    command.add_argument(
        "--vocabulary", metavar="V", help="the word of each id: a JSON list, a JSON object of word and id, or lines"
    )
    command.add_argument("--labels", metavar="L", nargs="+", help="the label of each output, in order")
    command.add_argument("--out", required=True, metavar="MODEL.npz", help="file to write")
    command.add_argument("--activation", default="tanh", metavar="NAME", help="of an nn.RNN; the network here has tanh (default)")
    command.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="a rule for splitting texts, listed below"
    )
    command.epilog = f"rules (by default those that fit the vocabulary):\n{settings.listed(TextRules)}\n\n{command.epilog}"


def _add_vectors(command: argparse.ArgumentParser) -> None:
    command.add_argument("action", choices=("cut",), help="what to do")
    command.add_argument("file", metavar="FILE", help="GloVe, word2vec (text or binary) or fastText's .vec, also as .gz or .zip")
    command.add_argument("--data", required=True, metavar="guide|FILE", help="the sentences, in any format that train reads")
    command.add_argument("--out", required=True, metavar="SMALL.npz", help="file to write")
    command.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="a rule for splitting texts, listed below"
    )
    command.epilog = f"rules:\n{settings.listed(TextRules)}\n\n{command.epilog}"
