"""The network in PyTorch: it predicts, and it goes on learning as it has learned so far.

    python network.py "i am not bad"             the prediction for a text
    python network.py --train sentences.csv      learn from a table with the columns text, label and split; save the result

It needs PyTorch, NumPy and safetensors (NLTK or rjieba too if one of them splits the texts), and beside it the file that FILE
names: the weights under PyTorch's names, with the vocabulary and the labels. All numbers are 64-bit, as in the network they come
from.

Loss, clipping, optimizer and the order of the sentences are those of the first training. What momentum and Adam remember is not
in the file and starts at zero. Gradients are PyTorch's own, so they are always the exact ones.
"""

# The program with every option. pytorch.py reduces it to one network: it inserts the settings, removes the code that these settings
# never reach, and replaces each import from the package by the source of the function.

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from rnn_core.sharing.text_program import encode
from rnn_core.streams import stream

# ---------------------------------------------------------------- the settings

FILE = "network.safetensors"
CELL: str = "vanilla"
HIDDEN_SIZE = 2  # H, numbers in a hidden state
BIDIRECTIONAL = False
EMBEDDING_SIZE = 0
VECTORS: str = "unused"  # or "frozen": the embedding stays as it is
EPOCHS = 1
LEARNING_RATE = 0.1
OPTIMIZER: str = "sgd"
MOMENTUM = 0.9  # share of the last step that is added to the next
BATCH_SIZE = 1  # sentences per update
CLIPPING: str = "value"
CLIP_THRESHOLD = 1.0
SEED = 0

# ---------------------------------------------------------------- the file

PATH = Path(__file__).with_name(FILE)


def read_metadata() -> dict[str, str]:
    """Return the texts that the file has beside the weights."""
    with safe_open(PATH, "pt") as file:
        found: dict[str, str] = file.metadata()
    return found


METADATA = read_metadata()
VOCABULARY: list[str] = json.loads(METADATA["unrolled"])["vocabulary"]
LABELS: list[str] = json.loads(METADATA["unrolled"])["labels"]
IDS = {word: i for i, word in enumerate(VOCABULARY)}

# ---------------------------------------------------------------- the network


class Network(torch.nn.Module):  # type: ignore[misc]
    """A recurrent layer and a linear layer on its last state."""

    def __init__(self) -> None:
        super().__init__()
        if EMBEDDING_SIZE:
            self.embedding = torch.nn.Embedding(len(VOCABULARY), EMBEDDING_SIZE)
        inputs = EMBEDDING_SIZE if EMBEDDING_SIZE else len(VOCABULARY)
        if CELL == "vanilla":
            self.rnn = torch.nn.RNN(inputs, HIDDEN_SIZE, bidirectional=BIDIRECTIONAL)
        if CELL == "gru":
            self.rnn = torch.nn.GRU(inputs, HIDDEN_SIZE, bidirectional=BIDIRECTIONAL)
        if CELL == "lstm":
            self.rnn = torch.nn.LSTM(inputs, HIDDEN_SIZE, bidirectional=BIDIRECTIONAL)
        self.head = torch.nn.Linear(2 * HIDDEN_SIZE if BIDIRECTIONAL else HIDDEN_SIZE, len(LABELS))

    def forward(self, ids: Any) -> Any:
        """Word ids (T,) -> logits (C,)."""
        if EMBEDDING_SIZE:
            x = self.embedding(ids)
        else:
            x = torch.nn.functional.one_hot(ids, len(VOCABULARY)).to(torch.float64)
        if CELL == "lstm":
            last = self.rnn(x)[1][0]  # the state h beside the memory c
        else:
            last = self.rnn(x)[1]
        return self.head(last.reshape(-1))  # the last state of each direction, one after the other


def load() -> Network:
    """Return the network with the weights of the file.

    PyTorch adds two biases where one is enough. The second stays as it is; of the GRU's, the part inside the reset gate learns.
    """
    network = Network()
    network.to(torch.float64)
    network.load_state_dict(load_file(PATH))
    if VECTORS == "frozen":
        network.embedding.weight.requires_grad_(False)
    for name, parameter in network.named_parameters():
        if "bias_hh" in name:
            if CELL == "gru":
                learning = torch.arange(3 * HIDDEN_SIZE) >= 2 * HIDDEN_SIZE
                parameter.register_hook(lambda gradient, learning=learning: gradient * learning)
            else:
                parameter.requires_grad_(False)
    return network


def predict(network: Network, text: str) -> dict[str, float]:
    """Return the probability of each label."""
    with torch.no_grad():
        probabilities = torch.softmax(network(torch.tensor(encode(text, IDS))), 0)
    return dict(zip(LABELS, probabilities.tolist(), strict=True))


# ---------------------------------------------------------------- learning


