"""Memory: idle, with a full cache under load, with ten thousand idle connections; the size of the program and its start."""

import select
import socket
import time
from statistics import median

import load
import machine
from pages import BROWSER
from report import Goal
from servers import Daybook

CONNECTIONS = 10_000
READERS = 200


def of(options, blog):
    measured = {"binary": blog.program.stat().st_size / 1024 / 1024}
    starts = []
    for _ in range(5):
        with Daybook(blog.program, blog.data) as daybook:
            starts.append(daybook.ready_ms)
    measured["ready"] = median(starts)
    paths = [path for (path,) in blog.ask("select path from posts where state = 'published'")]
    with Daybook(blog.program, blog.data, "--page-cache", "64") as daybook:
        load.Client(daybook).get("/")
        time.sleep(2)
        measured["idle"] = machine.resident_mib(daybook.processes)
        script = load.lua([
            (path, {**BROWSER, "Accept-Encoding": encoding})
            for encoding in ("br", "gzip", "identity") for path in paths
        ])
        # Twice round all pages in all encodings at least, and then as long as any other turn.
        turn = load.wrk(daybook, script, max(options.seconds, 10))
        measured["loaded"] = machine.resident_mib(daybook.processes)
        measured["loaded requests"] = turn.requests
    measured.update(crowd(blog))
    goals = [
        Goal("memory idle, MiB", measured["idle"], "<=", 40),
        Goal("memory under load, cache of 64 MiB, MiB", measured["loaded"], "<=", 128),
        Goal("idle connections held", measured["held"], ">=", CONNECTIONS),
        Goal("memory with 10,000 idle connections, MiB", measured["crowded"], "<=", 256),
        Goal("a new reader's p99 then, ms", measured["reader"], "<=", 10),
        Goal("binary, MiB", measured["binary"], "<=", 30),
    ]
    return measured, goals


def crowd(blog):
    """Ten thousand clients that have read a page and say nothing more; then new readers come, each on a connection of its own."""
    load.raise_limit(CONNECTIONS + 1000)
    # From a proxy that is trusted, since one address alone may hold a hundred.
    with Daybook(blog.program, blog.data, "--trusted-proxy", "127.0.0.0/8") as daybook:
        request = f"GET /healthz HTTP/1.1\r\nHost: {daybook.host}\r\n\r\n".encode()
        page = f"GET / HTTP/1.1\r\nHost: {daybook.host}\r\nConnection: close\r\n\r\n".encode()
        idle = []
        for _ in range(CONNECTIONS):
            line = socket.create_connection(("127.0.0.1", daybook.port), timeout=5)
            line.sendall(request)
            idle.append(line)
        for line in idle:
            line.recv(4096)
        memory = machine.resident_mib(daybook.processes)
        times = []
        for _ in range(READERS):
            began = time.perf_counter()
            try:
                with socket.create_connection(("127.0.0.1", daybook.port), timeout=5) as line:
                    line.sendall(page)
                    while line.recv(65536):
                        pass
            except TimeoutError:
                pass
            times.append((time.perf_counter() - began) * 1000)
            if times[-1] > 4000:
                break
        poll = select.poll()
        for line in idle:
            poll.register(line, select.POLLIN)
        closed = len(poll.poll(0))
        for line in idle:
            line.close()
        times.sort()
        return {"held": CONNECTIONS - closed, "crowded": memory, "reader": times[int(len(times) * 0.99)]}
