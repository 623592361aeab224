"""Load by wrk (a client in C, so that it does not weigh on the measurement) and the CPU that the server used meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import Running

_SCRIPT = """
local requests = {}
for line in io.lines("%(requests)s") do
  local path, body = line:match("^([^\\t]*)\\t?(.*)$")
  requests[#requests + 1] = {path, body}
end
local headers = {%(headers)s}
local next = 0
function request()
  next = next %% #requests + 1
  local one = requests[next]
  if one[2] ~= "" then return wrk.format("POST", one[1], headers, one[2]) end
  return wrk.format("GET", one[1], headers)
end
function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format("RESULT %%d %%d %%d %%d %%d\\n", summary.requests, latency:percentile(50), latency:percentile(95),
    e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds for times, CPU milliseconds a request for the server (with its database processes, if any)."""

    requests: int
    per_second: float
    p50: float
    p95: float
    cpu: float
    failed: int


def run(server: Running, requests: list[tuple[str, str]], clients: int, seconds: int) -> Measured:
    """Send the requests (path under the base, body or "") round and round from `clients` connections."""
    root = "/" + server.base.split("/", 3)[3]
    headers = server.headers | {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "requests", Path(folder) / "script.lua"
        listed.write_text("\n".join(f"{root}{path}\t{body}" for path, body in requests), encoding="utf-8")
        pairs = ", ".join(f'["{name}"]="{value}"' for name, value in headers.items())
        script.write_text(_SCRIPT % {"requests": listed, "headers": pairs})
        before = _cpu_ms(server)
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s", "-s", str(script), server.base]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        used = _cpu_ms(server) - before
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    count, p50, p95, bad, broken = (int(part) for part in found.groups())
    return Measured(count, count / seconds, p50 / 1000, p95 / 1000, used / max(count, 1), bad + broken)


def _cpu_ms(server: Running) -> float:
    pids = [server.pid, *(_postgres_pids() if server.database_processes else [])]
    return sum(_used(pid) for pid in pids)


def _used(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _postgres_pids() -> list[int]:
    found = subprocess.run(["pgrep", "-x", "postgres"], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]
