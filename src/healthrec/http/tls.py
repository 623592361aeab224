"""TLS without a public authority: a local CA for the clinic's network, and the server certificate that it signs.

The CA is bound by name constraints (RFC 5280 4.2.1.10) to the hosts it was made for and to private addresses, so that
whoever steals its key cannot pretend to be another site to the PCs that trust it.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from healthrec.errors import Issue

CA_DAYS = 3650
SERVER_DAYS = 397  # browsers of the big makers refuse server certificates that live much longer
RENEW_CA_DAYS = 400  # a server certificate must not outlive its CA
RENEW_SERVER_DAYS = 30

_PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
_BACKDATE = timedelta(hours=1)  # a PC whose clock is a little slow still accepts a new certificate

_Key = ec.EllipticCurvePrivateKey
_NETWORKS = (ipaddress.IPv4Network, ipaddress.IPv6Network)
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What the server and the install page need. `fingerprint` is SHA-256 of the CA, ``AB:CD:…``, to compare by eye."""

    certificate: Path
    key: Path
    ca: Path
    ca_pem: str
    fingerprint: str
    new_ca: bool
    new_certificate: bool


def ensure_tls(folder: Path, hosts: Sequence[str], now: datetime) -> TlsFiles:
    """CA and server certificate in `folder`, made or renewed when missing, damaged, short or not for these hosts.

    `hosts` are names and addresses under which the server is reached; localhost is always among them. `now` is the real
    clock with its offset. Keys are readable by the owner only. A `new_ca` must be installed on the PCs again. Raises
    UnicodeError for a name that DNS cannot hold.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names, addresses = _sorted_hosts(hosts)
    ca = _read_pair(folder, "ca")
    new_ca = ca is None or not _ca_will_do(ca[0], names, addresses, now)
    if ca is None or new_ca:
        ca = _write_pair(folder, "ca", *_make_ca(names, addresses, now))
    server = _read_pair(folder, "server")
    new_certificate = server is None or not _server_will_do(server[0], ca[0], names, addresses, now)
    if new_certificate:
        _write_pair(folder, "server", *_make_server(*ca, names, addresses, now))
    pem = ca[0].public_bytes(serialization.Encoding.PEM).decode()
    return TlsFiles(
        folder / "server.pem",
        folder / "server-key.pem",
        folder / "ca.pem",
        pem,
        _fingerprint(ca[0]),
        new_ca,
        new_certificate,
    )


def refuse_plain_host(host: str, tls: bool, trusted_proxy: str) -> Issue | None:
    """Why the server must not start as asked, or None.

    A host other than loopback needs TLS or a declared proxy that ends TLS in front. A proxy is declared by address or
    network (several with commas); ``*`` would let anybody forge where he comes from, and is refused.
    """
    if trusted_proxy and not _is_proxy_list(trusted_proxy):
        return Issue("value", "serve.proxy-not-an-address", "trusted_proxy", {"found": trusted_proxy})
    if tls or trusted_proxy or is_loopback(host):
        return None
    return Issue("business-rule", "serve.plain-host", "host", {"host": host})


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach `host`; ``0.0.0.0``, ``::`` and an empty host mean every interface."""
    address = _address(host.strip("[]"))
    if address is None:
        return host.rstrip(".").lower() == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _sorted_hosts(hosts: Iterable[str]) -> tuple[list[str], list[_Address]]:
    names, addresses = {"localhost"}, {ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")}
    for host in hosts:
        plain = host.strip("[]")
        address = _address(plain)
        if address is not None and not address.is_unspecified:
            addresses.add(address)
        elif address is None and plain:
            names.add(plain.rstrip(".").lower().encode("idna").decode())
    return sorted(names), sorted(addresses, key=lambda address: (address.version, int(address)))


def _read_pair(folder: Path, name: str) -> tuple[x509.Certificate, _Key] | None:
    try:
        certificate = x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())
        key = serialization.load_pem_private_key((folder / f"{name}-key.pem").read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        return None
    if not isinstance(key, _Key) or key.public_key() != certificate.public_key():
        return None
    return certificate, key


def _ca_will_do(ca: x509.Certificate, names: Iterable[str], addresses: Iterable[_Address], now: datetime) -> bool:
    try:
        permitted = ca.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return False
    allowed = {item.value for item in permitted if isinstance(item, x509.DNSName)}
    networks = [item.value for item in permitted if isinstance(item.value, _NETWORKS)]
    return (
        _lives(ca, RENEW_CA_DAYS, now)
        and allowed.issuperset(names)
        and all(any(address in network for network in networks) for address in addresses)
    )


def _server_will_do(
    server: x509.Certificate, ca: x509.Certificate, names: list[str], addresses: list[_Address], now: datetime
) -> bool:
    try:
        server.verify_directly_issued_by(ca)
        has = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return (
        _lives(server, RENEW_SERVER_DAYS, now)
        and sorted(has.get_values_for_type(x509.DNSName)) == names
        and set(has.get_values_for_type(x509.IPAddress)) == set(addresses)
    )


def _lives(certificate: x509.Certificate, days: int, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now and now + timedelta(days=days) < certificate.not_valid_after_utc


def _make_ca(names: list[str], addresses: list[_Address], now: datetime) -> tuple[x509.Certificate, _Key]:
    key = ec.generate_private_key(ec.SECP256R1())
    # The random part keeps two CAs of one clinic apart: browsers mix up issuers of the same name.
    name = _subject(f"healthrec local CA {secrets.token_hex(4)}")
    networks = [ipaddress.ip_network(private) for private in _PRIVATE]
    public = [
        ipaddress.ip_network(address) for address in addresses if not any(address in network for network in networks)
    ]
    permitted = [*map(x509.DNSName, names), *map(x509.IPAddress, [*networks, *public])]
    certificate = (
        _builder(name, name, key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _make_server(
    ca: x509.Certificate, ca_key: _Key, names: list[str], addresses: list[_Address], now: datetime
) -> tuple[x509.Certificate, _Key]:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_key = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    reached_as = [*map(x509.DNSName, names), *map(x509.IPAddress, addresses)]
    certificate = (
        _builder(_subject("healthrec"), ca.subject, key, now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(reached_as), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return certificate, key


def _builder(subject: x509.Name, issuer: x509.Name, key: _Key, now: datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATE)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _subject(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _write_pair(folder: Path, name: str, certificate: x509.Certificate, key: _Key) -> tuple[x509.Certificate, _Key]:
    """The key first: a certificate without its key would be taken for a damaged pair and made anew, never served."""
    _write(folder / f"{name}-key.pem", _key_pem(key), 0o600)
    _write(folder / f"{name}.pem", certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return certificate, key


def _key_pem(key: _Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others even for a moment."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    beside.replace(path)


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _address(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])  # without the zone of a link-local address
    except ValueError:
        return None


def _is_proxy_list(text: str) -> bool:
    try:
        return all(ipaddress.ip_network(part.strip(), strict=False).prefixlen > 0 for part in text.split(","))
    except ValueError:
        return False
