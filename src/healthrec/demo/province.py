"""What the provincial immunization system of the demo town exports: it knows the doses of one centre, one of them otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Final

from healthrec.demo.documents import Document
from healthrec.demo.institutions import records_doses
from healthrec.demo.town import Town
from healthrec.services.context import Services, operator
from healthrec.services.imports.whole import import_file
from healthrec.sheets import OutSheet, write_xlsx

CHILDREN: Final = 3
_HEADINGS: Final = ("儿童姓名", "出生日期", "疫苗名称", "接种日期", "剂次", "批号", "接种单位")


def import_from_province(services: Services, town: Town) -> None:
    """Import the export of the first centre that records no doses itself: what is on record is left alone; of one child the
    last dose has another day, for a nurse to decide about."""
    number, centre = next((n, one) for n, one in enumerate(town.institutions.centres) if not records_doses(n))
    rows = list(_rows(town, number))
    if rows:
        last = max((row for row in rows if row[0] == rows[0][0]), key=lambda row: row[3])
        last[3] = str(date.fromisoformat(last[3]) - timedelta(days=3))
        data = write_xlsx([OutSheet("接种记录", _HEADINGS, rows)])
        import_file(services, operator(services), centre.id, "doses", "省平台导出.xlsx", data)


def _rows(town: Town, centre: int) -> Iterator[list[str]]:
    lives = (life for index in range(town.children) if (life := town.child(index)).centre == centre)
    for life in islice(lives, CHILDREN):
        for document in life.documents():
            if document["resourceType"] == "Immunization":
                yield _row(
                    document, life.name.official, life.plan.born.isoformat(), town.institutions.centres[centre].zh
                )


def _row(dose: Document, name: str, born: str, place: str) -> list[str]:
    vaccine = dose["vaccineCode"]["coding"][0]["code"]
    number = str(dose["protocolApplied"][0]["doseNumberPositiveInt"])
    return [name, born, vaccine, dose["occurrenceDateTime"], number, dose["lotNumber"], place]
