"""Shared parts: a fresh installation or a small town per test, on SQLite and, where a server answers, on PostgreSQL."""

from __future__ import annotations

import fcntl
import os
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from tests.town import Client, Clients, bearer_for, copy_database, fill, install, serving

from healthrec.services.context import Services
from healthrec.services.opening import opened
from healthrec.settings import Settings

TODAY = date(2026, 11, 22)
POSTGRES = os.environ.get("HEALTHREC_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
_RUN = "HEALTHREC_TEST_RUN"

Template = Callable[[str, str], Path | str]
"""From what it holds and the kind of database to a file, or a database's name."""


def postgres_answers() -> bool:
    """Whether the test PostgreSQL can be reached."""
    engine = create_engine(
        POSTGRES.replace("postgresql://", "postgresql+psycopg://"), connect_args={"connect_timeout": 2}
    )
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


@contextmanager
def postgres_database(template: str = "template0") -> Iterator[str]:
    """A database of its own on the test server, dropped afterwards."""
    name = f"healthrec_test_{uuid.uuid4().hex[:12]}"
    _on_postgres(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield POSTGRES.rsplit("/", 1)[0] + "/" + name
    finally:
        _on_postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_postgres(statement: str) -> Any:
    admin = create_engine(POSTGRES.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            result = connection.execute(text(statement))
            return result.first() if result.returns_rows else None
    finally:
        admin.dispose()


_BY_DATABASE: tuple[tuple[str, Literal["function", "module"]], ...] = (
    ("empty_url", "function"),
    ("database_url", "function"),
    ("town_url", "function"),
    ("shared_url", "module"),
    ("shared_town_url", "module"),
)


def absent(what: str) -> None:
    """Skip for want of `what`; in CI that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and in CI it must be there")
    pytest.skip(what)


def pytest_configure(config: pytest.Config) -> None:
    """One name for the whole run, which xdist's workers inherit."""
    os.environ.setdefault(_RUN, uuid.uuid4().hex[:10])
    config.addinivalue_line("markers", "one_database: what it shows is not the database's doing; SQLite is enough")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the store, the services and the API run once on each database."""
    kinds = [pytest.param("sqlite")]
    if not any(metafunc.definition.iter_markers("one_database")):
        kinds.append(pytest.param("postgresql", marks=pytest.mark.postgres))
    for name, scope in _BY_DATABASE:
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, kinds, indirect=True, scope=scope)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What did not run, and why, in one place at the end."""
    reasons = Counter(str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []))
    if reasons:
        terminalreporter.section("did not run")
        for reason, count in sorted(reasons.items()):
            terminalreporter.write_line(f"{count:5} × {reason.removeprefix('Skipped: ')}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The last to leave drops the templates on PostgreSQL."""
    if not hasattr(session.config, "workerinput") and postgres_answers():
        for what in _FILLED_BY:
            _on_postgres(f'DROP DATABASE IF EXISTS "{_template_name(what)}" WITH (FORCE)')


_postgres: list[bool] = []


def needs_postgres() -> None:
    """Skip, or fail in CI, unless the test PostgreSQL answers."""
    if not _postgres:
        _postgres.append(postgres_answers())
    if not _postgres[0]:
        absent("no PostgreSQL answers")


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the wanted kind that holds nothing, not even tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'healthrec.db'}"
        return
    needs_postgres()
    with postgres_database() as url:
        yield url


def settings_for(database_url: str, **values: Any) -> Settings:
    """Settings of a test installation, on a fixed training day."""
    fixed = {"database_url": database_url, "today": TODAY, "secret_key": "test-secret-" + "x" * 32}
    return Settings(**(fixed | values))


_FILLED_BY: dict[str, Callable[[Settings], None]] = {"installation": install, "town": fill}
"""What a template holds, and what puts it there."""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Gives the template of a kind of database, made once per run: a file, or a database's name."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder

    def made(what: str, kind: str) -> Path | str:
        with (folder / f"{what}-{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return _sqlite_template(what, folder / f"{what}.db") if kind == "sqlite" else _postgres_template(what)

    return made


def _sqlite_template(what: str, path: Path) -> Path:
    if not path.exists():
        unfinished = path.with_suffix(".part")
        _FILLED_BY[what](settings_for(f"sqlite:///{unfinished}"))
        unfinished.rename(path)
    return path


def _template_name(what: str) -> str:
    return f"healthrec_{what}_{os.environ[_RUN]}"


def _postgres_template(what: str) -> str:
    name = _template_name(what)
    if _on_postgres(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") is None:
        part = name + "_part"
        _on_postgres(f'CREATE DATABASE "{part}" TEMPLATE template0')
        _FILLED_BY[what](settings_for(POSTGRES.rsplit("/", 1)[0] + "/" + part))
        _on_postgres(f'ALTER DATABASE "{part}" RENAME TO "{name}"')
    return name


@contextmanager
def _copied(what: str, kind: str, template: Template, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        target = folder / "healthrec.db"
        copy_database(Path(template(what, kind)), target)
        yield f"sqlite:///{target}"
        return
    needs_postgres()
    with postgres_database(str(template(what, kind))) as url:
        yield url


@pytest.fixture
def database_url(request: pytest.FixtureRequest, template: Template, tmp_path: Path) -> Iterator[str]:
    """The address of an installation without records."""
    with _copied("installation", request.param, template, tmp_path) as url:
        yield url


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    """An installation without records."""
    with opened(settings_for(database_url)) as parts:
        yield parts


@pytest.fixture(scope="module")
def shared_url(
    request: pytest.FixtureRequest, template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of an installation that all tests of a module share."""
    with _copied("installation", request.param, template, tmp_path_factory.mktemp("installation")) as url:
        yield url


@pytest.fixture
def town_url(request: pytest.FixtureRequest, template: Template, tmp_path: Path) -> Iterator[str]:
    """The address of a copy of the town, this test's own."""
    with _copied("town", request.param, template, tmp_path) as url:
        yield url


@pytest.fixture
def town_services(town_url: str) -> Iterator[Services]:
    """A town of 24 children, this test's own."""
    with opened(settings_for(town_url)) as parts:
        yield parts


@pytest.fixture
def bearer(town_services: Services) -> Callable[[str], str]:
    """Gives a fresh token of a demo sign-in."""
    return lambda username: bearer_for(town_services, username)


@pytest.fixture
def api(town_services: Services) -> Iterator[Clients]:
    """Gives a client of the API by demo sign-in: `api("nurse").get("/fhir/Patient")`."""
    clients = Clients(town_services)
    yield clients
    clients.close()


@pytest.fixture
def live_server(town_services: Services) -> Iterator[str]:
    """The address of a real server over the town."""
    with serving(town_services) as address:
        yield address


@pytest.fixture(scope="module")
def shared_town_url(
    request: pytest.FixtureRequest, template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a copy that all tests of a module share: for those that read."""
    with _copied("town", request.param, template, tmp_path_factory.mktemp("town")) as url:
        yield url


@pytest.fixture(scope="module")
def shared_services(shared_town_url: str) -> Iterator[Services]:
    """A town that all tests of a module share: for those that read, or add what disturbs nobody."""
    with opened(settings_for(shared_town_url)) as parts:
        yield parts


@pytest.fixture(scope="module")
def shared_api(shared_services: Services) -> Iterator[Clients]:
    """Like `api`, over the shared town."""
    clients = Clients(shared_services)
    yield clients
    clients.close()


__all__ = ["Client", "Clients", "postgres_database", "settings_for"]