def optimizer_of(network: Network) -> Any:
    """Return a fresh optimizer for everything in the network that learns."""
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    if OPTIMIZER == "adam":
        return torch.optim.Adam(parameters, lr=LEARNING_RATE)
    if OPTIMIZER == "momentum":
        return torch.optim.SGD(parameters, lr=LEARNING_RATE, momentum=MOMENTUM)
    return torch.optim.SGD(parameters, lr=LEARNING_RATE)


def clip(parameters: list[Any]) -> None:
    """Clip the gradients in place."""
    if CLIPPING == "value":
        torch.nn.utils.clip_grad_value_(parameters, CLIP_THRESHOLD)
    if CLIPPING == "norm":
        for parameter in parameters:
            torch.nn.utils.clip_grad_norm_(parameter, CLIP_THRESHOLD)
    if CLIPPING == "global_norm":
        torch.nn.utils.clip_grad_norm_(parameters, CLIP_THRESHOLD)


def rows_by_word(network: Network, optimizer: Any) -> list[Any]:
    """Return the tables with one row for each word, (V, …), and what the optimizer remembers of each of their elements."""
    if EMBEDDING_SIZE:
        tables = [network.embedding.weight]
    else:
        tables = [weight for name, weight in network.named_parameters() if "weight_ih" in name]
    arrays = [table.data for table in tables]
    for table in tables:  # the first step makes the memory, of zeros for a row that was not read
        memory = optimizer.state.get(table, {}).values()
        arrays += [value for value in memory if getattr(value, "shape", None) == table.shape]
    if EMBEDDING_SIZE:
        return arrays
    return [array.T for array in arrays]


def step(network: Network, optimizer: Any, read: Any) -> None:
    """Take the optimizer's step. The rows of words that were not read stay as they are."""
    if OPTIMIZER != "sgd":
        # The optimizer would move these rows on by what it remembers: they are put back, and so is what it remembers of them.
        resting = torch.ones(len(VOCABULARY), dtype=torch.bool)
        resting[read] = False
        before = [rows[resting].clone() for rows in rows_by_word(network, optimizer)]
    optimizer.step()
    if OPTIMIZER != "sgd":
        for rows, old in zip(rows_by_word(network, optimizer), before, strict=False):
            rows[resting] = old


def train_epoch(network: Network, optimizer: Any, sentences: list[tuple[Any, int]], order: list[int]) -> float:
    """Learn from every sentence once. Return the mean loss; each sentence is scored before the network learns from it."""
    total = 0.0
    for first in range(0, len(order), BATCH_SIZE):
        batch = [sentences[i] for i in order[first : first + BATCH_SIZE]]
        losses = [torch.nn.functional.cross_entropy(network(ids), torch.tensor(target)) for ids, target in batch]
        optimizer.zero_grad()
        torch.stack(losses).mean().backward()
        clip([parameter for parameter in network.parameters() if parameter.requires_grad])
        step(network, optimizer, torch.cat([ids for ids, _ in batch]))
        total += sum(loss.item() for loss in losses)
    return total / len(order)


def train(network: Network, sentences: list[tuple[Any, int]]) -> None:
    """Learn from sentences, each as word ids and the place of its label, for EPOCHS epochs. Print the mean loss of each tenth part."""
    optimizer = optimizer_of(network)
    shuffle = stream(SEED, "order").shuffle
    for epoch in range(1, EPOCHS + 1):
        order = list(range(len(sentences)))
        shuffle(order)
        loss = train_epoch(network, optimizer, sentences, order)
        if epoch % max(1, EPOCHS // 10) == 0:
            print(f"epoch {epoch}: loss {loss:.3f}")


def read_table(path: str) -> list[tuple[Any, int]]:
    """Return the training sentences of a CSV file, each as word ids and the place of its label."""
    with Path(path).open(encoding="utf-8-sig", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row.get("split") in (None, "", "train")]
    return [(torch.tensor(encode(row["text"], IDS)), LABELS.index(row["label"])) for row in rows]


def save(network: Network) -> Path:
    """Write the network beside its file. Return the path of the new file, which the dashboard opens too."""
    path = PATH.with_stem(f"{PATH.stem}-trained")
    save_file(network.state_dict(), path, METADATA)
    return path


# ---------------------------------------------------------------- the program


def main(arguments: list[str]) -> None:
    """Predict a text, or learn from a table."""
    network = load()
    if len(arguments) == 2 and arguments[0] == "--train":
        train(network, read_table(arguments[1]))
        print(f"saved as {save(network)}")
    elif len(arguments) == 1:
        for label, probability in predict(network, arguments[0]).items():
            print(f"{label}: {probability:.6f}")
    else:
        sys.exit(f'usage: python {Path(__file__).name} "a text", or --train sentences.csv')


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))
