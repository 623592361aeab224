"""Problems in the words of whoever reads them: the cell, then a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from healthrec.services.immunization.vaccines import vaccine_name
from healthrec.wording import Translator

_DAYS = ("day", "told", "born", "before_day")
_TERMS = {"measure": "measure", "circumstance": "measuring-circumstance", "source": "dose-source"}


def sentence(words: Translator, problem: Mapping[str, Any]) -> str:
    """One problem as a sentence."""
    text = words.message(str(problem["code"]), **_params(words, problem["params"]))
    return text[:1].upper() + text[1:]


def said(words: Translator, problems: Iterable[Mapping[str, Any]]) -> list[str]:
    """Problems as `C12 sentence`, errors first."""
    order: Sequence[str] = ("error", "warning", "note")
    told = sorted(problems, key=lambda problem: order.index(problem["severity"]))
    return [f"{problem['cell'].rpartition('!')[2]} {sentence(words, problem)}".strip() for problem in told]


def _params(words: Translator, params: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: _day(value) if name in _DAYS else value for name, value in params.items()}
    for name, group in _TERMS.items():
        if name in shown:
            shown[name] = words.term(group, str(shown[name]))
    if "vaccine" in shown:
        shown["vaccine"] = _vaccine(words, str(shown["vaccine"]))
    if "doses" in shown:
        shown["doses"] = words.listed(
            [f"{_vaccine(words, code)} {words.date(_day(day))}" for code, day in shown["doses"]]
        )
    return shown


def _vaccine(words: Translator, code: str) -> str:
    """The vaccine's name; one that is on no list is called as it was written."""
    return vaccine_name(code, words.language) if code else words.gettext("疫苗名称不详")


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return value
