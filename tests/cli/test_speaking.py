"""What a command says is printed as it is."""

from __future__ import annotations

from healthrec.cli import speaking


def test_a_fingerprint_is_not_taken_for_pictures() -> None:
    with speaking.err.capture() as printed:
        speaking.note("cli.ca-fingerprint", fingerprint="14:AB:CD:16")
    assert "14:AB:CD:16" in printed.get()
