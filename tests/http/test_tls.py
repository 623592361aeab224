from __future__ import annotations

import os
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from healthrec.http.tls import (
    CA_DAYS,
    RENEW_CA_DAYS,
    RENEW_SERVER_DAYS,
    SERVER_DAYS,
    TlsFiles,
    ensure_tls,
    is_loopback,
    refuse_plain_host,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOSTS = ("192.168.1.10", "clinic.lan")


def shake_hands(files: TlsFiles, name: str) -> None:
    """A TLS handshake in memory between the server's files and a client that trusts the CA alone, at today's real time."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    client = ssl.create_default_context(cadata=files.ca_pem)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asks = client.wrap_bio(to_client, to_server, server_hostname=name)
    answers = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (asks, answers, asks, answers):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.fixture
def files(tmp_path: Path) -> TlsFiles:
    return ensure_tls(tmp_path / "tls", HOSTS, NOW)


@pytest.mark.parametrize("name", ["localhost", "clinic.lan", "192.168.1.10", "127.0.0.1", "::1"])
def test_a_client_that_trusts_the_ca_trusts_the_server_under_each_of_its_names(tmp_path: Path, name: str) -> None:
    shake_hands(ensure_tls(tmp_path, HOSTS, datetime.now(UTC)), name)


def test_a_client_refuses_the_server_under_another_name(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(ensure_tls(tmp_path, HOSTS, datetime.now(UTC)), "bank.example")


def test_the_ca_cannot_vouch_for_other_sites(files: TlsFiles) -> None:
    ca = x509.load_pem_x509_certificate(files.ca_pem.encode())
    constraint = ca.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraint.critical
    permitted = constraint.value.permitted_subtrees or []
    assert [item.value for item in permitted if isinstance(item, x509.DNSName)] == ["clinic.lan", "localhost"]
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits; the user's folder is private there")
def test_keys_are_readable_by_the_owner_only(files: TlsFiles) -> None:
    for path in (files.key, files.ca.with_name("ca-key.pem")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.key.parent.stat().st_mode) == 0o700


def test_nothing_unfinished_is_left_in_the_folder(files: TlsFiles) -> None:
    assert sorted(path.name for path in files.ca.parent.iterdir()) == [
        "ca-key.pem",
        "ca.pem",
        "server-key.pem",
        "server.pem",
    ]


def test_the_fingerprint_is_that_of_the_file_to_install(files: TlsFiles) -> None:
    ca = x509.load_pem_x509_certificate(files.ca.read_bytes())
    assert ca.public_bytes(Encoding.PEM).decode() == files.ca_pem
    assert len(files.fingerprint) == 95
    assert files.fingerprint.replace(":", "").isalnum()


def test_the_first_time_both_are_new_and_the_second_neither(files: TlsFiles) -> None:
    again = ensure_tls(files.ca.parent, HOSTS, NOW)
    assert (files.new_ca, files.new_certificate) == (True, True)
    assert (again.new_ca, again.new_certificate) == (False, False)
    assert again.fingerprint == files.fingerprint


@pytest.mark.parametrize(
    ("days", "new_ca", "new_certificate"),
    [
        (SERVER_DAYS - RENEW_SERVER_DAYS - 1, False, False),
        (SERVER_DAYS - RENEW_SERVER_DAYS, False, True),
        (CA_DAYS - RENEW_CA_DAYS - 1, False, True),
        (CA_DAYS - RENEW_CA_DAYS, True, True),
        (-1, True, True),
    ],
)
def test_what_runs_short_is_renewed_in_time(files: TlsFiles, days: int, new_ca: bool, new_certificate: bool) -> None:
    later = ensure_tls(files.ca.parent, HOSTS, NOW + timedelta(days=days))
    assert (later.new_ca, later.new_certificate) == (new_ca, new_certificate)


@pytest.mark.parametrize(
    ("hosts", "new_ca", "new_certificate"),
    [
        (HOSTS, False, False),
        ((*HOSTS, "LOCALHOST", "[::1]", "0.0.0.0", ""), False, False),
        ((*HOSTS, "192.168.1.11"), False, True),
        ((*HOSTS, "fe80::1%eth0"), False, True),
        ((*HOSTS, "诊所.lan"), True, True),
        (("192.168.1.10",), False, True),
        ((*HOSTS, "other.lan"), True, True),
        ((*HOSTS, "203.0.113.5"), True, True),
    ],
)
def test_a_change_of_hosts_makes_no_more_anew_than_it_must(
    files: TlsFiles, hosts: tuple[str, ...], new_ca: bool, new_certificate: bool
) -> None:
    later = ensure_tls(files.ca.parent, hosts, NOW)
    assert (later.new_ca, later.new_certificate) == (new_ca, new_certificate)


@pytest.mark.parametrize(
    ("name", "new_ca"), [("server.pem", False), ("server-key.pem", False), ("ca.pem", True), ("ca-key.pem", True)]
)
@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
def test_a_lost_or_damaged_file_is_made_anew(files: TlsFiles, name: str, new_ca: bool, content: bytes | None) -> None:
    path = files.ca.with_name(name)
    path.unlink() if content is None else path.write_bytes(content)
    later = ensure_tls(files.ca.parent, HOSTS, NOW)
    assert (later.new_ca, later.new_certificate) == (new_ca, True)


def test_a_certificate_that_is_not_ours_is_not_taken_for_a_ca(files: TlsFiles) -> None:
    for suffix in (".pem", "-key.pem"):
        files.ca.with_name(f"ca{suffix}").write_bytes(files.ca.with_name(f"server{suffix}").read_bytes())
    assert ensure_tls(files.ca.parent, HOSTS, NOW).new_ca


def test_a_server_certificate_of_another_ca_is_made_anew(files: TlsFiles, tmp_path: Path) -> None:
    ensure_tls(tmp_path / "other", HOSTS, NOW)
    for name in ("server.pem", "server-key.pem"):
        files.ca.with_name(name).write_bytes((tmp_path / "other" / name).read_bytes())
    later = ensure_tls(files.ca.parent, HOSTS, NOW)
    assert (later.new_ca, later.new_certificate) == (False, True)


def test_a_key_of_another_certificate_is_not_used(files: TlsFiles, tmp_path: Path) -> None:
    other = ensure_tls(tmp_path / "other", HOSTS, NOW)
    files.key.write_bytes(other.key.read_bytes())
    assert ensure_tls(files.ca.parent, HOSTS, NOW).new_certificate


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("LocalHost.", True),
        ("", False),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.10", False),
        ("128.0.0.1", False),
        ("localhost.example", False),
        ("clinic.lan", False),
    ],
)
def test_loopback_is_what_only_this_machine_reaches(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer
    assert (refuse_plain_host(host, False, "") is None) is answer


@pytest.mark.parametrize(("tls", "proxy"), [(True, ""), (False, "10.0.0.2"), (False, "10.0.0.2, 10.1.0.0/16, ::1")])
def test_another_host_is_served_with_tls_or_behind_a_declared_proxy(tls: bool, proxy: str) -> None:
    assert refuse_plain_host("0.0.0.0", tls, proxy) is None


def test_a_plain_host_is_refused_by_name() -> None:
    issue = refuse_plain_host("0.0.0.0", False, "")
    assert issue is not None
    assert (issue.key, issue.params) == ("serve.plain-host", {"host": "0.0.0.0"})


@pytest.mark.parametrize("proxy", ["*", "yes", "0.0.0.0/0", "::/0", "10.0.0.2,", "10.0.0.2;10.0.0.3"])
def test_a_proxy_that_is_no_address_or_everybody_is_refused(proxy: str) -> None:
    issue = refuse_plain_host("0.0.0.0", False, proxy)
    assert issue is not None
    assert issue.key == "serve.proxy-not-an-address"
