"""The institutions of the town and their staff: how many there are follows from the number of children."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Final

from healthrec.demo.names import adult_name
from healthrec.demo.numbers import resource_id

CHILDREN_PER_CENTRE: Final = 5_000
ENROLLED_PER_NURSERY: Final = 80
ENROLLED_SHARE: Final = 0.30  # of all children, see `enrolment_entry` in children.py
KINDERGARTEN_EVERY: Final = 4  # every fourth nursery is a 托幼一体 one with classes to 6 years


@dataclass(frozen=True, slots=True)
class Band:
    """A class by age: from and until in completed months, and how many children it may hold at most.

    The nursery bands are those of the national setting-up standard (乳儿班 托小班 托大班), the older ones the
    kindergarten's.
    """

    zh: str
    en: str
    from_months: int
    until_months: int
    most: int
    share_enrolled: float


BANDS: Final = (
    Band("乳儿", "Infants", 6, 12, 10, 0.175),
    Band("托小", "Young toddlers", 12, 24, 15, 0.475),
    Band("托大", "Older toddlers", 24, 36, 20, 0.70),
    Band("小", "Kindergarten juniors", 36, 48, 25, 0.30),
    Band("中", "Kindergarten middles", 48, 60, 30, 0.30),
    Band("大", "Kindergarten seniors", 60, 72, 35, 0.30),
)
NURSERY_BANDS: Final = 3

_CENTRE_NAMES: Final = (
    ("云溪", "Yunxi"), ("松岭", "Songling"), ("荷塘", "Hetang"), ("望湖", "Wanghu"), ("柳堤", "Liudi"),
    ("石桥", "Shiqiao"), ("丹枫", "Danfeng"), ("碧泉", "Biquan"), ("竹里", "Zhuli"), ("梅坞", "Meiwu"),
    ("星河", "Xinghe"), ("鹤鸣", "Heming"), ("兰亭", "Lanting"), ("麦浪", "Mailang"), ("杏林", "Xinglin"),
    ("雁南", "Yannan"), ("晓月", "Xiaoyue"), ("榆荫", "Yuyin"), ("朝露", "Zhaolu"), ("帆影", "Fanying"),
)  # fmt: skip
_NURSERY_FIRST: Final = (
    ("青", "Qing"), ("小", "Xiao"), ("暖", "Nuan"), ("星", "Xing"), ("云", "Yun"), ("乐", "Le"), ("春", "Chun"),
    ("晨", "Chen"), ("童", "Tong"), ("禾", "He"), ("朵", "Duo"), ("悦", "Yue"), ("苗", "Miao"), ("萌", "Meng"),
    ("语", "Yu"), ("心", "Xin"), ("慧", "Hui"), ("安", "An"), ("果", "Guo"), ("蓓", "Bei"), ("月", "Yue"),
)  # fmt: skip
_NURSERY_SECOND: Final = (
    ("禾", "he"), ("雨", "yu"), ("芽", "ya"), ("舟", "zhou"), ("朵", "duo"), ("园", "yuan"), ("鹿", "lu"),
    ("风", "feng"), ("荷", "he"), ("贝", "bei"), ("桥", "qiao"), ("杉", "shan"), ("麦", "mai"), ("树", "shu"),
    ("溪", "xi"), ("星", "xing"), ("阳", "yang"), ("露", "lu"), ("果", "guo"), ("莓", "mei"),
)  # fmt: skip
_KINDS: Final = (
    ("托育中心", "Childcare Centre"),
    ("托育园", "Nursery"),
    ("幼儿园（托幼一体）", "Nursery and Kindergarten"),
    ("托育园", "Nursery"),
)
_ORDINALS: Final = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Institution:
    """An Organization: `kind` is its code in the organization-type code system; `parent` is the id of partOf."""

    id: str
    kind: str
    zh: str
    en: str
    parent: str = ""


def records_doses(centre: int) -> bool:
    """Whether centre number so-and-so writes down itself what it gives; the others import what the province knows."""
    return centre % 2 == 0


@dataclass(frozen=True, slots=True)
class Nursery:
    """A nursery, the number of the centre that guides it, and its classes by band (empty: no such class)."""

    organization: Institution
    centre: int
    classes: tuple[tuple[Institution, ...], ...]

    @property
    def has_kindergarten(self) -> bool:
        return bool(self.classes[NURSERY_BANDS])


@dataclass(frozen=True, slots=True)
class Staff:
    """One person in one role: the Practitioner's id, where the role holds, and since how many years before today."""

    id: str
    role: str
    place: str
    name: str
    sex: str
    years: int = 8
    left_years_ago: int | None = None


@dataclass(frozen=True, slots=True)
class Institutions:
    """All institutions and staff of a town; people are listed by place and role in `staff_at`."""

    district: Institution
    hospital: Institution
    centres: tuple[Institution, ...]
    nurseries: tuple[Nursery, ...]
    staff: tuple[Staff, ...]
    staff_at: dict[tuple[str, str], tuple[Staff, ...]]

    def organizations(self) -> Iterator[Institution]:
        """Every Organization, parents before their parts."""
        yield from (self.district, self.hospital, *self.centres)
        for nursery in self.nurseries:
            yield nursery.organization
            for band in nursery.classes:
                yield from band


