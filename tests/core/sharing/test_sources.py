"""Sources cut down by what is known: what is left does the same, and reads as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core.sharing.sources import decided, renamed, untyped

CASES = {
    "a branch taken": ("if A:\n    # why\n    x = 1\n    y = 2\nz = 3\n", "# why\nx = 1\ny = 2\nz = 3\n"),
    "a branch not taken": ("if not A:\n    x = 1\nz = 3\n", "z = 3\n"),
    "else": ("if not A:\n    x = 1\nelse:\n    # why\n    x = 2  # so\nz = 3\n", "# why\nx = 2  # so\nz = 3\n"),
    "elif": ("if not A:\n    x = 1\nelif u:\n    x = 2\nelse:\n    x = 3\n", "if u:\n    x = 2\nelse:\n    x = 3\n"),
    "elif within": (
        "for i in u:\n    if not A:\n        x = 1\n    elif v:\n        x = 2\n",
        "for i in u:\n    if v:\n        x = 2\n",
    ),
    "a branch that ends with break": ("for i in u:\n    if A:\n        break\n    g()\n", "for i in u:\n    break\n"),
    "one elif after another": ("if B == 1:\n    x = 1\nelif B == 2:\n    x = 2\nelif B == 3:\n    x = 3\n", "x = 2\n"),
    "an if within": ("if u:\n    if A:\n        x = 1\n    else:\n        x = 2\n", "if u:\n    x = 1\n"),
    "a branch that ends with return": (
        "def f():\n    if A:\n        return 1\n    g()\n    return 2\n",
        "def f():\n    return 1\n",
    ),
    "a branch that ends with continue": (
        "for i in u:\n    if A:\n        continue\n    g()\nh()\n",
        "for i in u:\n    continue\nh()\n",
    ),
    "a choice": ("x = f(1 if A else 2, 3 if not A else 4)\n", "x = f(1, 4)\n"),
    "a choice in a choice": ('x = 4 if S == "a" else 3 if S == "b" else 1\n', "x = 3\n"),
    "and": ("if A and u and B:\n    x = 1\n", "if u:\n    x = 1\n"),
    "or": ("y = u or not A or v\n", "y = u or v\n"),
    "and, not fulfilled": ("if u and not A:\n    x = 1\nz = 3\n", "z = 3\n"),
    "or, fulfilled": ("x = 1 if u or A else 2\n", "x = 1\n"),
    "membership": ('if S in ("a", "b"):\n    x = 1\n', 'if S in ("a", "b"):\n    x = 1\n'),
    "what is not known": ("if u == A:\n    x = 1\n", "if u == A:\n    x = 1\n"),
    "what might do something": ("if f(A):\n    x = 1\n", "if f(A):\n    x = 1\n"),
    "no names": ("while True:\n    if 1:\n        x = 1\n", "while True:\n    if 1:\n        x = 1\n"),
    "letters of more than a byte": ("é = 'é' if A else 'ü'; x = 'ö' if A else 'ä'\n", "é = 'é'; x = 'ö'\n"),
    "an end without a line's end": ("if A:\n    x = 1", "x = 1"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_known_is_decided_and_all_else_stays_to_the_letter(case: str) -> None:
    source, left = CASES[case]
    assert decided(source, {"A": True, "B": 2, "S": "b"}) == left


@given(
    st.recursive(
        st.sampled_from(["A", "B", "C", "u", "v"]), lambda inner: st.tuples(st.sampled_from(["and", "or", "not"]), inner, inner)
    ),
    st.tuples(*[st.booleans()] * 5),
)
def test_a_decided_program_comes_to_the_same(condition: object, values: tuple[bool, ...]) -> None:
    def written(part: object) -> str:
        if isinstance(part, str):
            return part
        assert isinstance(part, tuple)
        word, left, right = part
        return f"(not {written(left)})" if word == "not" else f"({written(left)} {word} {written(right)})"

    text = written(condition)
    source = f"if {text}:\n    x = 1\nelif not u:\n    x = 2\nelse:\n    x = 3\ny = 4 if {text} else 5\n"
    names = dict(zip("ABCuv", values, strict=True))
    left = decided(source, {name: names[name] for name in "ABC"})
    before, after = dict(names), dict(names)
    exec(source, before)
    exec(left, after)
    assert (before["x"], before["y"]) == (after["x"], after["y"])
    assert not {"A", "B", "C"} & set(left)


TYPES = {
    "arguments": ("def f(a: int, *b: str, c: dict[str, int]) -> None:\n    pass\n", "def f(a, *b, c):\n    pass\n"),
    "over several lines": ("def f(\n    a: int,\n) -> tuple[\n    int\n]:\n    pass\n", "def f(\n    a,\n):\n    pass\n"),
    "a variable": ("x: int = 1  # one\nfor i in y:\n    z: 'a -> b' = 2\n", "x = 1  # one\nfor i in y:\n    z = 2\n"),
    "a decorator": ("@one\n@two(3)\ndef f():\n    pass\n", "def f():\n    pass\n"),
    "a remark": ("x = f()  # type: ignore[no-any-return]\ny = 1  # type: ignore\n", "x = f()\ny = 1\n"),
    "an arrow elsewhere": ('def f() -> int:\n    """a -> b"""\n', 'def f():\n    """a -> b"""\n'),
    "letters of more than a byte": ("def é(ü: int) -> int:\n    ö: int = 1\n", "def é(ü):\n    ö = 1\n"),
}


@pytest.mark.parametrize("case", TYPES)
def test_types_are_taken_off_and_all_else_stays_to_the_letter(case: str) -> None:
    source, left = TYPES[case]
    assert untyped(source) == left


def test_a_modules_function_gets_a_name_of_its_own() -> None:
    source = "def forward(x):\n    return gru.forward(x) + x.gru + lstm.forward(x)\n"
    assert (
        renamed(source, {"gru"}, "both_forward") == "def both_forward(x):\n    return gru_forward(x) + x.gru + lstm.forward(x)\n"
    )
