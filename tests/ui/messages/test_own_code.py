"""Every reason why a file of arrays is refused has its sentence, in every language."""

from __future__ import annotations

from typing import get_args

from rnn_core.checking.slips import SLIPS
from rnn_core.errors import ArrayFileError, ArrayFileReason
from ui.language import LANGUAGES, speaking
from ui.messages import own_code, slips


def test_every_reason_and_every_slip_has_a_sentence_of_its_own() -> None:
    reasons = get_args(ArrayFileReason)
    seen: set[str] = set()
    for language in LANGUAGES:
        with speaking(language):
            told = [own_code.refused(ArrayFileError(reason, "9 bytes, at most 5")) for reason in reasons]
            assert len(set(told)) == len(reasons)
            assert not seen & {*told}
            seen |= {*told}
            assert {slip: slips.SHORT[slip] for slip in SLIPS}
            assert list(slips.SLIPS) == list(slips.SHORT) == list(SLIPS)


def test_a_name_from_a_file_is_shown_letter_by_letter() -> None:
    assert "\\*\\*bold\\*\\*" in own_code.refused(ArrayFileError("ragged", "**bold**"))
