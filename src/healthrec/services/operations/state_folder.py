"""Where an installation keeps what is not in its database: the local CA, certificates."""

from __future__ import annotations

from pathlib import Path

from healthrec.services.context import Services


def state_folder(services: Services) -> Path:
    """Beside an embedded database; `var` of the working folder for one on a server."""
    path = services.database.path
    return path.parent if path is not None else Path("var").resolve()


def tls_folder(services: Services) -> Path:
    """The folder with the CA and the server certificate, which may not be there."""
    return state_folder(services) / "tls"
