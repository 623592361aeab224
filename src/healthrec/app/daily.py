"""What an installation does by itself when it starts and once a day: its forms stand in the record, the quarter is
open, what a stop cut short is finished, and dates that no longer hold are worked out anew."""

from __future__ import annotations

import asyncio
import logging

from anyio import to_thread

from healthrec.services.admin import rejudging
from healthrec.services.context import Services
from healthrec.services.duties.open_quarter import open_quarter
from healthrec.services.immunization.keep_dates import keep_dates
from healthrec.services.publishing import publish_forms

_EVERY_SECONDS = 3600
_log = logging.getLogger(__name__)


async def run_daily(services: Services) -> None:
    """At once, then whenever the day has changed; looked at each hour. Ends when it is cancelled."""
    done = None
    while True:
        if done != services.today():
            done = services.today()
            await to_thread.run_sync(_work, services)
        await asyncio.sleep(_EVERY_SECONDS)


def _work(services: Services) -> None:
    try:
        publish_forms(services)
        open_quarter(services)
        rejudging.finish(services)
        keep_dates(services)
    except Exception:  # noqa: BLE001 - tomorrow, or the next start, tries again; the pages must not fall with it
        _log.exception("daily work failed")
