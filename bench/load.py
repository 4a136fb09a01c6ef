"""Load: wrk and its numbers, and answers taken one by one."""

import http.client
import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass

import machine

DONE = r"""
function done(summary, latency, requests)
  io.write(string.format(
    "\nJSON{\"requests\":%d,\"us\":%d,\"bytes\":%d,\"refused\":%d,\"broken\":%d,\"p50\":%d,\"p99\":%d}\n",
    summary.requests, summary.duration, summary.bytes, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""

GET = r"""
local words = %s
local at = 0
function init(args)
  for i, one in ipairs(words) do words[i] = wrk.format("GET", one.path, one.headers) end
end
function request()
  at = at %% #words + 1
  return words[at]
end
"""


@dataclass
class Load:
    """What one turn of wrk came to. Times in milliseconds, CPU in microseconds a request."""

    rate: float
    cpu: float
    p50: float
    p99: float
    refused: int
    requests: int
    bytes: int


def lua(requests):
    """Requests as a Lua table: pairs of a path and its headers."""
    rows = []
    for path, headers in requests:
        pairs = ",".join(f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in headers.items())
        rows.append(f"{{path={json.dumps(path)},headers={{{pairs}}}}}")
    return GET % ("{" + ",".join(rows) + "}")


def wrk(server, script, seconds, connections=64):
    """Loads a server by a script of wrk's, with two threads; `refused` counts answers of 400 and above, and broken
    connections."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + DONE)
        file.flush()
        before = machine.cpu_seconds(server.processes)
        ran = subprocess.run(
            ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", file.name, f"http://{server.host}/"],
            capture_output=True, text=True, check=True)
        used = machine.cpu_seconds(server.processes) - before
    measured = json.loads(ran.stdout.split("JSON", 1)[1])
    return Load(
        rate=measured["requests"] / measured["us"] * 1e6,
        cpu=used / max(measured["requests"], 1) * 1e6,
        p50=measured["p50"] / 1000,
        p99=measured["p99"] / 1000,
        refused=measured["refused"] + measured["broken"],
        requests=measured["requests"],
        bytes=measured["bytes"],
    )


class Client:
    """One connection that is kept."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def ask(self, method, path, body=None, headers=None):
        """The answer, with its body read."""
        for again in (True, False):
            try:
                self.connection.request(method, path, body, headers or {})
                answer = self.connection.getresponse()
                answer.text = answer.read()
                return answer
            except (ConnectionError, http.client.RemoteDisconnected):
                # An idle connection was closed at the moment of the request.
                self.connection.close()
                if not again:
                    raise
        return None

    def get(self, path, **headers):
        return self.ask("GET", path, None, {name.replace("_", "-"): value for name, value in headers.items()})

    def milliseconds(self, path, times, **headers):
        """How long each of so many answers took."""
        taken = []
        for _ in range(times):
            began = time.perf_counter()
            answer = self.get(path, **headers)
            taken.append((time.perf_counter() - began) * 1000)
            if answer.status not in (200, 304):
                raise SystemExit(f"{path} was answered with {answer.status}")
        return taken


def raise_limit(files):
    """Lets this process and those that it starts open so many files."""
    import resource
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < files and os.geteuid() == 0:
        most = files
    resource.setrlimit(resource.RLIMIT_NOFILE, (files if most == resource.RLIM_INFINITY else min(files, most), most))
