"""The application: /fhir, the pages, health and metrics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Receive, Scope, Send

from healthrec.api.router import FhirApi
from healthrec.app.daily import run_daily
from healthrec.http.headers import SecurityHeaders
from healthrec.http.metrics import Measured
from healthrec.jobs import Jobs
from healthrec.services.context import Services
from healthrec.services.readiness import readiness
from healthrec.web import add_pages


def create_app(services: Services) -> SecurityHeaders:
    """The ASGI application of one process. `services` stays open for as long as it runs."""
    app = FastAPI(title="healthrec", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan)
    app.state.services = services
    app.state.jobs = Jobs(services)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok", media_type="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        problems = readiness(services)
        return Response("\n".join(problems) or "ready", 503 if problems else 200, media_type="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    add_pages(app)
    return SecurityHeaders(_Front(Measured(FhirApi(services), "fhir"), Measured(app, "pages")))


class _Front:
    """/fhir goes straight to its own application; everything else through FastAPI."""

    def __init__(self, fhir: ASGIApp, pages: ASGIApp) -> None:
        self._fhir = fhir
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        fhir = scope["type"] == "http" and (path == "/fhir" or path.startswith("/fhir/"))
        await (self._fhir if fhir else self._pages)(scope, receive, send)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.jobs.start()
    daily = asyncio.create_task(run_daily(app.state.services))
    yield
    daily.cancel()
    app.state.jobs.stop()
