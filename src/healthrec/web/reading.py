"""The fields and files of a posted form, as they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile


@dataclass(frozen=True, slots=True)
class Form:
    """Single fields, fields given several times, files as (name, bytes); `csrf` is the token that came along."""

    fields: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[str, bytes]]
    csrf: str


async def read_posted(request: Request) -> Form:
    """Read the body of a form."""
    lists: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[str, bytes]] = {}
    async with request.form(max_files=4, max_fields=5000) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = (value.filename or "", await value.read())
            else:
                lists[name] = (*lists.get(name, ()), value)
    csrf = lists.pop("csrf", ("",))[-1]
    return Form({name: texts[-1] for name, texts in lists.items()}, lists, files, csrf)
