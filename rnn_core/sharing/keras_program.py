"""The network in Keras 3. Keras computes with 32 bits, so the probabilities are equal to about 1e-6.

    python network.py "i am not bad"        the prediction for a text

It needs Keras 3 with one of its backends, NumPy (NLTK or rjieba too if one of them splits the texts), and beside it the file that
FILE names: the network as it is saved from the dashboard.

To train it on, compile it with the loss "sparse_categorical_crossentropy" and fit it to word ids (N, T) and places of labels (N,).
"""

# The program with every option. keras.py reduces it to one network, as pytorch.py does.

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np

from rnn_core.sharing.text_program import encode

# ---------------------------------------------------------------- the settings

FILE = "network.npz"
CELL: str = "vanilla"
HIDDEN_SIZE = 2  # H, numbers in a hidden state
BIDIRECTIONAL = False
EMBEDDING_SIZE = 0

# ---------------------------------------------------------------- the file


def read_file() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the weights by their names in the equations, and the description of the network."""
    with np.load(Path(__file__).with_name(FILE)) as file:
        arrays = {name: file[name] for name in file.files}
    return arrays, json.loads(bytes(arrays.pop("about")))


WEIGHTS, ABOUT = read_file()
VOCABULARY: list[str] = ABOUT["vocabulary"]
LABELS: list[str] = ABOUT["labels"]
IDS = {word: i for i, word in enumerate(VOCABULARY)}

# ---------------------------------------------------------------- the network


def by_column(array: Any) -> Any:
    """Return blocks of rows, one for each gate, as blocks of columns in the order that Keras has."""
    if CELL == "gru":
        reset, update, new = np.split(array, 3)
        array = np.concatenate((update, reset, new))
    return array.T


def layer_weights(way: str) -> list[Any]:
    """Return the weights of the recurrent layer in one direction, "" or "_reverse"."""
    bias = by_column(WEIGHTS[f"b_h{way}"])
    if CELL == "gru":  # a second bias, of which only the part inside the reset gate is needed
        second = np.zeros(3 * HIDDEN_SIZE)
        second[2 * HIDDEN_SIZE :] = WEIGHTS[f"b_hn{way}"]
        bias = np.stack((bias, second))
    return [by_column(WEIGHTS[f"W_xh{way}"]), by_column(WEIGHTS[f"W_hh{way}"]), bias]


def load() -> Any:
    """Return the network with the weights of the file: word ids (N, T) -> probabilities (N, C)."""
    ids = keras.Input((None,), dtype="int64")
    if EMBEDDING_SIZE:
        embedding = keras.layers.Embedding(len(VOCABULARY), EMBEDDING_SIZE)
        x = embedding(ids)
    else:
        x = keras.ops.one_hot(ids, len(VOCABULARY))
    if CELL == "vanilla":
        rnn = keras.layers.SimpleRNN(HIDDEN_SIZE)
    if CELL == "gru":
        rnn = keras.layers.GRU(HIDDEN_SIZE, reset_after=True)
    if CELL == "lstm":
        rnn = keras.layers.LSTM(HIDDEN_SIZE)
    if BIDIRECTIONAL:
        rnn = keras.layers.Bidirectional(rnn)
    head = keras.layers.Dense(len(LABELS), activation="softmax")
    network = keras.Model(ids, head(rnn(x)))  # reads the last state
    if EMBEDDING_SIZE:
        embedding.set_weights([WEIGHTS["E"]])
    if BIDIRECTIONAL:
        rnn.set_weights([*layer_weights(""), *layer_weights("_reverse")])
    else:
        rnn.set_weights(layer_weights(""))
    head.set_weights([WEIGHTS["W_hy"].T, WEIGHTS["b_y"]])
    return network


def predict(network: Any, text: str) -> dict[str, float]:
    """Return the probability of each label."""
    probabilities = keras.ops.convert_to_numpy(network(np.array([encode(text, IDS)])))[0]
    return dict(zip(LABELS, probabilities.tolist(), strict=True))


# ---------------------------------------------------------------- the program


def main(arguments: list[str]) -> None:
    """Predict a text."""
    if len(arguments) != 1:
        sys.exit(f'usage: python {Path(__file__).name} "a text"')
    for label, probability in predict(load(), arguments[0]).items():
        print(f"{label}: {probability:.6f}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))
