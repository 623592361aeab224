"""`$immds-forecast`: evaluation and forecast of what is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from healthrec.services.context import Caller, Services
from healthrec.services.immunization.forecaster import forecaster
from healthrec.store.audit import AuditRow


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as JSON text, to be handed out once its audit row is on disk."""

    body: bytes
    audit: AuditRow


def forecast(services: Services, caller: Caller, parameters: Mapping[str, Any], language: str) -> Answer:
    """`$immds-forecast`: judge and forecast what is handed in; nothing is kept of it. Raises Refused by element."""
    body = forecaster(services.rulebook).checked_answer(parameters, language)
    return Answer(body, caller.audit(services, "forecast", "$immds-forecast"))
