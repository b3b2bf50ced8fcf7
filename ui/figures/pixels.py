"""A heat map as a small picture, for drawings with more cells than shapes could be drawn of."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

from rnn_core.arrays import Floats
from ui.figures.palette import Palette


def heat(shares: Floats, colors: Palette) -> str:
    """Return values (m, n) from -1 to 1 as the address of a PNG, one pixel a value: negative through paper to positive.

    What is not a number is paper.
    """
    shares = np.clip(np.nan_to_num(shares), -1.0, 1.0)[..., None]
    paper, up, down = (_channels(color) for color in (colors.paper, colors.positive, colors.negative))
    mixed = paper + np.abs(shares) * (np.where(shares > 0, up, down) - paper)
    return f"data:image/png;base64,{base64.b64encode(_png(np.rint(mixed).astype(np.uint8))).decode()}"


def _channels(color: str) -> Floats:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


def _png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """Return pixels (m, n, 3) as a PNG file: header, one block of compressed rows, end (RFC 2083)."""
    m, n, _ = pixels.shape
    rows = np.concatenate([np.zeros((m, 1), dtype=np.uint8), pixels.reshape(m, 3 * n)], axis=1)  # 0: a row unfiltered

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", n, m, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)) + chunk(b"IEND", b"")
