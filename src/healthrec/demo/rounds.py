"""The guides' quarterly visits to the nurseries: most in time, some late, some missing, this quarter's partly open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from healthrec.demo.documents import (
    Document,
    answered,
    choice,
    field_visit,
    group,
    questionnaire_response,
    reference,
    visit_task,
)
from healthrec.demo.institutions import Institutions, Nursery
from healthrec.demo.numbers import resource_id
from healthrec.domain.age import add_months

PAST_QUARTERS: Final = 6
LATE_DAYS: Final = 13
"""The last days of a quarter, after the day on which its visit was due."""

_TOPICS: Final = ("feeding", "growth", "mental-health", "illness", "injury")
_LOOKED_AT: Final = ("meals", "sleep", "activity", "hygiene", "morning-check", "records", "safety")
_EARLIER: Final = ("done", "done", "partly", "not-known")
_FINDINGS: Final = (
    ("未发现问题", "继续保持，下季度再看进餐和户外活动的安排"),
    ("午餐蔬菜品种偏少", "每周食谱中蔬菜不少于十种，深色蔬菜占一半"),
    ("晨检记录有两天未写体温", "晨检时逐人记录，缺项当天补齐"),
    ("部分儿童户外活动时间不足两小时", "上、下午各安排一次户外活动，雨天改在室内活动区"),
    ("托小班午睡室光线过暗，不便观察", "留一盏小灯，保育师每十五分钟巡视一次并记录"),
)


def guide_visits(town: Institutions, seed: int, today: date) -> Iterator[Document]:
    """Per nursery and quarter a Task and, where the visit was made, its Encounter and QuestionnaireResponse."""
    for number, nursery in enumerate(town.nurseries):
        guide = town.staff_at[nursery.organization.id, "guide"][0].id
        for ago in range(PAST_QUARTERS, -1, -1):
            first, last = _quarter(today, ago)
            yield from _duty(
                number, nursery, guide, first, last, _day_of_visit(number, ago, first, last, seed, today), seed
            )


def _quarter(today: date, ago: int) -> tuple[date, date]:
    first = add_months(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), -3 * ago)
    return first, add_months(first, 3) - timedelta(days=1)


def _day_of_visit(number: int, ago: int, first: date, last: date, seed: int, today: date) -> date | None:
    """Nurseries in turn: always in time; not yet this quarter; last quarter's late; last quarter's missing."""
    draw, turn = Random(f"{seed}:visit:{number}:{first}"), number % 4
    in_time = first + timedelta(
        days=int(draw.random() * ((last - timedelta(days=LATE_DAYS) if ago else today) - first).days)
    )
    if ago == 0:
        return in_time if turn == 0 else None
    if ago == 1 and turn == 3:
        return None
    late = (ago == 1 and turn == 2) or draw.random() < 0.05
    return last - timedelta(days=int(draw.random() * LATE_DAYS)) if late else in_time


def _duty(
    number: int, nursery: Nursery, guide: str, first: date, last: date, done: date | None, seed: int
) -> Iterator[Document]:
    place, key = nursery.organization.id, (number, first.isoformat())
    yield visit_task(resource_id(seed, "visit-task", *key), place, guide, first, last, done)
    if done:
        encounter = resource_id(seed, "visit", *key)
        yield field_visit(encounter, place, guide, done)
        yield questionnaire_response(
            resource_id(seed, "visit-form", *key),
            "guide-visit|1.0",
            done,
            guide,
            _form(Random(f"{seed}:visit-form:{number}:{first}"), done),
            subject=reference("Organization", place),
            encounter=reference("Encounter", encounter),
        )


def _form(draw: Random, day: date) -> list[Document]:
    """The guide's answers, as the form guide-visit asks them."""
    topics = [topic for topic in _TOPICS if draw.random() < 0.5] or ["feeding"]
    places = [place for place in _LOOKED_AT if draw.random() < 0.6] or ["meals"]
    finding, advice = _FINDINGS[int(draw.random() * len(_FINDINGS))]
    return [
        group(
            "visit",
            answered("visit.date", valueDate=day.isoformat()),
            choice("visit.topics", "guide-topic", *topics),
            choice("visit.looked-at", "guide-looked-at", *places),
        ),
        group("children", answered("children.concern-count", valueInteger=int(draw.random() * 4))),
        group(
            "results",
            choice("results.earlier-advice", "earlier-advice", _EARLIER[int(draw.random() * len(_EARLIER))]),
            answered("results.findings", valueString=finding),
            answered("results.advice", valueString=advice),
            answered("results.next-date", valueDate=(day + timedelta(days=90)).isoformat()),
        ),
        group(
            "signatures",
            choice("signatures.guide", "confirmation", "confirmed"),
            choice("signatures.nursery-role", "role", "head" if draw.random() < 0.6 else "nurse"),
        ),
    ]
