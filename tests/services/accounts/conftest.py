"""The house of these tests, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.services.accounts.house import House, standing_house


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with standing_house(database_url) as built:
        yield built
