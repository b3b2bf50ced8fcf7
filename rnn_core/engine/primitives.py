"""The small loops that everything else is made of. Only they have two bodies that are written apart.

One is a loop to compile: at these sizes a call of BLAS costs more than the loop, and to compile a NumPy expression takes longer.
The other is a NumPy expression for the plain path, where a loop would be slow.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.engine.kernel import compiled

LARGEST = 1.7976931348623157e308
"""The largest finite number."""

LOG2_E = 1.442695040888963407
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-1, 1.90821492927058770002e-10
"""ln 2 in two parts, the first with so few digits that its product with a small whole number is exact."""
ROUNDING = 6755399441055744.0
"""1.5 · 2^52: added to a number, it rounds it to a whole one."""


def plain_matvec(W: Floats, x: Floats) -> Floats:
    """W x: (m, n), (n,) -> (m,)."""
    return W @ x


@compiled(plain=plain_matvec)
def matvec(W: Floats, x: Floats) -> Floats:
    """W x: (m, n), (n,) -> (m,)."""
    m, n = W.shape
    out = np.empty(m)
    for i in range(0, m - 3, 4):  # four rows at a time: x is read a quarter as often
        a = b = c = d = 0.0
        for j in range(n):
            a += W[i, j] * x[j]
            b += W[i + 1, j] * x[j]
            c += W[i + 2, j] * x[j]
            d += W[i + 3, j] * x[j]
        out[i], out[i + 1], out[i + 2], out[i + 3] = a, b, c, d
    for i in range(m - m % 4, m):
        total = 0.0
        for j in range(n):
            total += W[i, j] * x[j]
        out[i] = total
    return out


def plain_affine(W: Floats, x: Floats, b: Floats) -> Floats:
    """W x + b: (m, n), (n,), (m,) -> (m,)."""
    return W @ x + b


@compiled(plain=plain_affine)
def affine(W: Floats, x: Floats, b: Floats) -> Floats:
    """W x + b: (m, n), (n,), (m,) -> (m,)."""
    out = matvec(W, x)
    for i in range(len(out)):
        out[i] += b[i]
    return out


def plain_vecmat(x: Floats, W: Floats) -> Floats:
    """Wᵀ x: (m,), (m, n) -> (n,)."""
    return x @ W


@compiled(plain=plain_vecmat)
def vecmat(x: Floats, W: Floats) -> Floats:
    """Wᵀ x: (m,), (m, n) -> (n,)."""
    m, n = W.shape
    out = np.zeros(n)
    for i in range(0, m - 3, 4):  # four rows at a time: out is read and written a quarter as often
        a, b, c, d = x[i], x[i + 1], x[i + 2], x[i + 3]
        for j in range(n):
            out[j] += a * W[i, j] + b * W[i + 1, j] + c * W[i + 2, j] + d * W[i + 3, j]
    for i in range(m - m % 4, m):
        factor = x[i]
        for j in range(n):
            out[j] += factor * W[i, j]
    return out


def plain_add_outer(out: Floats, X: Floats, Y: Floats) -> None:
    """Add the outer products of all steps: out (m, n) += Σ_t X_t Y_tᵀ, with X (T, m) and Y (T, n)."""
    out += X.T @ Y


@compiled(plain=plain_add_outer)
def add_outer(out: Floats, X: Floats, Y: Floats) -> None:
    """Add the outer products of all steps: out (m, n) += Σ_t X_t Y_tᵀ, with X (T, m) and Y (T, n)."""
    m, n = out.shape
    T = len(X)
    for t in range(0, T - 1, 2):  # two steps at a time: out is read and written half as often
        for i in range(m):
            a, b = X[t, i], X[t + 1, i]
            for j in range(n):
                out[i, j] += a * Y[t, j] + b * Y[t + 1, j]
    for t in range(T - T % 2, T):
        for i in range(m):
            factor = X[t, i]
            for j in range(n):
                out[i, j] += factor * Y[t, j]


def plain_rows_of(table: Floats, rows: Ints) -> Floats:
    """A copy of these rows of a table: (V, n), (k,) -> (k, n)."""
    return table[rows]


@compiled(plain=plain_rows_of)
def rows_of(table: Floats, rows: Ints) -> Floats:
    """A copy of these rows of a table: (V, n), (k,) -> (k, n)."""
    k, n = len(rows), table.shape[1]
    out = np.empty((k, n))
    for i in range(k):
        row = rows[i]
        for j in range(n):
            out[i, j] = table[row, j]
    return out


def plain_joined(x: Floats, y: Floats) -> Floats:
    """Two vectors, one after the other: (m,), (n,) -> (m + n,)."""
    return np.concatenate((x, y))


@compiled(plain=plain_joined)
def joined(x: Floats, y: Floats) -> Floats:
    """Two vectors, one after the other: (m,), (n,) -> (m + n,)."""
    m = len(x)
    out = np.empty(m + len(y))
    for i in range(m):
        out[i] = x[i]
    for i in range(len(y)):
        out[m + i] = y[i]
    return out


def plain_store(out: Floats, x: Floats) -> None:
    """Store a vector in the place of another: (n,), (n,). Compiled it takes a tenth of the compiler's time of out[:] = x."""
    out[:] = x


