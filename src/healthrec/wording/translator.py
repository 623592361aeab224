"""One value that speaks a language. Chinese is the source; English comes from `locale/en.po`."""

from __future__ import annotations

import datetime as dt
import importlib.resources
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Literal, get_args

from babel.messages.pofile import read_po

from healthrec.wording import formats
from healthrec.wording.messages import MESSAGES
from healthrec.wording.terms import TERMS

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_Catalog = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Translator:
    """Sentences, messages, terms and formats of one language. Has no state; `translator()` keeps one per language."""

    language: Language
    _catalog: _Catalog = field(repr=False)

    @property
    def tag(self) -> str:
        """The BCP 47 tag for ``lang=""`` in HTML."""
        return "zh-CN" if self.language == "zh" else "en"

    def gettext(self, sentence: str) -> str:
        """The Chinese `sentence` in this language; an unknown one comes back as it is (a test finds those)."""
        return self._catalog.get(sentence, (sentence,))[0]

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """As `gettext`, with the plural form that English needs for `n`; Chinese has one form."""
        forms = self._catalog.get(singular, (singular, plural))
        return forms[0] if n == 1 else forms[-1]

    def message(self, key: str, **params: object) -> str:
        """The message `key` of `wording.messages`, filled with `params`.

        An unknown key is shown as itself and a missing parameter as ``…``: an answer about an error must not fail.
        """
        shown = {name: self._shown(value) for name, value in params.items()}
        return self.gettext(MESSAGES.get(key, key)).format_map(_Filled(shown))

    def term(self, group: str, code: str) -> str:
        """The word for `code` of `wording.terms`; a code without a word is shown as itself."""
        words = TERMS[group].get(code)
        return code if words is None else words[LANGUAGES.index(self.language)]

    def date(self, value: dt.date) -> str:
        """2026年11月21日 · 21 Nov 2026."""
        return formats.date_text(value, self.language)

    def month(self, value: dt.date) -> str:
        """2026年11月 · Nov 2026."""
        return formats.month_text(value, self.language)

    def quarter(self, year: int, quarter: int) -> str:
        """2026年第4季度 · Q4 2026; `quarter` counts from 1."""
        return formats.quarter_text(year, quarter, self.language)

    def moment(self, value: dt.datetime) -> str:
        """2026年11月21日 14:05 · 21 Nov 2026, 14:05; the instant is shown in the zone that it carries."""
        return formats.moment_text(value, self.language)

    def age(self, birth: dt.date, on: dt.date) -> str:
        """1岁8个月 · 1 year 8 months; days under one month; "" before birth."""
        return formats.age_text(birth, on, self.language)

    def number(self, value: Decimal | float | str) -> str:
        """Half-width digits as recorded (7.90 stays 7.90), thousands parted by commas."""
        return formats.number_text(value)

    def quantity(self, value: Decimal | float | str, unit: str) -> str:
        """`value` with the word for the UCUM `unit` after a thin space: 7.90 kg."""
        return formats.quantity_text(value, self.term("unit", unit))

    def percent(self, part: float, whole: float) -> str:
        """One decimal at most; a dash when the whole is nothing."""
        return formats.percent_text(part, whole)

    def listed(self, words: Sequence[str]) -> str:
        """甲、乙、丙 · a, b, c."""
        return ("、" if self.language == "zh" else ", ").join(words)

    def _shown(self, value: object) -> object:
        if isinstance(value, dt.datetime):
            return self.moment(value)
        if isinstance(value, dt.date):
            return self.date(value)
        return self.listed([str(v) for v in value]) if isinstance(value, list | tuple) else value


@cache
def translator(language: str) -> Translator:
    """The translator for ``zh`` or ``en`` (``zh-CN``, ``en-GB`` count too); any other language gets Chinese."""
    if language.lower().startswith("en"):
        return Translator("en", _english())
    return Translator("zh", {})


def preferred_language(accept_language: str) -> Language:
    """The first of our languages in an Accept-Language header; Chinese when none is named."""
    offers = [part.split(";")[0].strip().lower()[:2] for part in accept_language.split(",")]
    return next((language for offer in offers for language in LANGUAGES if language == offer), "zh")


class _Filled(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def _english() -> _Catalog:
    po = importlib.resources.files("healthrec.wording") / "locale" / "en.po"
    with po.open("rb") as source:
        entries = list(read_po(source, locale="en", abort_invalid=True))
    return {_id(entry.id): _forms(entry.string) for entry in entries if entry.id and entry.string}


def _id(msgid: str | Sequence[str]) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]


def _forms(string: str | Sequence[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ())
