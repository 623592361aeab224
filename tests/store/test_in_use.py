"""Many may work on a database, and who remakes it must be alone; the mark goes with its holder."""

from __future__ import annotations

import subprocess
import sys

import pytest

from healthrec.store.engine import Busy
from healthrec.store.in_use import in_use


def test_many_work_beside_each_other_and_nobody_beside_who_is_alone(database_url: str) -> None:
    with in_use(database_url), in_use(database_url), pytest.raises(Busy), in_use(database_url, alone=True):
        pass
    with in_use(database_url, alone=True):
        for alone in (False, True):
            with pytest.raises(Busy), in_use(database_url, alone=alone):
                pass
    with in_use(database_url):
        pass


def test_a_mark_goes_with_a_process_that_is_killed(database_url: str) -> None:
    code = "import sys; from healthrec.store.in_use import in_use\nwith in_use(sys.argv[1]): print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, database_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(Busy), in_use(database_url, alone=True):
            pass
        holder.kill()
    if database_url.startswith("sqlite"):  # a server notices the broken connection in its own time
        with in_use(database_url, alone=True):
            pass
