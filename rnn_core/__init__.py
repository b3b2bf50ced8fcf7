"""A recurrent network that you can look into: the guide's network, with correct gradients.

    from rnn_core import Dataset, Experiment, Trainer

Data goes one way: text, Dataset, Experiment, Trainer, EpochRecord, Run. Nothing in this package prints, plots or depends on a
browser, except the command line (python -m rnn_core), which prints.
"""

from rnn_core import presets
from rnn_core.config import Change, ModelConfig, TrainingConfig
from rnn_core.data.baseline import Baseline
from rnn_core.data.dataset import Dataset, Example
from rnn_core.data.faults import Fault
from rnn_core.data.text import TextRules
from rnn_core.data.vocabulary import Vocabulary
from rnn_core.errors import (
    ConfigError,
    DatasetError,
    DivergenceError,
    ExperimentFileError,
    LessonError,
    LimitError,
    LinkError,
    ModelFileError,
    ResultsFileError,
    RnnCoreError,
    UnknownWordError,
)
from rnn_core.experiment import Experiment
from rnn_core.explanation import Reading, read
from rnn_core.gradients.check import GradientCheck, GradientComparison, gradient_check
from rnn_core.limits import Limits
from rnn_core.network.model import Model
from rnn_core.sharing import documents, links, model_file, script
from rnn_core.training.history import EpochRecord, GradientStatistics, History, Score
from rnn_core.training.run import Run
from rnn_core.training.snapshot import Snapshot
from rnn_core.training.trainer import Trainer

__all__ = [
    "Baseline",
    "Change",
    "ConfigError",
    "Dataset",
    "DatasetError",
    "DivergenceError",
    "EpochRecord",
    "Example",
    "Experiment",
    "ExperimentFileError",
    "Fault",
    "GradientCheck",
    "GradientComparison",
    "GradientStatistics",
    "History",
    "LessonError",
    "LimitError",
    "Limits",
    "LinkError",
    "Model",
    "ModelConfig",
    "ModelFileError",
    "Reading",
    "ResultsFileError",
    "RnnCoreError",
    "Run",
    "Score",
    "Snapshot",
    "TextRules",
    "Trainer",
    "TrainingConfig",
    "UnknownWordError",
    "Vocabulary",
    "documents",
    "gradient_check",
    "links",
    "model_file",
    "presets",
    "read",
    "script",
]
