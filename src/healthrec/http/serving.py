"""Runs the application with uvicorn: quick loop and parser where they exist, a shutdown that answers what was begun."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from healthrec.http.logs import RequestLog, configure_logs
from healthrec.http.tls import TlsFiles

_GRACE_SECONDS = 20


def keep_for_good() -> None:
    """Tell Python that what there is now (rules, models, tables) stays: a full collection would else look through all of it
    every now and then, a tenth of a second in which nobody is answered."""
    gc.collect()
    gc.freeze()


def serve_app(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    tls: TlsFiles | None = None,
    trusted_proxy: str = "",
    log_requests: bool = True,
    listening: Callable[[], None] = lambda: None,
) -> None:
    """Serve until interrupted or told to end; returns after requests in hand are answered.

    `listening` is called once the port is ours. Raises OSError when it cannot be had.
    """
    configure_logs()
    sock = _bound(host, port)
    config = uvicorn.Config(
        RequestLog(app) if log_requests else app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxy),
        forwarded_allow_ips=trusted_proxy or None,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        h11_max_incomplete_event_size=64 * 1024,
    )
    keep_for_good()
    with _kept_alive_by_signals():
        listening()
        uvicorn.Server(config).run(sockets=[sock])


def hosts_reached(host: str, public_url: str) -> list[str]:
    """Names and addresses under which a server on `host` is reached, for its certificate."""
    hosts = [host, urlsplit(public_url).hostname or ""]
    if host in ("0.0.0.0", "::", ""):
        hosts += [socket.gethostname(), *_own_addresses()]
    return [one for one in dict.fromkeys(hosts) if one]


def shown_address(host: str, port: int, *, tls: bool, public_url: str = "") -> str:
    """The address to give to people."""
    if public_url:
        return public_url
    plain = "localhost" if host in ("0.0.0.0", "::", "") else f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{plain}:{port}"


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # on Windows SO_REUSEADDR would share the port with a stranger
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(2048)  # whoever comes before the loop runs waits in line
    except OSError:
        sock.close()
        raise
    sock.set_inheritable(True)
    return sock


def _own_addresses() -> list[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted({str(entry[4][0]) for entry in found})


@contextmanager
def _kept_alive_by_signals() -> Iterator[None]:
    """uvicorn raises the signal that ended it once more; the audit must still be drained after that."""

    def ignore(_number: int, _frame: FrameType | None) -> None:
        return

    kinds = [signal.SIGINT, signal.SIGTERM]
    before = [signal.signal(kind, ignore) for kind in kinds]
    try:
        yield
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
