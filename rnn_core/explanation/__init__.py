"""Explanations of predictions. Most start from a Reading: one text, read word by word by one model."""

from rnn_core.explanation.alignment import align
from rnn_core.explanation.answers import Answer, answer_each, answers_to_csv, probability_columns, texts_of
from rnn_core.explanation.course import Course, over_training
from rnn_core.explanation.evaluation import Evaluation, Judged, Scores
from rnn_core.explanation.flips import Flip, Flips, find_flips
from rnn_core.explanation.projection import Projection, endings, predictions_on_plane, project
from rnn_core.explanation.reading import Reading, joined, read
from rnn_core.explanation.saliency import Saliency, explain
from rnn_core.explanation.tracing import Trace, trace
from rnn_core.explanation.units import unit_order

__all__ = [
    "Answer",
    "Course",
    "Evaluation",
    "Flip",
    "Flips",
    "Judged",
    "Projection",
    "Reading",
    "Saliency",
    "Scores",
    "Trace",
    "align",
    "answer_each",
    "answers_to_csv",
    "endings",
    "explain",
    "find_flips",
    "joined",
    "over_training",
    "predictions_on_plane",
    "probability_columns",
    "project",
    "read",
    "texts_of",
    "trace",
    "unit_order",
]
