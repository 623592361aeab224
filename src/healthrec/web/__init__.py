"""Pages for people: templates, static files and one route file per capability."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from healthrec import errors
from healthrec.settings import reports_dir
from healthrec.web.refusals import no_page, refusal_page
from healthrec.web.rendering import STATIC_DIR
from healthrec.web.routes import ROUTERS


def add_pages(app: FastAPI) -> None:
    """Static files, every page, and refusals as pages."""
    app.mount("/static/fonts", StaticFiles(directory=reports_dir() / "fonts"), name="fonts")
    app.mount("/static", StaticFiles(directory=STATIC_DIR), name="static")
    for router in ROUTERS:
        app.include_router(router)

    @app.exception_handler(errors.HealthrecError)
    def refused(request: Request, error: errors.HealthrecError) -> Response:
        return refusal_page(request, error)

    @app.exception_handler(HTTPException)
    def no_such_page(request: Request, error: HTTPException) -> Response:
        return no_page(request, error.status_code, error.headers)
