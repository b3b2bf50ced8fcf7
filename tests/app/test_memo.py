"""What was worked out once is not worked out again, as long as there is room."""

from __future__ import annotations

import pytest

from ui.memo import Memo


def test_a_result_is_made_once_for_each_key() -> None:
    memo, made = Memo(), []

    def make() -> str:
        made.append(1)
        return f"result {len(made)}"

    assert [memo("a", make), memo("a", make), memo("b", make), memo("a", make)] == [
        "result 1",
        "result 1",
        "result 2",
        "result 1",
    ]


def test_the_ones_asked_for_longest_ago_go_first() -> None:
    memo = Memo()
    for i in range(Memo.MOST):
        memo(i, lambda i=i: i)  # type: ignore[misc]
    memo(0, lambda: -1)
    memo("one more", lambda: -1)
    assert len(memo) == Memo.MOST
    assert memo(0, lambda: -1) == 0
    assert memo(1, lambda: -1) == -1


def test_what_fails_is_tried_again() -> None:
    memo = Memo()
    with pytest.raises(ZeroDivisionError):
        memo("a", lambda: 1 // 0)
    assert memo("a", lambda: 5) == 5
