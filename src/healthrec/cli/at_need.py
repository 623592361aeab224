"""Commands whose modules are imported when they are named: what all of them need together takes seconds to load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
import typer.main
from typer.core import TyperGroup

Place = str | typer.Typer
"""`module:name` below healthrec.cli, a function or a group; or a group that is made already."""


def at_need(places: Mapping[str, Place]) -> type[TyperGroup]:
    """A group of the commands at these places, by the names to call them by."""

    class Group(TyperGroup):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.commands = _Commands(places)  # type: ignore[assignment]  # it is only read

    return Group


class _Commands(Mapping[str, Any]):
    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Any:
        command = typer.main.get_command(_group_at(self._places[name], name))
        command.name = name
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _group_at(place: Place, name: str) -> typer.Typer:
    if isinstance(place, typer.Typer):
        return place
    module, _, attribute = place.partition(":")
    found = getattr(import_module(f"healthrec.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        return found
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(found)
    return alone
