"""Templates to HTML: one Jinja2 environment per language, the frame that every page stands in, static addresses.

Each template names in its first comment the values that it needs; a missing one is an error (StrictUndefined).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from healthrec.wording import LANGUAGES, Translator

_HERE = Path(__file__).resolve().parent
STATIC_DIR = _HERE / "static"
TEMPLATES_DIR = _HERE / "templates"

Room = Literal["home", "vaccinations", "due", "children", "entrance", "board", "handover", "import", "admin", "audit"]
"""Places of the main navigation; their words and addresses are in ``base.html``."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is signed in, as the page's head shows it. `role` is a code of the term group ``role``."""

    name: str
    role: str
    organization: str

    @property
    def is_family(self) -> bool:
        """Whether it is a guardian or somebody whom one lets look."""
        return self.role in ("parent", "delegate")


@dataclass(frozen=True, slots=True)
class Flash:
    """One sentence about what was just done, already in the caller's language."""

    tone: Literal["done", "note", "attention", "stop"]
    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page shows around its content.

    `today` is the day the rules use; `training_day` repeats it when it is not the real one. `path` is the address of
    this page with its query, to come back to after a change of language or type size. `csrf` goes into every form.
    """

    today: date
    path: str = "/"
    csrf: str = ""
    caller: Caller | None = None
    rooms: tuple[Room, ...] = ()
    room: Room | None = None
    search: bool = False
    training_day: date | None = None
    demo: bool = False
    large_type: bool = False
    flash: Flash | None = None


class FormValues(dict[str, Any]):
    """What was typed, or what is wrong, by field name; a field that is not there answers "".

    Every template with a form takes its ``values`` and ``errors`` as one of these.
    """

    def __missing__(self, key: str) -> str:
        return ""


def render(template: str, translator: Translator, **context: Any) -> str:
    """The page `template` as HTML in the translator's language. `context` holds ``frame`` and what the template names."""
    return _environment(translator).get_template(template).render(context)


@cache
def static_url(name: str) -> str:
    """The address of ``static/<name>`` with the start of its SHA-256, so that it may be cached for ever."""
    digest = hashlib.sha256((STATIC_DIR / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:8]}"


@cache
def _environment(translator: Translator) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        translator.gettext, translator.ngettext, newstyle=True
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(t=translator, static_url=static_url, languages=LANGUAGES)
    environment.filters.update(_filters(translator))
    return environment


def _filters(translator: Translator) -> dict[str, Callable[..., object]]:
    return {
        "date": translator.date,
        "month": translator.month,
        "moment": translator.moment,
        "number": translator.number,
        "quantity": translator.quantity,
        "term": lambda code, group: translator.term(group, code),
        "listed": translator.listed,
        "capital": lambda words: words[:1].upper() + words[1:],
        "age": _age_filter(translator),
    }


def _age_filter(translator: Translator) -> Callable[..., str]:
    @pass_context
    def age(context: Context, birth: date, on: date | None = None) -> str:
        """The age on a day; on the frame's today when no day is given."""
        return translator.age(birth, on or context["frame"].today)

    return age
