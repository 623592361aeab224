"""Figures for /metrics: how many requests, how long they took, by part and class of status; never by address or person."""

from __future__ import annotations

from time import perf_counter

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = Histogram(
    "healthrec_request_seconds",
    "Time from request to the start of its answer",
    ["part", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class Measured:
    """Counts and times the requests of one part of the application."""

    def __init__(self, app: ASGIApp, part: str) -> None:
        self._app = app
        self._by_status = {status: _SECONDS.labels(part, f"{status}xx") for status in range(1, 6)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun = perf_counter()

        async def send_and_count(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._by_status[message["status"] // 100].observe(perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, send_and_count)
