"""Pages from the cache compared with nginx and the same bytes as files, in turns; and pages that are rendered each time."""

import gzip
import hashlib
import random
import re
import socket
import subprocess
from dataclasses import dataclass
from statistics import median

import load
import machine
from report import Goal
from servers import Daybook, Nginx

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
POSTS, COMMENTS = 1000, 10_000


@dataclass
class Page:
    name: str
    path: str
    content_type: str = ""
    plain: bytes = b""
    gzip: bytes = b""

    def take(self, client):
        """Takes the bytes of the page from a running Daybook."""
        plain = client.get(self.path, Accept_Encoding="identity")
        packed = client.get(self.path, Accept_Encoding="gzip")
        assert (plain.status, packed.status) == (200, 200), f"{self.path}: {plain.status}"
        assert packed.headers["Content-Encoding"] == "gzip", f"{self.path} does not come as gzip"
        assert gzip.decompress(packed.text) == plain.text, f"{self.path}: two different pages"
        self.content_type, self.plain, self.gzip = plain.headers["Content-Type"], plain.text, packed.text


def pages_of(blog):
    return [
        Page("home", "/"),
        Page("post with 10 comments", blog.post_with(10)),
        Page("post with 200 comments", blog.post_with(200)),
        Page("tag", blog.tag()),
        Page("feed", "/feed.atom"),
        Page("search", "/search?q=harbour"),
    ]


def same(server, path, page, encoding):
    """Makes sure that a server answers with exactly the page's bytes; gives the answer."""
    answer = load.Client(server).get(path, Accept_Encoding=encoding)
    wanted = page.gzip if encoding == "gzip" else page.plain
    alike = hashlib.sha256(answer.text).digest() == hashlib.sha256(wanted).digest()
    assert answer.status == 200 and alike, f"{server.name} answers {path} with other bytes"
    kind = answer.headers["Content-Type"]
    assert kind == page.content_type, f"{server.name}: {path} is called {kind}"
    return answer