def institutions(children: int, seed: int) -> Institutions:
    """The institutions that `children` need: a centre per 5,000 (at least 2), a nursery per 80 enrolled (at least 4)."""
    district = Institution(
        resource_id(seed, "district"), "district-office", "晴川区卫生健康局", "Qingchuan District Health Office"
    )
    hospital = Institution(
        resource_id(seed, "hospital"),
        "hospital",
        "晴川区妇幼保健院",
        "Qingchuan Maternal and Child Hospital",
        district.id,
    )
    centres = tuple(_centre(seed, k, district.id) for k in range(max(2, ceil(children / CHILDREN_PER_CENTRE))))
    count = max(4, ceil(children * ENROLLED_SHARE / ENROLLED_PER_NURSERY))
    nurseries = tuple(_nursery(seed, k, k % len(centres), children / count, district.id) for k in range(count))
    staff = tuple(_all_staff(seed, children, district, hospital, centres, nurseries))
    return Institutions(district, hospital, centres, nurseries, staff, _by_place(staff))


def _centre(seed: int, k: int, parent: str) -> Institution:
    (zh, en), again = _CENTRE_NAMES[k % len(_CENTRE_NAMES)], k // len(_CENTRE_NAMES)
    number = f"{again + 1}" if again else ""
    return Institution(
        resource_id(seed, "centre", k),
        "health-centre",
        f"晴川区{zh}社区卫生服务中心{_bracket(number)}",
        f"{en} Community Health Centre {number}".strip(),
        parent,
    )


def _nursery(seed: int, k: int, centre: int, children_per_nursery: float, parent: str) -> Nursery:
    first, second = _NURSERY_FIRST[k % len(_NURSERY_FIRST)], _NURSERY_SECOND[k % len(_NURSERY_SECOND)]
    again = k // (len(_NURSERY_FIRST) * len(_NURSERY_SECOND))  # 21 and 20 are coprime: 420 names before one returns
    number = f"{again + 1}" if again else ""
    kind = _KINDS[k % len(_KINDS)]
    organization = Institution(
        resource_id(seed, "nursery", k),
        "nursery",
        f"晴川区{first[0]}{second[0]}{kind[0]}{_bracket(number)}",
        f"{first[1]}{second[1]} {kind[1]} {number}".strip(),
        parent,
    )
    last = len(BANDS) if k % KINDERGARTEN_EVERY == 2 else NURSERY_BANDS
    classes = tuple(
        _classes(seed, k, band, children_per_nursery, organization.id) if band < last else ()
        for band in range(len(BANDS))
    )
    return Nursery(organization, centre, classes)


def _classes(seed: int, k: int, band: int, children_per_nursery: float, parent: str) -> tuple[Institution, ...]:
    what = BANDS[band]
    nurseries_that_share = KINDERGARTEN_EVERY if band >= NURSERY_BANDS else 1
    expected = (
        children_per_nursery * nurseries_that_share * what.share_enrolled * (what.until_months - what.from_months) / 84
    )
    count = max(1, ceil(expected / (0.6 * what.most)))
    return tuple(
        Institution(
            resource_id(seed, "class", k, band, c),
            "class",
            f"{what.zh}{_ORDINALS[c] if count > 1 else ''}班",
            f"{what.en} {c + 1}" if count > 1 else what.en,
            parent,
        )
        for c in range(count)
    )


def _bracket(number: str) -> str:
    return f"（{number}）" if number else ""


def _all_staff(
    seed: int,
    children: int,
    district: Institution,
    hospital: Institution,
    centres: tuple[Institution, ...],
    nurseries: tuple[Nursery, ...],
) -> Iterator[Staff]:
    for role in ("district", "admin", "auditor"):
        yield _person(seed, role, district.id, 0)
    yield from (_person(seed, "specialist", hospital.id, n) for n in range(ceil(len(centres) / 10)))
    for k, centre in enumerate(centres):
        guided = [nursery for nursery in nurseries if nursery.centre == k]
        yield from _centre_staff(seed, centre, children / len(centres), guided)
    for nursery in nurseries:
        place = nursery.organization.id
        yield from (_person(seed, "head", place, 0), _person(seed, "nurse", place, 0))
        yield from (_person(seed, "carer", room.id, 0) for band in nursery.classes for room in band)


def _centre_staff(seed: int, centre: Institution, children: float, guided: list[Nursery]) -> Iterator[Staff]:
    yield from (_person(seed, "doctor", centre.id, n) for n in range(max(2, ceil(children / 1_500))))
    former = _person(seed, "doctor", centre.id, 99)
    yield Staff(former.id, former.role, former.place, former.name, former.sex, years=12, left_years_ago=2)
    yield from (_person(seed, "vaccinator", centre.id, n) for n in range(max(1, ceil(children / 2_500))))
    guides = [_person(seed, "guide", centre.id, n) for n in range(max(1, ceil(len(guided) / 10)))]
    yield from guides
    for n, nursery in enumerate(guided):
        guide = guides[n % len(guides)]
        yield Staff(guide.id, guide.role, nursery.organization.id, guide.name, guide.sex, years=3)


def _person(seed: int, role: str, place: str, n: int) -> Staff:
    draw = Random(f"{seed}:{role}:{place}:{n}")
    sex = "female" if draw.random() < 0.8 else "male"
    return Staff(resource_id(seed, "practitioner", role, place, n), role, place, adult_name(sex, draw), sex)


def _by_place(staff: tuple[Staff, ...]) -> dict[tuple[str, str], tuple[Staff, ...]]:
    """Who works now, by place and role."""
    found: dict[tuple[str, str], tuple[Staff, ...]] = {}
    for person in staff:
        if person.left_years_ago is None:
            key = (person.place, person.role)
            found[key] = (*found.get(key, ()), person)
    return found
