"""Headings and words of rosters as data: which heading means which field, and which rows are no child at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from healthrec.domain.quantity import is_unit
from healthrec.domain.roster.cells import plain

SheetKind = Literal["roster", "measurements", "doses"]

FIELDS = frozenset(
    [
        "number",
        "name",
        "sex",
        "birth_date",
        "identifier",
        "resident_id",
        "birth_certificate",
        "passport",
        "travel_permit",
        "ethnicity",
        "class_name",
        "birth_order",
        "guardian_name",
        "guardian_relation",
        "guardian_phone",
        "guardian2_name",
        "guardian2_relation",
        "guardian2_phone",
        "father_name",
        "father_phone",
        "mother_name",
        "mother_phone",
        "address",
        "enrolled_on",
        "allergies",
        "remarks",
        "weight",
        "stature",
        "length",
        "height",
        "head",
        "measured_on",
        "measurer",
        "position",
        "vaccine",
        "given_on",
        "dose_number",
        "lot",
        "expiry",
        "maker",
        "given_at",
    ]
)
"""Everything that the readers understand. stature: lying or standing not told; length: lying; height: standing."""

WORD_GROUPS = frozenset(
    [
        "male",
        "female",
        "sex-unknown",
        "total",
        "note-row",
        "example",
        "notes-sheet",
        "class-sheet",
        "no-identifier",
        "no-allergy",
        "not-known",
        "lying",
        "standing",
        "clothed",
        "crying",
        "uncertain",
        "refused",
    ]
)


@dataclass(frozen=True, slots=True)
class Column:
    """One field with its headings. `example`, `hint_zh` and `hint_en` fill the template; `as_text` keeps long digits."""

    field: str
    zh: str
    en: str
    kinds: frozenset[SheetKind]
    required: frozenset[SheetKind]
    aliases: frozenset[str]
    in_template: frozenset[SheetKind]
    as_text: bool
    example: str
    hint_zh: str
    hint_en: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as printed, its plain name without brackets, and the unit in it ("cm" of ``身高(cm)``) or ""."""

    text: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What ``schemas/nursery/roster-columns.yaml`` says. Aliases and words are in the form of `plain`."""

    columns: tuple[Column, ...]
    words: Mapping[str, tuple[str, ...]]
    relations: Mapping[str, str]
    """Word of a relation (妈妈, grandmother) to its v3-RoleCode (MTH, GRPRN)."""

    def of(self, kind: SheetKind) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if kind in column.kinds)

    def field_of(self, kind: SheetKind, heading: Heading) -> str | None:
        """The field of a heading, if any: as printed before without its brackets (身长(高) is not 身长)."""
        for name in (plain(heading.text), heading.name):
            if found := next((column.field for column in self.of(kind) if name in column.aliases), None):
                return found
        return None

    def says(self, group: str, text: str) -> bool:
        """Whether the whole text is a word of the group."""
        return plain(text) in self.words[group]

    def mentions(self, group: str, text: str) -> bool:
        """Whether a word of the group occurs in the text."""
        return any(word in plain(text) for word in self.words[group])


def sheet_words(document: Mapping[str, Any]) -> SheetWords:
    """Build from the parsed data file. ValueError names a field, group or alias that cannot be right."""
    columns = tuple(_column(entry) for entry in document["columns"])
    words = {group: tuple(plain(word) for word in found) for group, found in document["words"].items()}
    _refuse("unknown field", {column.field for column in columns} - FIELDS)
    _refuse("word group", words.keys() ^ WORD_GROUPS)
    _refuse("alias used twice", _aliases_used_twice(columns))
    relations = {plain(word): code for code, found in document["relations"].items() for word in found}
    return SheetWords(columns, words, relations)


def read_heading(text: str) -> Heading:
    """``*身高（厘米）`` gives name 身高 and unit 厘米; ``体重kg`` gives 体重 and kg."""
    name = plain(text)
    brackets = re.findall(r"[(\[]([^)\]]*)[)\]]", name)
    name = re.sub(r"[(\[][^)\]]*[)\]]|[*:：★]", "", name).strip("_-./,")
    unit = next((inner for inner in brackets if _any_unit(inner)), "")
    if not unit and (tail := _UNIT_TAIL.fullmatch(name)):
        name, unit = tail[1], tail[2]
    return Heading(text, name, unit)


_UNIT_TAIL = re.compile(r"(.{2,}?)[/_]?(kg|cm|mm|g|公斤|千克|克|斤|厘米|公分|毫米|米)")


def _column(entry: Mapping[str, Any]) -> Column:
    kinds: frozenset[SheetKind] = frozenset(entry["kinds"])
    return Column(
        field=entry["field"],
        zh=entry["zh"],
        en=entry["en"],
        kinds=kinds,
        required=frozenset(entry.get("required", ())),
        aliases=frozenset(_alias(text) for text in _names(entry)),
        in_template=frozenset(entry.get("template", ())),
        as_text=entry.get("as_text", False),
        example=str(entry.get("example", "")),
        hint_zh=entry.get("hint", {}).get("zh", ""),
        hint_en=entry.get("hint", {}).get("en", ""),
    )


def _names(entry: Mapping[str, Any]) -> list[str]:
    return [entry["zh"], entry["en"], *entry.get("aliases", ())]


def _alias(text: str) -> str:
    heading = read_heading(text)
    return plain(text) if "(" in plain(text) and not heading.unit else heading.name


def _aliases_used_twice(columns: Iterable[Column]) -> set[str]:
    seen: dict[tuple[SheetKind, str], str] = {}
    pairs = [(kind, alias, column.field) for column in columns for kind in column.kinds for alias in column.aliases]
    return {alias for kind, alias, field in pairs if seen.setdefault((kind, alias), field) != field}


def _refuse(what: str, found: Iterable[str]) -> None:
    if names := sorted(found):
        raise ValueError(f"{what}: {', '.join(names)}")


def _any_unit(text: str) -> bool:
    text = unicodedata.normalize("NFKC", text)
    return is_unit(text, "weight") or is_unit(text, "length")
