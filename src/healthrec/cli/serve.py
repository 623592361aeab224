"""healthrec serve: the pages and /fhir on one port."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from healthrec.app import create_app
from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl, Port
from healthrec.cli.speaking import complain, note, say, stop
from healthrec.http.serving import hosts_reached, serve_app, shown_address
from healthrec.http.tls import TlsFiles, ensure_tls, refuse_plain_host
from healthrec.services import access_rules
from healthrec.services.context import Services
from healthrec.services.operations.anchoring import anchored
from healthrec.services.operations.state_folder import tls_folder


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; anything but loopback needs --tls.")
    ] = "127.0.0.1",
    port: Port = 8000,
    database_url: DatabaseUrl = "",
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve over TLS with a certificate of this installation's own CA.")
    ] = False,
    request_log: Annotated[bool, typer.Option(help="Write a line for each request.")] = True,
) -> None:
    """启动服务。 Serve the pages and /fhir until interrupted."""
    with installation(database_url) as services:
        if not access_rules.hold(services):
            note("cli.access-rules-new")
        serve_installation(services, host, port, tls=tls, request_log=request_log)


def serve_installation(
    services: Services, host: str, port: int, *, tls: bool = False, request_log: bool = True
) -> None:
    """Serve an opened installation; ends with status 1 and a reason where it must not or cannot."""
    settings = services.settings
    if issue := refuse_plain_host(host, tls, settings.trusted_proxy):
        complain([issue])
        raise typer.Exit(1)
    files = (
        ensure_tls(tls_folder(services), hosts_reached(host, settings.public_url), datetime.now(UTC)) if tls else None
    )
    address = shown_address(host, port, tls=tls, public_url=settings.public_url)

    def listening() -> None:
        say("cli.serving", address=address)
        if files:
            _tell_of_ca(files, address)

    try:
        with anchored(services):
            serve_app(
                create_app(services),
                host,
                port,
                tls=files,
                trusted_proxy=settings.trusted_proxy,
                log_requests=request_log,
                listening=listening,
            )
    except OSError as error:
        stop("cli.port-not-free", host=host, port=port, reason=error.strerror or type(error).__name__)


def _tell_of_ca(files: TlsFiles, address: str) -> None:
    note("cli.ca-new" if files.new_ca else "cli.ca-kept", address=f"{address}/install-ca")
    note("cli.ca-fingerprint", fingerprint=files.fingerprint)
