"""The search parameters of a type, and what each of them reads from a resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal
from zlib import crc32

from healthrec.fhir.search_table import ALL_TYPES, CODE_SYSTEMS, TABLE

Kind = Literal["token", "string", "date", "reference", "quantity", "number", "uri"]


@dataclass(frozen=True, slots=True, eq=False)
class SearchParam:
    """One object per parameter, compared by identity. `code` is the key of its index rows (31 bits, stable); `rows_of` names the parameter whose rows it shares.

    Rows: token -> TokenRow, string and uri -> StringRow, date -> DateRow, reference -> ReferenceRow, quantity and
    number -> QuantityRow (a number has the unit "").
    """

    code: int
    type: str
    name: str
    kind: Kind
    paths: tuple[str, ...]
    targets: tuple[str, ...] = ()
    code_system: str = ""


class _Params(Mapping[str, Mapping[str, SearchParam]]):
    """PARAMS[type][name], read from the table at the first use of a type."""

    def __getitem__(self, type: str) -> Mapping[str, SearchParam]:
        return _of_type(type)

    def __iter__(self) -> Iterator[str]:
        return iter(TABLE)

    def __len__(self) -> int:
        return len(TABLE)


PARAMS: Mapping[str, Mapping[str, SearchParam]] = _Params()


def param_code(type: str, name: str) -> int:
    """The key of a parameter's rows: CRC-32 of "Type.name" in 31 bits. A test proves that no two are equal."""
    return crc32(f"{type}.{name}".encode()) & 0x7FFFFFFF


@cache
def _of_type(type: str) -> Mapping[str, SearchParam]:
    params: dict[str, SearchParam] = {}
    for line in (TABLE[type] + ALL_TYPES).strip().splitlines():
        if line.strip():
            param = _param(type, line, params)
            params[param.name] = param
    return params


def _param(type: str, line: str, known: Mapping[str, SearchParam]) -> SearchParam:
    definition, _, targets = line.partition(">")
    name, kind, paths = definition.split()
    if paths.startswith("@"):
        shared = known[paths[1:]]
        return SearchParam(shared.code, type, name, shared.kind, (), tuple(targets.split()))
    system = CODE_SYSTEMS.get(f"{type}.{name}") or CODE_SYSTEMS.get(name, "")
    code = param_code(type, name)
    return SearchParam(code, type, name, kind, tuple(paths.split(",")), tuple(targets.split()), system)  # type: ignore[arg-type]
