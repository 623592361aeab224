"""Logs as lines of JSON that tell no names and no ID numbers: one line per request, one per fault."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PERSONAL = frozenset(
    {"name", "names", "id_number", "identifier", "phone", "telecom", "birth_date", "password", "token"}
)
_NUMBERS = re.compile(r"(?<![0-9A-Fa-f-])(?:\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?![0-9A-Fa-f-])")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af·]+")
_SHORTEST_NUMBER = 11
_HIDDEN = "…"
_TO_JSON = json.JSONEncoder(ensure_ascii=False)

_requests = structlog.get_logger("healthrec.requests")


def configure_logs(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Every logger of this process writes JSON lines to `stream` (stderr unless given), through `drop_personal`."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        fault_without_values,
        drop_personal,
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *shared,
                structlog.processors.JSONRenderer(_line),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(_line)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=stream is None,
    )


def _line(event: Any, **_options: Any) -> str:
    return _TO_JSON.encode(event)


def drop_personal(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what is personal by its key, and in every text whatever looks like a name in Chinese, an ID or a phone number."""
    for key, value in event.items():
        if key in _PERSONAL:
            event[key] = _HIDDEN
        elif isinstance(value, str):
            event[key] = without_personal(value)
        elif not isinstance(value, bool | int | float | None):
            event[key] = without_personal(str(value))
    return event


def without_personal(text: str) -> str:
    """The text without runs of Chinese characters and without numbers of the length of an ID or phone number."""
    if len(text) >= _SHORTEST_NUMBER:
        text = _NUMBERS.sub(_HIDDEN, text)
    return text if text.isascii() else _HAN.sub(_HIDDEN, text)


def fault_without_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A fault is told by its kind and where it happened; its sentence may quote a record, so it is left out."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    error = raised if isinstance(raised, BaseException) else raised[1] if isinstance(raised, tuple) else None
    if error is not None:
        event["fault"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        event["at"] = " < ".join(
            f"{frame.name} {frame.filename.rpartition('healthrec')[2]}:{frame.lineno}" for frame in frames[::-1]
        )
    return event


class RequestLog:
    """One line per answered request: method, path without its query, status, milliseconds."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_see)
        finally:
            took = round((time.perf_counter() - began) * 1000, 1)
            _requests.info("request", method=scope["method"], path=scope["path"], status=status, ms=took)
