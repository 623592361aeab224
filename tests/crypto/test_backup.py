import io
from typing import BinaryIO

import pytest

from healthrec.crypto.backup import CHUNK_BYTES, BadBackupError, Cost, decrypt_stream, encrypt_stream, verify_stream

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)
PASSPHRASE = "一句只有我们知道的话"
HEADER_BYTES = 37
SEALED = CHUNK_BYTES + 16


def container(content: bytes) -> bytes:
    writer = io.BytesIO()
    assert encrypt_stream(io.BytesIO(content), writer, PASSPHRASE, CHEAP) == len(content)
    return writer.getvalue()


THREE = container(b"a" * CHUNK_BYTES + b"b" * CHUNK_BYTES + b"c" * 10)


def fault_of(data: bytes, passphrase: str = PASSPHRASE) -> tuple[str, int]:
    with pytest.raises(BadBackupError) as caught:
        verify_stream(io.BytesIO(data), passphrase)
    assert caught.value.issues[0].key == f"backup.{caught.value.fault}"
    return caught.value.fault, caught.value.chunk


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_what_went_in_comes_out(size: int) -> None:
    content = bytes(size)
    data = container(content)
    out = io.BytesIO()
    assert verify_stream(io.BytesIO(data), PASSPHRASE) == size
    assert decrypt_stream(io.BytesIO(data), out, PASSPHRASE) == size
    assert out.getvalue() == content


def test_a_canary_is_not_found_in_the_container() -> None:
    assert b"899999201903010018" not in container(b"899999201903010018" * 100)


def test_a_wrong_passphrase_is_named_so() -> None:
    assert fault_of(THREE, "another") == ("wrong-passphrase", 0)


@pytest.mark.parametrize("cut", [1, 10, 26])
def test_a_cut_inside_the_last_chunk_is_found(cut: int) -> None:
    assert fault_of(THREE[:-cut])[0] in ("damaged", "cut-short")


@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_a_cut_between_chunks_is_found(chunks: int) -> None:
    assert fault_of(THREE[: HEADER_BYTES + chunks * SEALED])[0] == "cut-short"


def test_swapped_and_doubled_and_dropped_chunks_are_found() -> None:
    header, first, second, third = (
        THREE[:HEADER_BYTES],
        THREE[HEADER_BYTES : HEADER_BYTES + SEALED],
        THREE[HEADER_BYTES + SEALED : HEADER_BYTES + 2 * SEALED],
        THREE[HEADER_BYTES + 2 * SEALED :],
    )
    assert fault_of(header + second + first + third)[1] == 0
    assert fault_of(header + first + first + second + third) == ("damaged", 1)
    assert fault_of(header + first + third) == ("damaged", 1)
    assert fault_of(THREE + second)[0] == "damaged"
    assert fault_of(THREE + b"x") == ("damaged", 2)


def test_one_changed_bit_is_found_anywhere() -> None:
    small = container(b"content")
    for at in range(len(small)):
        changed = bytearray(small)
        changed[at] ^= 1
        assert fault_of(bytes(changed))[0]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "not-a-backup"),
        (b"SQLite format 3\x00" * 10, "not-a-backup"),
        (THREE[:20], "cut-short"),
        (THREE[:8] + b"\x09" + THREE[9:], "unknown-version"),
        (THREE[:9] + b"\xff\xff\xff\xff" + THREE[13:], "damaged"),
        (THREE[:13] + b"\xff\xff\xff\xff" + THREE[17:], "damaged"),
        (THREE[:17] + b"\x00\x00\x00\x00" + THREE[21:], "damaged"),
    ],
)
def test_what_is_no_container_is_refused_before_any_work(data: bytes, fault: str) -> None:
    assert fault_of(data)[0] == fault


def test_nothing_is_given_of_a_container_with_a_bad_end() -> None:
    out = io.BytesIO()
    with pytest.raises(BadBackupError):
        decrypt_stream(io.BytesIO(THREE[:-1]), out, PASSPHRASE)
    assert out.getvalue() == b""


def test_unverified_reading_gives_whole_chunks_until_the_fault() -> None:
    out = io.BytesIO()
    with pytest.raises(BadBackupError):
        decrypt_stream(io.BytesIO(THREE[:-1]), out, PASSPHRASE, verify_first=False)
    assert len(out.getvalue()) == 2 * CHUNK_BYTES


def test_a_container_inside_another_file_begins_where_the_reader_stands() -> None:
    reader, out = io.BytesIO(b"before" + container(b"content")), io.BytesIO()
    reader.seek(6)
    assert decrypt_stream(reader, out, PASSPHRASE) == 7


class Trickle(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self.inner = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self.inner.read(min(size, 100_000))


def test_a_slow_pipe_gives_the_same_chunks() -> None:
    pipe: BinaryIO = Trickle(THREE)  # type: ignore[assignment]
    assert verify_stream(pipe, PASSPHRASE) == 2 * CHUNK_BYTES + 10
