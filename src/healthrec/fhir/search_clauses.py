"""The conditions of a search: one parameter with its values, a chain through a reference, or a reverse chain (_has)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from healthrec.errors import Issue, IssueCode
from healthrec.fhir import search_values as values
from healthrec.fhir.search_params import PARAMS, SearchParam
from healthrec.fhir.search_values import BadValueError, Value

ID = SearchParam(0, "Resource", "_id", "token", ())
LAST_UPDATED = SearchParam(1, "Resource", "_lastUpdated", "date", ())
"""Not in the index rows: the resource's own id and the instant of its current version."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """Any of `values` must match a row of `param`; with `negate` (:not) no row may match any of them."""

    param: SearchParam
    values: tuple[Value, ...]
    negate: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """The resource has no row of `param` (missing=True), or has one (False)."""

    param: SearchParam
    missing: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """`param` refers to a resource for which one of the alternatives (type, its clause) holds."""

    param: SearchParam
    alternatives: tuple[tuple[str, Clause], ...]


@dataclass(frozen=True, slots=True)
class Has:
    """A resource of `source` refers to this one by `param`, and `clause` holds for it."""

    source: str
    param: SearchParam
    clause: Clause


Clause = Criterion | Missing | Chain | Has

MAX_DEPTH = 4
MAX_VALUES = 500
_SPECIAL = {"_id": ID, "_lastUpdated": LAST_UPDATED}
_MODIFIERS = {
    "token": {"not"},
    "string": {"exact", "contains"},
    "uri": {"below"},
    "reference": set[str](),
    "date": set[str](),
    "number": set[str](),
    "quantity": set[str](),
}


class Reader:
    """Reads names and values into clauses; issues go to the list given. A clause with issues is None."""

    def __init__(self, issues: list[Issue], own_base: str) -> None:
        self._issues = issues
        self._own_base = own_base

    def param(self, type: str, name: str) -> SearchParam | None:
        return _SPECIAL.get(name) or PARAMS[type].get(name)

    def knows(self, type: str, name: str) -> bool:
        """Whether the first step of a name (before : and .) is a parameter of the type."""
        return name.startswith("_has:") or self.param(type, name.partition(".")[0].partition(":")[0]) is not None

    def clause(self, type: str, name: str, value: str, depth: int = 0) -> Clause | None:
        if depth >= MAX_DEPTH:
            self._issue("too-costly", "search.chain-too-deep", name, limit=MAX_DEPTH)
            return None
        if name.startswith("_has:"):
            return self._has(name, value, depth)
        first, dot, rest = name.partition(".")
        word, _, modifier = first.partition(":")
        param = self.param(type, word)
        if param is None:
            self._issue("not-supported", "search.unknown-parameter", name, found=word[:64], allowed="")
            return None
        if dot:
            return self._chain(param, modifier, rest, value, depth)
        return self._criterion(param, modifier, name, value)

    def _has(self, name: str, value: str, depth: int) -> Has | None:
        parts = name.split(":", 3)
        source, word, rest = (*parts[1:], "", "", "")[:3]
        param = PARAMS[source].get(word) if source in PARAMS else None
        if param is None or param.kind != "reference" or not rest:
            self._issue("not-supported", "search.bad-has", name)
            return None
        inner = self.clause(source, rest, value, depth + 1)
        return Has(source, param, inner) if inner is not None else None

    def _chain(self, param: SearchParam, modifier: str, rest: str, value: str, depth: int) -> Chain | None:
        if param.kind != "reference" or (modifier and modifier not in PARAMS):
            self._issue("not-supported", "search.bad-chain", f"{param.name}.{rest}")
            return None
        types = (modifier,) if modifier else param.targets or tuple(PARAMS)
        known = [type for type in types if type in PARAMS and self.knows(type, rest)]
        if not known or (len(known) > 1 and rest.startswith("_has:")):
            self._issue("not-supported", "search.bad-chain", f"{param.name}.{rest}")
            return None
        found = [(type, self.clause(type, rest, value, depth + 1)) for type in known]
        alternatives = tuple((type, clause) for type, clause in found if clause is not None)
        return Chain(param, alternatives) if alternatives else None

    def _criterion(self, param: SearchParam, modifier: str, name: str, value: str) -> Clause | None:
        if modifier == "missing" and param.code > 1:
            if value in ("true", "false"):
                return Missing(param, value == "true")
            self._issue("value", "search.bad-boolean", name, found=value[:64])
            return None
        narrowed = modifier if param.kind == "reference" and modifier in PARAMS else ""
        if modifier and not narrowed and modifier not in _MODIFIERS[param.kind]:
            allowed = ", ".join(sorted(_MODIFIERS[param.kind] | {"missing"}))
            self._issue("not-supported", "search.bad-modifier", name, found=modifier[:64], allowed=allowed)
            return None
        found = self._values(param, narrowed or modifier, name, values.split(value, ","))
        return Criterion(param, found, negate=modifier == "not") if found else None

    def _values(self, param: SearchParam, modifier: str, name: str, texts: Sequence[str]) -> tuple[Value, ...]:
        if len(texts) > MAX_VALUES:
            self._issue("too-costly", "search.too-many-values", name, limit=MAX_VALUES)
            return ()
        found: list[Value] = []
        for text in texts:
            try:
                found += values.read(param, modifier, text, self._own_base)
            except BadValueError as error:
                self._issue("value", error.key, name, found=text[:64])
        return tuple(found)

    def _issue(self, code: IssueCode, key: str, name: str, **params: Any) -> None:
        self._issues.append(Issue(code, key, name[:64], params))
