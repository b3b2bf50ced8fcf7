"""The source that pages show is the source in the files."""

from __future__ import annotations

from pathlib import Path

import pytest

import rnn_core
from rnn_core.network.cells import gru, lstm, vanilla
from ui.frame.source import line_of, source_of
from ui.gradients.check import PRINTED_RULE


@pytest.mark.parametrize("cell", [vanilla, gru, lstm])
def test_the_source_of_a_cell_starts_at_its_definition_whether_compiled_or_not(cell: object) -> None:
    for name in ("forward", "backward"):
        source = source_of(getattr(cell, name))
        assert f"def {name}(" in source
        assert source in Path(str(getattr(cell, "__file__", ""))).read_text()


def test_one_line_of_the_vanilla_cell_chooses_between_the_printed_rule_and_the_exact_one() -> None:
    """The Gradients page shows this line. If this fails, the line was reworded: adapt PRINTED_RULE in ui/gradients/check.py."""
    line = line_of(vanilla.backward, PRINTED_RULE)
    lines = (Path(rnn_core.__file__).parents[1] / line.path).read_text().splitlines()
    assert lines[line.number - 1].strip() == line.text
    assert "matvec(" in line.text
    assert "vecmat(" in line.text


def test_a_mark_on_no_line_or_on_several_is_named_in_the_error() -> None:
    with pytest.raises(LookupError, match=r"0 lines of rnn_core\.network\.cells\.vanilla\.backward contain 'no such mark'"):
        line_of(vanilla.backward, "no such mark")
    with pytest.raises(LookupError, match=r"lines .* contain 'dz'"):
        line_of(vanilla.backward, "dz")
