"""Word vectors in words: what a file of them had, which words are missing, and why a file cannot be used."""

from __future__ import annotations

from rnn_core import Dataset
from rnn_core.data.word_vectors import WordVectors
from rnn_core.errors import AbsentVectorsError, VectorFileError
from rnn_core.sharing.vector_streams import VectorFile
from ui.language import gettext, ngettext, number, paragraph
from ui.messages import details
from ui.messages.formatting import listed, plain

DIGITS = 12
"""Digits of a digest that are shown."""
COMMAND = "python -m rnn_core vectors cut glove.txt --data my.csv --out small.npz"


def found(vectors: WordVectors, data: Dataset) -> str:
    """What the vectors are, and which words of the sentences have none."""
    missing = vectors.missing(data.vocabulary)
    there = gettext(
        "**{name}**: {count} of {words} words in the vocabulary have a vector. Each has {size} numbers.",
        name=plain(vectors.name),
        count=number(len(data.vocabulary) - len(missing)),
        words=number(len(data.vocabulary)),
        size=number(vectors.size),
    )
    if not missing:
        return there
    random = ngettext(
        "{count} word starts at random: {words}.", "{count} words start at random: {words}.", len(missing), words=listed(missing)
    )
    return paragraph([there, random])


def damaged(file: VectorFile) -> str:
    """What in a file did not fit; empty if everything did."""
    said = []
    if file.malformed:
        said.append(
            ngettext(
                "{count} line of the file was left out, because its numbers do not fit.",
                "{count} lines of the file were left out, because their numbers do not fit.",
                file.malformed,
            )
        )
    if file.replaced:
        said.append(
            ngettext(
                "{count} word of the file is not valid UTF-8 and was read with replacement characters.",
                "{count} words of the file are not valid UTF-8 and were read with replacement characters.",
                file.replaced,
            )
        )
    return paragraph(said)


def how_to_cut() -> str:
    """How a file that is too large for the server becomes small."""
    return gettext(
        "Only the words of your sentences are kept. If the file is too large, cut it on your own computer: `{command}`",
        command=COMMAND,
    )


def wanted(problem: AbsentVectorsError) -> str:
    """That an experiment needs word vectors that it does not contain."""
    return gettext(
        "This experiment uses the word vectors {name} (digest {digest}), which the link does not contain. Choose their file: the original, "
        "or the one that the sender can download on the Hyperparameters page.",
        name=plain(problem.name),
        digest=plain(problem.digest[:DIGITS]),
    )


def sent_apart(vectors: WordVectors) -> str:
    """That a link does not contain the vectors."""
    return gettext(
        "The link names the word vectors {name} but does not contain them. Send their file too.", name=plain(vectors.name)
    )


def refused(problem: VectorFileError) -> str:
    """Why a file of word vectors cannot be used."""
    detail = details.detail(problem.detail)
    match problem.reason:
        case "too_large":
            return paragraph([gettext("It is too large: {detail}.", detail=detail), how_to_cut()])
        case "too_many_lines":
            return paragraph([gettext("It has too many lines: {detail}.", detail=detail), how_to_cut()])
        case "empty":
            return gettext("The file is empty.")
        case "pickle":
            return gettext(
                "This is a pickle, as gensim saves its models. Opening it could run code, so it is refused. In gensim, save the vectors "
                "with `save_word2vec_format`."
            )
        case "fasttext_bin":
            return gettext("This is a fastText model (.bin). Use the .vec file that comes with it.")
        case "other_kind":
            return gettext("This is not a file of word vectors. Each line must have a word and its numbers, separated by spaces.")
        case "damaged":
            return gettext("This file is damaged or incomplete.")
        case "dimension":
            return gettext("The number of columns is not possible: {detail}.", detail=detail)
        case "over_limits":
            return gettext("The vectors are larger than this server allows: {detail}.", detail=detail)
        case "no_known_words":
            return gettext("No word of your sentences is in this file.")
        case "other_vectors":
            return gettext("These are other vectors than those of the experiment: the digest differs.")
