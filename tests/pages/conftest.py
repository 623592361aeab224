"""The rules that ship, read once."""

from __future__ import annotations

import pytest

from healthrec.rulebook.book import Rulebook, load_rulebook
from healthrec.settings import schemas_dir


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_rulebook(schemas_dir())
