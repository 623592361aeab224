"""GET /install-ca, for everybody: this installation's own certificate authority and how a PC comes to trust it."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from healthrec.errors import NotFound
from healthrec.services.operations.state_folder import tls_folder
from healthrec.web.kit import language_of, outside_frame
from healthrec.web.rendering import render
from healthrec.wording import translator

router = APIRouter()


@router.get("/install-ca")
def install_ca(request: Request) -> HTMLResponse:
    """The page."""
    words = translator(language_of(request))
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(_pem(request))).hexdigest().upper()
    fingerprint = ":".join(digest[i : i + 2] for i in range(0, 64, 2))
    return HTMLResponse(render("install_ca.html", words, frame=outside_frame(request, words), fingerprint=fingerprint))


@router.get("/install-ca/healthrec-ca.crt")
def ca_file(request: Request) -> Response:
    """The certificate, to be saved and opened."""
    headers = {"content-disposition": 'attachment; filename="healthrec-ca.crt"'}
    return Response(_pem(request), media_type="application/x-x509-ca-cert", headers=headers)


def _pem(request: Request) -> str:
    """The CA's certificate; NotFound where this installation has made none."""
    path: Path = tls_folder(request.app.state.services) / "ca.pem"
    if not path.is_file():
        raise NotFound("install-ca")
    return path.read_text("ascii")
