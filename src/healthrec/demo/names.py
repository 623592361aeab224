"""Pools of names: common, compound, rare and minority ones. Every person in the demo is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeVar

T = TypeVar("T")

SURNAMES: Final = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND_SURNAMES: Final = ("欧阳", "上官", "司马", "诸葛", "慕容", "皇甫", "令狐", "端木")

_GIVEN_FIRST: Final = {
    "male": "子浩宇俊梓一奕博明泽睿天文思嘉家承景皓煜铭逸瑞昊凯晨晓安书亦云知言乐辰远志宏建国",
    "female": "子欣梓雨诗一思佳嘉若语可心依梦雅静雪婉清书亦云知言乐晨晓安沐芷念芮伊以诺悦灵慧桂秀",
}
_GIVEN_SECOND: Final = {
    "male": "轩宇豪杰涵然辰阳宁泽恒博睿皓航霖峰晨铭凡朗翔旭昊哲森煊诚毅舟川屹尧卓越帆琛钧烁岩",
    "female": "涵晗怡萱琪妍彤瑶悦蕊颖琳婷宁然汐玥桐熙茜蓉岚薇溪禾瑾璇苒棠柠莹滢筠芸荷翎霏昕月妤",
}
_RARE_GIVEN: Final = {
    "male": ("犇", "骉", "𬭸", "垚", "昇旸", "煜堃"),
    "female": ("㛃", "𬭸", "翀婳", "婼㛃", "赟", "祎旻"),
}
_MINORITY: Final = {
    "male": (("艾力", "艾山江"), ("巴特尔", "那顺"), ("扎西", "次仁"), ("叶尔兰", "哈力"), ("阿迪力", "吐尔逊")),
    "female": (("古丽娜尔", "艾山江"), ("萨仁", "那顺"), ("卓玛", "次仁"), ("阿依达娜", "哈力"), ("热依汗", "吐尔逊")),
}
_FIXED: Final = {5: "𬭸", 8: "㛃", 9: "犇"}  # so that the smallest town has the characters that fonts stumble over
_FIXED_MINORITY: Final = 12
_FIXED_COMPOUND: Final = 16


@dataclass(frozen=True, slots=True)
class FamilyName:
    """What a child and its kin are called; `official` is the child's own full name."""

    surname: str
    official: str


def child_name(index: int, sex: str, family: Random) -> FamilyName:
    """The name of child `index`; the draws come from `family`, so the twin of a child gets its first character too."""
    surname = _surname(index, family)
    first, second, rare, picks = family.random(), family.random(), family.random(), family.random()
    if index == _FIXED_MINORITY or rare < 0.01:
        given, fathers = _at(_MINORITY[sex], picks)
        return FamilyName(fathers, f"{given}·{fathers}")
    if index in _FIXED:
        return FamilyName(surname, surname + _FIXED[index])
    if rare < 0.03:
        return FamilyName(surname, surname + _at(_RARE_GIVEN[sex], picks))
    if rare < 0.15:
        return FamilyName(surname, surname + _at(_GIVEN_SECOND[sex], second))
    return FamilyName(surname, surname + _at(_GIVEN_FIRST[sex], first) + _at(_GIVEN_SECOND[sex], second))


def twin_name(sibling: FamilyName, sex: str, draw: float) -> FamilyName:
    """The second twin: the sibling's name with one other character."""
    given, dot, fathers = sibling.official.partition("·")
    pool = _GIVEN_SECOND[sex].replace(given[-1], "")
    return FamilyName(sibling.surname, given[:-1] + _at(pool, draw) + dot + fathers)


def adult_name(sex: str, draw: Random, surname: str = "") -> str:
    """The name of a guardian or a member of staff."""
    family = surname or _at(SURNAMES, draw.random() ** 1.6)
    first, second = draw.random(), draw.random()
    if draw.random() < 0.25:
        return family + _at(_GIVEN_SECOND[sex], second)
    return family + _at(_GIVEN_FIRST[sex], first) + _at(_GIVEN_SECOND[sex], second)


def name_before_registration(mother: str, sex: str) -> str:
    """What stands on the first papers while a family still chooses (某某之子)."""
    return f"{mother}之{'子' if sex == 'male' else '女'}"


def _surname(index: int, family: Random) -> str:
    compound, pick = family.random(), family.random()
    if index == _FIXED_COMPOUND:
        return "欧阳"
    if compound < 0.02:
        return _at(COMPOUND_SURNAMES, pick)
    return _at(SURNAMES, pick**1.6)  # the power makes the first surnames the commonest, as they are


def _at(pool: Sequence[T], draw: float) -> T:
    return pool[int(draw * len(pool))]
