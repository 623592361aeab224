"""A film for Chromium's fake camera: still pictures of a code, as raw video (YUV4MPEG2), black on a grey table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import segno
from numpy.typing import NDArray
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.ecc200datamatrix import ECC200DataMatrix

WIDTH, HEIGHT, FRAMES = 640, 480, 10
_PAPER, _TABLE, _INK = 235, 150, 16
_NEUTRAL = 128


def code_128(text: str, module: int = 2, tall: int = 140) -> NDArray[np.uint8]:
    """The bars as grey values; `module` pixels for the narrowest."""
    drawn = Code128(text)
    drawn.validate()
    drawn.encode()
    drawn.decompose()
    # capitals are bars, small letters gaps; a for one module, b for two …
    runs = [(one.isupper(), ord(one.lower()) - ord("a") + 1) for one in drawn.decomposed]
    line = np.concatenate([np.full(count * module, _INK if bar else _PAPER, np.uint8) for bar, count in runs])
    return _with_margin(np.tile(line, (tall, 1)), 10 * module)


def qr(text: str, module: int = 6) -> NDArray[np.uint8]:
    """The modules as grey values."""
    return _modules(np.array([list(row) for row in segno.make_qr(text).matrix], dtype=bool), module)


def data_matrix(text: str, module: int = 6) -> NDArray[np.uint8]:
    """The modules as grey values; capitals and digits."""
    drawn = ECC200DataMatrix(text)
    drawn.validate()
    drawn.encode()
    return _modules(np.array(drawn.encoded, dtype=bool), module)


def film(picture: NDArray[np.uint8], path: Path) -> Path:
    """Write the picture lying on a table; answers the path."""
    table = np.full((HEIGHT, WIDTH), _TABLE, np.uint8)
    top, left = (HEIGHT - picture.shape[0]) // 2, (WIDTH - picture.shape[1]) // 2
    table[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    colours = np.full(WIDTH * HEIGHT // 2, _NEUTRAL, np.uint8).tobytes()
    frame = b"FRAME\n" + table.tobytes() + colours
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * FRAMES)
    return path


def _modules(dark: NDArray[np.bool_], module: int) -> NDArray[np.uint8]:
    large = np.kron(dark, np.ones((module, module), bool)).astype(bool)
    return _with_margin(np.where(large, _INK, _PAPER).astype(np.uint8), 4 * module)


def _with_margin(picture: NDArray[np.uint8], margin: int) -> NDArray[np.uint8]:
    return np.pad(picture, margin, constant_values=_PAPER)