def size_on_the_wire(server, path, headers):
    """The bytes of one answer with its head, and its status."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {server.host}\r\n{head}\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += line.recv(65536)
        head, _ = data.split(b"\r\n\r\n", 1)
        status = int(head.split(b" ", 2)[1])
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        body = int(length.group(1)) if length and status == 200 else 0
        return len(head) + 4 + body, status


def turns(options, daybook, nginx, name, path_of, headers_of, status):
    """Both servers in turns: medians of each, as {server: Load}."""
    taken = {daybook.name: [], nginx.name: []}
    scripts = {}
    for server in (daybook, nginx):
        path, headers = path_of(server), headers_of(server)
        size, answered = size_on_the_wire(server, path, headers)
        assert answered == status, f"{server.name} answers {path} with {answered}"
        scripts[server.name] = load.lua([(path, headers)]), size
        load.wrk(server, scripts[server.name][0], 1)
    for number in range(options.rounds):
        machine.wait_until_quiet(f"{name}, round {number + 1}", options.patience)
        for server in (daybook, nginx):
            script, size = scripts[server.name]
            turn = load.wrk(server, script, options.seconds)
            # All answers are of one size, so other answers than the one that was looked at would show in their sum.
            alike = abs(turn.bytes / turn.requests - size) < size * 0.01 + 2
            assert alike, f"{server.name}: {name}: answers of another size"
            taken[server.name].append(turn)
    return {server: middle(loads) for server, loads in taken.items()}


def middle(loads):
    """The medians of several turns, and how far apart they were."""
    return {
        "rate": median(one.rate for one in loads), "cpu": median(one.cpu for one in loads),
        "p50": median(one.p50 for one in loads), "p99": median(one.p99 for one in loads),
        "rate_min": min(one.rate for one in loads), "rate_max": max(one.rate for one in loads),
        "refused": sum(one.refused for one in loads),
    }


def cached(options, blog):
    """Each page, plain and gzip, and answers that nothing has changed."""
    rows, goals = [], []
    with Daybook(blog.program, blog.data) as daybook:
        client = load.Client(daybook)
        pages = pages_of(blog)
        for page in pages:
            page.take(client)
        with Nginx(options.folder / "nginx", pages) as nginx:
            where = {daybook.name: lambda page: page.path, nginx.name: lambda page: nginx.files[page.name]}
            for page in pages:
                def path_of(server, page=page):
                    return where[server.name](page)
                for encoding in ("identity", "gzip"):
                    for server in (daybook, nginx):
                        same(server, path_of(server), page, encoding)
                    name = page.name if encoding == "identity" else f"{page.name}, gzip"
                    headers = {**BROWSER, "Accept-Encoding": encoding}
                    rows.append((name, turns(options, daybook, nginx, name, path_of, lambda _, headers=headers: headers, 200)))
            post = pages[1]

            def with_tag(server):
                answer = same(server, where[server.name](post), post, "gzip")
                return {**BROWSER, "Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}
            rows.append(("304 of a post", turns(
                options, daybook, nginx, "304", lambda server: where[server.name](post), with_tag, 304)))
            memory = {server.name: machine.resident_mib(server.processes) for server in (daybook, nginx)}
            sizes = {page.name: (len(page.plain), len(page.gzip)) for page in pages}
    for name, both in rows:
        ours, theirs = both["daybook"], both["nginx"]
        goals += [
            Goal(f"{name}: requests/s, × nginx", ours["rate"] / theirs["rate"], ">=", 1.0),
            Goal(f"{name}: CPU a request, × nginx", ours["cpu"] / theirs["cpu"], "<=", 1.0),
            Goal(f"{name}: p99, × nginx", ours["p99"] / theirs["p99"], "<=", 1.2),
            Goal(f"{name}: answers refused", ours["refused"], "<=", 0),
        ]
    return {"rows": rows, "memory": memory, "sizes": sizes}, goals


def uncached(options, blog):
    """What a page costs that is rendered for every reader: the cache is off."""
    rows = []
    with Daybook(blog.program, blog.data, "--page-cache", "0") as daybook:
        for page in pages_of(blog):
            script = load.lua([(page.path, {**BROWSER, "Accept-Encoding": "identity"})])
            load.wrk(daybook, script, 1)
            loads = []
            for number in range(options.rounds):
                machine.wait_until_quiet(f"{page.name}, uncached, round {number + 1}", options.patience)
                loads.append(load.wrk(daybook, script, options.seconds))
            rows.append((page.name, middle(loads)))
    cost = {name: row["cpu"] for name, row in rows}
    goals = [
        Goal("uncached post with 10 comments: CPU, µs", cost["post with 10 comments"], "<=", 250),
        Goal("uncached post with 200 comments: CPU, µs", cost["post with 200 comments"], "<=", 1000),
        Goal("uncached home: CPU, µs", cost["home"], "<=", 400),
    ]
    return {"rows": rows}, goals


def profiled(options, blog, program):
    """Where the time goes while a page is read: the functions with the largest shares, and the kernel's share. And what of the
    time of a 304 goes to its headers: compared with nginx when it sends the same ones."""
    measured = {}
    page = Page("post with 10 comments", blog.post_with(10))
    cases = (("A post from the cache", page.path, "gzip", []), ("A post as 304", page.path, "gzip", []),
             ("The feed from the cache, without compression", "/feed.atom", "identity", []),
             ("A post rendered", page.path, "gzip", ["--page-cache", "0"]))
    for name, path, encoding, words in cases:
        with Daybook(program, blog.data, *words) as daybook:
            headers = {**BROWSER, "Accept-Encoding": encoding}
            if name == "A post as 304":
                headers["If-None-Match"] = load.Client(daybook).get(path, Accept_Encoding=encoding).headers["ETag"]
            measured[name] = profile_of(options, daybook, load.lua([(path, headers)]))
    return {"functions": measured, "dressed": dressed(options, blog, page)}


def profile_of(options, daybook, script):
    load.wrk(daybook, script, 1)
    record = options.folder / "perf.data"
    perf = subprocess.Popen(
        ["perf", "record", "-q", "-e", "cpu-clock", "-F", "999", "-p", str(daybook.process.pid), "-o", record],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    load.wrk(daybook, script, max(options.seconds, 5))
    perf.send_signal(2)
    perf.wait(30)
    out = subprocess.run(
        ["perf", "report", "-i", record, "--stdio", "--no-children", "--sort", "symbol"],
        capture_output=True, text=True, check=True).stdout
    lines = [line.split(None, 2) for line in out.splitlines() if line.strip() and not line.startswith("#")]
    # Behind the symbol are columns for other events.
    shares = [(float(share.rstrip("%")), kind == "[k]", re.split(r"\s{2,}", symbol)[0])
              for share, kind, symbol in lines]
    return {"kernel": sum(share for share, in_kernel, _ in shares if in_kernel), "most": shares[:25]}


# What nginx sends by itself, or not with a 304.
OWN_HEADERS = {"date", "etag", "last-modified", "vary", "content-type", "content-length", "content-encoding", "server", "connection"}


def dressed(options, blog, page):
    """304s of a page, in turns with nginx that sends the headers of Daybook, too."""
    with Daybook(blog.program, blog.data) as daybook:
        client = load.Client(daybook)
        page.take(client)
        headers = [(name, value) for name, value in client.get(page.path, Accept_Encoding="gzip").headers.items()
                   if name.lower() not in OWN_HEADERS]
        with Nginx(options.folder / "nginx-dressed", [page], headers) as nginx:
            def path_of(server):
                return page.path if server is daybook else f"/dressed{nginx.files[page.name]}"

            def with_tag(server):
                answer = same(server, path_of(server), page, "gzip")
                return {**BROWSER, "Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}
            return turns(options, daybook, nginx, "304 with the same headers", path_of, with_tag, 304)


def shuffled(paths, number, seed=1):
    return random.Random(seed).sample(paths, min(number, len(paths)))
