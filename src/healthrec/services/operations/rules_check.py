"""Checks everything in `schemas/`: rule sets, rights, columns, and the forms, which are FHIR Questionnaires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from healthrec.errors import HealthrecError
from healthrec.fhir.form_items import canonical, walk, words
from healthrec.fhir.json import parse
from healthrec.fhir.validation import check
from healthrec.rulebook import Problem, check_rules


def rules_problems(schemas: Path) -> list[Problem]:
    """Every problem by file and place; empty when all is well."""
    forms = list(_forms(schemas))
    problems = [one for _, content in forms for one in content if isinstance(one, Problem)]
    well = [(file, one) for file, content in forms for one in content if not isinstance(one, Problem)]
    problems += [problem for file, form in well for problem in _form_problems(file, form)]
    twice = Counter(canonical(form) for _, form in well)
    problems += [
        Problem(file, "version", "duplicate", canonical(form)) for file, form in well if twice[canonical(form)] > 1
    ]
    return sorted([*check_rules(schemas), *problems])


def _forms(schemas: Path) -> Iterator[tuple[str, list[Problem | dict[str, Any]]]]:
    """Each form, or what stands in the way of reading it."""
    for path in sorted((schemas / "questionnaires").glob("*.json")):
        file = path.relative_to(schemas).as_posix()
        try:
            form = parse(path.read_bytes())
            issues = check(form)
        except HealthrecError as error:
            form, issues = {}, list(error.issues)
        found: list[Problem | dict[str, Any]] = [
            Problem(file, issue.expression, "shape", f"{issue.key} {dict(issue.params)}") for issue in issues
        ]
        yield file, found or [form]


def _form_problems(file: str, form: Mapping[str, Any]) -> Iterator[Problem]:
    if form.get("resourceType") != "Questionnaire" or not form.get("url") or not form.get("version"):
        yield Problem(file, "url", "missing", "a form needs resourceType Questionnaire, url and version")
        return
    items = list(walk(form.get("item", ())))
    link_ids = Counter(str(item["linkId"]) for item in items)
    yield from (Problem(file, link_id, "duplicate", "linkId twice") for link_id, count in link_ids.items() if count > 1)
    yield from _gaps(file, "title", form, "title")
    for item in items:
        place = str(item["linkId"])
        yield from _gaps(file, place, item, "text")
        for option in item.get("answerOption", ()):
            yield from _gaps(file, f"{place}/answerOption", option.get("valueCoding", {}), "display")
        for condition in item.get("enableWhen", ()):
            if condition.get("question") not in link_ids:
                yield Problem(file, f"{place}/enableWhen", "unknown-code", str(condition.get("question")))


def _gaps(file: str, place: str, element: Mapping[str, Any], name: str) -> Iterator[Problem]:
    """A text whose English is its Chinese has no English."""
    text = element.get(name)
    if text and not str(text).isascii() and words(element, name, "en") == words(element, name, "zh"):
        yield Problem(file, place, "language-gap", "no en", {"language": "en"})
