"""Names of vaccines as people and systems write them, to the house's codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from healthrec.domain.roster.cells import plain

_BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_CN_CODE_DIGITS = 4


class VaccineNames:
    """Names of vaccines as people and systems write them."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._codes = {plain(name): code for code, found in names.items() for name in (code, *found)}

    def code_of(self, text: str) -> str:
        """The house's code, "" for a name that is on no list: as written, without its brackets, or as a number whose first
        zero a spreadsheet took away."""
        name = plain(text)
        short = _BRACKETS.sub("", name)
        coded = name.zfill(_CN_CODE_DIGITS) if name.isdecimal() else name
        return next((self._codes[one] for one in (name, short, coded) if one in self._codes), "")
