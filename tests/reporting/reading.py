"""What a PDF says to those who read it by machine: its text, its fonts, its size."""

from __future__ import annotations

import subprocess
from pathlib import Path


def text_of(pdf: Path) -> str:
    """All words, in reading order."""
    return _run("pdftotext", "-layout", str(pdf), "-")


def fonts_of(pdf: Path) -> list[list[str]]:
    """A row for each font: name, type, encoding, embedded, subset, unicode, …"""
    return [line.split() for line in _run("pdffonts", str(pdf)).splitlines()[2:]]


def pages_of(pdf: Path) -> int:
    info = _run("pdfinfo", str(pdf))
    return int(next(line.split()[1] for line in info.splitlines() if line.startswith("Pages:")))


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
