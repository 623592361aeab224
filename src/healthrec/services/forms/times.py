"""When something happened and when it was written down, as FHIR writes it: two different answers.

Both go by the day that the rules use, so that a training day holds together; the server's own time stands in `meta`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from healthrec.services.context import Services


def now_there(services: Services) -> datetime:
    """Now, in the installation's zone, on the day that the rules use."""
    return datetime.combine(services.today(), services.clock().astimezone(ZoneInfo(services.settings.zone)).timetz())


def written_at(services: Services) -> str:
    """Now, with its offset, to the second."""
    return now_there(services).isoformat(timespec="seconds")


def happened_at(services: Services, day: date) -> str:
    """The moment of today; of an earlier day the day alone, for nobody noted the hour."""
    return written_at(services) if day == services.today() else day.isoformat()


def late_since(resource: Mapping[str, Any], url: str) -> datetime | None:
    """The instant in the extension `url` of a resource that was entered late; None for one that was not."""
    texts = [one.get("valueDateTime", "") for one in resource.get("extension", ()) if one.get("url") == url]
    return datetime.fromisoformat(texts[0]) if texts and texts[0] else None


def day_of(text: str) -> date:
    """The day of a FHIR date or dateTime, as written."""
    return date.fromisoformat(text[:10])
