"""A served installation: over TLS with its own CA, told to end, its audit drained."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from healthrec.services.opening import opened
from healthrec.services.operations.anchoring import heads_in
from healthrec.services.operations.audit_check import verify_audit
from healthrec.settings import Settings

Served = tuple[str, subprocess.Popen[str], str]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """(address, process, what it said on stderr until then is in its pipe)."""
    port = free_port()
    command = [sys.executable, "-c", "from healthrec.cli import main; main()", "serve", "--tls", "--port", str(port)]
    environment = os.environ | {"LANG": "en_US.UTF-8", "HEALTHREC_AUDIT_ANCHOR": str(tmp_path / "heads")}
    with subprocess.Popen(
        [*command, "--database-url", f"sqlite:///{tmp_path / 'x.db'}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        yield f"https://127.0.0.1:{port}", process, process.stdout.readline()
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to wait for")
def test_it_serves_over_tls_gives_its_ca_and_ends_well(served: Served, tmp_path: Path) -> None:
    address, process, said = served
    assert address in said
    trusting = ssl.create_default_context(cafile=str(tmp_path / "tls" / "ca.pem"))

    def get(path: str) -> bytes:
        with urllib.request.urlopen(f"{address}{path}", context=trusting, timeout=20) as answer:
            return bytes(answer.read())

    assert get("/healthz") == b"ok"
    pem = get("/install-ca/healthrec-ca.crt").decode()
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()
    fingerprint = ":".join(digest[i : i + 2] for i in range(0, 64, 2))
    assert fingerprint in get("/install-ca?secret=%E7%8E%8B").decode()
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=30)
    assert process.returncode == 0, log
    assert fingerprint in log
    assert '"path": "/install-ca"' in log and "secret" not in log
    with opened(Settings(database_url=f"sqlite:///{tmp_path / 'x.db'}")) as services:
        assert verify_audit(services, heads_in(services, tmp_path / "heads"))[1] is None