@compiled(plain=plain_store)
def store(out: Floats, x: Floats) -> None:
    """Store a vector in the place of another: (n,), (n,). Compiled it takes a tenth of the compiler's time of out[:] = x."""
    for i in range(len(out)):
        out[i] = x[i]


def plain_add_scaled(out: Floats, factor: float, x: Floats) -> None:
    """Add a multiple of a vector: out (n,) += factor x."""
    out += factor * x


@compiled(plain=plain_add_scaled)
def add_scaled(out: Floats, factor: float, x: Floats) -> None:
    """Add a multiple of a vector: out (n,) += factor x."""
    for i in range(len(out)):
        out[i] += factor * x[i]


def plain_tanh(a: Floats) -> Floats:
    """The hyperbolic tangent of each element: (n,) -> (n,)."""
    return np.tanh(a)


@compiled(plain=plain_tanh, fastmath={"contract"})
def tanh(a: Floats) -> Floats:
    """The hyperbolic tangent of each element: (n,) -> (n,), within 1.5 units in the last place.

    Without a branch or a call, so that several elements are computed at once; the C library's tanh takes one at a time.
    Below 0.625 it is x + x³ p(x²)/q(x²), Cephes' rational function; above, ±(1 - 2/(e^2|x| + 1)), with e^2|x| = 2^k e^r,
    |r| ≤ ln(2)/2, and Taylor's polynomial for e^r.
    """
    out = np.empty(len(a))
    for i in range(len(a)):
        x = a[i]
        s = x * x
        p = (-9.64399179425052238628e-1 * s - 9.92877231001918586564e1) * s - 1.61468768441708447952e3
        q = ((s + 1.12811678491632931402e2) * s + 2.23548839060100448583e3) * s + 4.84406305325125486048e3

        y = abs(x)
        y = 20.0 if y > 20.0 else y  # tanh is 1 from there on; NaN stays NaN
        shifted = 2.0 * LOG2_E * y + ROUNDING  # its last bits hold k
        k = shifted - ROUNDING
        r = (2.0 * y - k * LN2_HIGH) - k * LN2_LOW
        e = 1.0 / 6227020800 * r + 1.0 / 479001600  # 1/13!, 1/12!
        e = ((e * r + 1.0 / 39916800) * r + 1.0 / 3628800) * r + 1.0 / 362880
        e = ((e * r + 1.0 / 40320) * r + 1.0 / 5040) * r + 1.0 / 720
        e = ((e * r + 1.0 / 120) * r + 1.0 / 24) * r + 1.0 / 6
        e = ((e * r + 0.5) * r + 1.0) * r + 1.0
        power = np.int64((np.float64(shifted).view(np.int64) + 1023) << 52).view(np.float64)  # 2^k, put together from bits

        small = y < 0.625  # both are computed, and one division serves whichever is taken
        quotient = (x * s * p if small else -2.0) / (q if small else e * power + 1.0)
        tanh_y = quotient + (x if small else 1.0)
        out[i] = -tanh_y if x < 0.0 and not small else tanh_y
    return out


def plain_total(x: Floats) -> float:
    """The sum of a vector (n,)."""
    return x.sum()  # type: ignore[no-any-return]


@compiled(plain=plain_total)
def total(x: Floats) -> float:
    """The sum of a vector (n,)."""
    sum_ = 0.0
    for i in range(len(x)):
        sum_ += x[i]
    return sum_


@compiled
def dot(x: Floats, y: Floats) -> float:
    """The product x · y of two vectors (n,), with no array in between."""
    return matvec(x.reshape(1, -1), y)[0]  # type: ignore[no-any-return]


@compiled
def is_finite(x: float) -> bool:
    """Whether x is neither infinite nor NaN. np.isfinite is always true in compiled code: sums may be reordered there."""
    return abs(x) <= LARGEST
