"""A FHIR search as a frozen value: what the store must match, include, sort and count. Knows no SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from healthrec.errors import Issue, Refused
from healthrec.fhir.search_clauses import Clause, Criterion, Reader
from healthrec.fhir.search_params import PARAMS, SearchParam

Handling = Literal["strict", "lenient"]


@dataclass(frozen=True, slots=True)
class Include:
    """`source` is the type that holds the reference; `param` None means every reference parameter of it; `target`
    narrows to one type."""

    source: str
    param: SearchParam | None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Sort:
    """`param` is a search parameter, or one of the special ones `ID` and `LAST_UPDATED`."""

    param: SearchParam
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All clauses must hold. `count` None means the server's default page; `summary` is "" or "count" (also
    for _count=0, as R4 says); `total` is "",
    "none", "estimate" or "accurate". `applied` are the parameters for the self link, `ignored` the names left out."""

    type: str
    clauses: tuple[Clause, ...] = ()
    includes: tuple[Include, ...] = ()
    revincludes: tuple[Include, ...] = ()
    sort: tuple[Sort, ...] = ()
    count: int | None = None
    summary: str = ""
    total: str = ""
    applied: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()


MAX_PARAMETERS = 60
MAX_LENGTH = 20_000
_UNSUPPORTED = frozenset(
    [
        "_elements",
        "_contained",
        "_containedType",
        "_filter",
        "_query",
        "_content",
        "_text",
        "_list",
        "_has",
        "_type",
        "_score",
    ]
)
"""Parameters that change the result and are not done here: refused always, since leaving them out would mislead."""
_TRANSPORT = frozenset({"_format", "_pretty"})


def parse_search(
    type: str, parameters: Iterable[tuple[str, str]], handling: Handling = "lenient", own_base: str = ""
) -> SearchQuery:
    """The query of `GET {type}?{parameters}`; `own_base` is this server's address, taken off references.

    Raises Refused with every issue: bad values, unsupported modifiers and result parameters always; unknown parameters
    under strict handling only, else they are in `ignored`.
    """
    reading = _Reading(type, handling, own_base)
    listed = list(parameters)
    if len(listed) > MAX_PARAMETERS or sum(len(name) + len(value) for name, value in listed) > MAX_LENGTH:
        raise Refused(Issue("too-costly", "search.too-long", params={"limit": MAX_PARAMETERS}))
    for name, value in listed:
        reading.take(name, value)
    if reading.issues:
        raise Refused(*reading.issues)
    return reading.query()


class _Reading:
    """Collects the parts of one query."""

    def __init__(self, type: str, handling: Handling, own_base: str) -> None:
        self.issues: list[Issue] = []
        self._type = type
        self._handling = handling
        self._reader = Reader(self.issues, own_base)
        self._clauses: list[Clause] = []
        self._includes: list[Include] = []
        self._revincludes: list[Include] = []
        self._sort: list[Sort] = []
        self._count: int | None = None
        self._summary = self._total = ""
        self._applied: list[tuple[str, str]] = []
        self._ignored: list[str] = []

    def take(self, name: str, value: str) -> None:
        if name in _TRANSPORT:
            return
        if not value.strip():
            self._ignored.append(name)
            return
        control = _CONTROLS.get(name.partition(":")[0])
        if control is not None:
            control(self, name, value)
        elif name.partition(":")[0] in _UNSUPPORTED and not name.startswith("_has:"):
            self.refuse("search.parameter-not-supported", name, name)
            return
        elif not self._take_clause(name, value):
            return
        self._applied.append((name, value))

    def query(self) -> SearchQuery:
        return SearchQuery(
            self._type,
            tuple(self._clauses),
            tuple(self._includes),
            tuple(self._revincludes),
            tuple(self._sort),
            self._count,
            "count" if self._count == 0 else self._summary,
            self._total,
            tuple(self._applied),
            tuple(self._ignored),
        )

    def refuse(self, key: str, name: str, found: str = "", allowed: str = "") -> None:
        self.issues.append(Issue("not-supported", key, name[:64], {"found": found[:64], "allowed": allowed}))

    def _take_clause(self, name: str, value: str) -> bool:
        if not self._reader.knows(self._type, name):
            if self._handling == "strict":
                self.refuse("search.unknown-parameter", name, name, ", ".join(sorted(PARAMS[self._type])))
            self._ignored.append(name)
            return False
        clause = self._reader.clause(self._type, name, value)
        if clause is not None:
            self._clauses.append(clause)
        return True

    def _take_sort(self, name: str, value: str) -> None:
        for part in value.split(","):
            word = part.removeprefix("-").strip()
            param = self._reader.param(self._type, word)
            if param is None or param.kind == "reference":
                self.refuse("search.bad-sort", name, word)
            else:
                self._sort.append(Sort(param, part.startswith("-")))

    def _take_count(self, name: str, value: str) -> None:
        if not (value.isascii() and value.isdigit() and len(value) < 7):
            self.refuse("search.bad-count", name, value)
        else:
            self._count = int(value)

    def _take_summary(self, name: str, value: str) -> None:
        if value not in ("count", "false"):
            self.refuse("search.not-supported", name, value, "count, false")
        self._summary = "count" if value == "count" else ""

    def _take_total(self, name: str, value: str) -> None:
        if value not in ("none", "estimate", "accurate"):
            self.refuse("search.not-supported", name, value, "none, estimate, accurate")
        self._total = value

    def _take_include(self, name: str, value: str) -> None:
        include = self._include(name, value)
        if include is None:
            return
        if name.startswith("_rev"):
            self._revincludes.append(include)
        elif include.source != self._type:
            self.refuse("search.bad-include", name, value)
        else:
            self._includes.append(include)

    def _include(self, name: str, value: str) -> Include | None:
        if ":" in name:
            self.refuse("search.parameter-not-supported", name, name)
            return None
        if value == "*" and name == "_include":
            return Include(self._type, None)
        source, _, rest = value.partition(":")
        word, _, target = rest.partition(":")
        known = PARAMS.get(source, {})
        param = known.get(word)
        if word == "*" and known:
            return Include(source, None, target)
        if param is None or param.kind != "reference" or (target and target not in PARAMS):
            self.refuse("search.bad-include", name, value)
            return None
        return Include(source, param, target)


_CONTROLS = {
    "_sort": _Reading._take_sort,
    "_count": _Reading._take_count,
    "_summary": _Reading._take_summary,
    "_total": _Reading._take_total,
    "_include": _Reading._take_include,
    "_revinclude": _Reading._take_include,
}

__all__ = ["Criterion", "Handling", "Include", "SearchQuery", "Sort", "parse_search"]
