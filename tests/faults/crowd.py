"""Many at once: a stop under load (F05), no descriptors left (F17), idle connections (F19), one cold page for all (F20),
clients that disconnect (F22), slow readers next to writers (F23), and a flood of everything (FLOOD)."""

import json
import os
import random
import resource
import select
import signal
import socket
import sqlite3
import struct
import subprocess
import threading
import time
import urllib.parse

from blog import AUTHOR, PASSWORD, Blog, Client, Crowd, Lost, Refused, Server, await_some, comment_fields, somewhere
from ledger import ACK, Ledger
from rig import number, percentile, rig


def form_of(blog, words, post):
    return urllib.parse.urlencode(comment_fields(blog.posts[post], words)).encode()


def head_of(client, length, more=None):
    kind = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": somewhere()}
    return client.head("POST", "/comments", kind | (more or {}), length)


@rig("F05", "asked to stop under load", seconds=300, short=True)
def stop(found):
    template = Blog.new(found.place)
    blog = template.copy(found.place / "first")
    ledger = Ledger()
    with Server(blog.home) as server:
        idle = [server.client() for _ in range(20)]
        for client in idle:
            client.get("/")
        half_header = server.client().connect()
        half_header.sendall(b"GET / HTTP/1.1\r\nHo")
        half_body = server.client()
        half_body.connect().sendall(head_of(half_body, 1000) + b"post=")
        begun = []
        for at in range(50):
            client = server.client()
            entry = ledger.open("comment")
            entry.content = f"{entry.key} was begun before the stop."
            form = form_of(blog, entry.content, at % 4)
            client.connect().sendall(head_of(client, len(form)) + form[:20])
            begun.append((client, entry, form[20:]))
        # And some that are sent whole on new connections, up to the moment of the stop.
        crowd, lost, stopping = Crowd(), [], threading.Event()

        def ask():
            client = server.client(timeout=20)
            sent = None
            try:
                client.connect().sendall(client.head("GET", "/archive/", None, 0))
                sent = time.monotonic()
                client.read()
            except (Lost, OSError):
                if sent:
                    lost.append(sent)
            except Refused:
                return False
            finally:
                client.close()
            return not stopping.is_set()

        for _ in range(8):
            crowd.add(ask)
        time.sleep(0.5)
        asked = time.monotonic()
        server.signal(signal.SIGTERM)
        time.sleep(0.2)
        stopping.set()
        for client, entry, rest in begun:
            client.stream.sendall(rest)
        for client, entry, _ in begun:
            ledger.close(entry, client.read("POST"))
        answered = ledger.count(ACK)
        code = server.end(20)
        took = time.monotonic() - asked
        crowd.stop()
        cut = [sent for sent in lost if sent < asked]
        found.promise(answered == 50, f"every started request completes: {answered} of 50")
        found.none(cut, "no request that was sent before the stop is cut")
        found.promise(code == 0, f"exit 0: {code}")
        found.promise(took <= (20 if found.short else 10), f"within 10 s: {took:.1f} s")
        log = blog.home.data / "daybook.db-wal"
        found.promise(not log.exists() or log.stat().st_size == 0, "the log file is written back")
    with Server(blog.home):
        found.none(blog.home.check() + ledger.judge(blog.home), "everything is kept")
    found.figure(f"50 of 50 begun forms answered, with idle, half a header and half a body open: exit {code} after {took:.1f} s")
    blog = template.copy(found.place / "second")
    with Server(blog.home) as server:
        half_body = server.client()
        half_body.connect().sendall(head_of(half_body, 1000) + b"post=")
        server.client().get("/")
        server.signal(signal.SIGTERM)
        await_some("it takes nobody any more", lambda: refuses(server))
        asked = time.monotonic()
        server.signal(signal.SIGTERM)
        code = server.end(20)
        took = time.monotonic() - asked
        found.promise(code == 130, f"the second time it stops at once: {code}")
        found.promise(took <= (5 if found.short else 1), f"at once: {took:.2f} s")
    found.figure(f"asked twice: gone after {took * 1000:.0f} ms")


def refuses(server):
    try:
        server.client(timeout=5).connect()
        return False
    except Refused:
        return True


@rig("F17", "no descriptors left: 256 for 320 connections", seconds=200, short=True, needs=("prlimit",))
def descriptors(found):
    blog = Blog.new(found.place)
    with Server(blog.home, before=("prlimit", "--nofile=256:256")) as server:
        ledger = Ledger()
        clients = [server.client(timeout=40) for _ in range(320)]
        answers = []

        def ask(client):
            try:
                answers.append(client.get("/").status)
            except (Lost, Refused) as error:
                answers.append(repr(error))
            return False

        crowd = Crowd()
        for client in clients:
            crowd.add(ask, client)
        crowd.stop()
        most = server.descriptors()
        found.promise(set(answers) == {200} and len(answers) == 320, f"all 320 are answered: {set(map(str, answers))}")
        found.promise(most <= 256, f"{most} descriptors")
        found.promise(ledger.comment(server.client(), blog.posts[0]).status == 303, "a comment is kept while all are open")
        found.promise(ledger.upload(server.client(blog.cookie), blog.csrf).status == 200, "a picture, too")
        for client in clients:
            client.close()
        begun = time.monotonic()
        found.promise(server.client().get("/").status == 200, "it heals")
        healed = time.monotonic() - begun
        found.promise("could not be accepted" not in server.said(), "it never ran out of descriptors")
        found.none(blog.home.check() + ledger.judge(blog.home), "nothing lost")
    found.figure(f"320 of 320 answered with at most 256 descriptors ({most} at the end); after they are gone, {healed * 1000:.0f} ms")


class Idle:
    """Connections that asked once and stay open, in a process of their own, so that measuring is not held up by them."""

    def __init__(self, server, number, stalled=0):
        script = (
            "import socket, sys, time, select\n"
            "host, port, number, stalled = sys.argv[1], *map(int, sys.argv[2:5])\n"
            "head = f'Host: {host}:{port}\\r\\n'.encode()\n"
            "def opened(words):\n"
            "    stream = socket.create_connection((host, port), 30)\n"
            "    stream.sendall(words)\n"
            "    return stream\n"
            "def keep(all, number, words, read):\n"
            "    all[:] = [one for one in all if not over(one)]\n"
            "    new = []\n"
            "    while len(all) + len(new) < number and len(new) < 500:\n"
            "        new.append(opened(words))\n"
            "    if read:\n"
            "        for one in new:\n"
            "            one.recv(65536)\n"
            "    all += new\n"
            "def over(one):\n"
            "    one.setblocking(False)\n"
            "    try:\n"
            "        return one.recv(65536) == b''\n"
            "    except BlockingIOError:\n"
            "        return False\n"
            "    except OSError:\n"
            "        return True\n"
            "    finally:\n"
            "        one.settimeout(30)\n"
            "idle, slow = [], []\n"
            "while True:\n"
            "    keep(idle, number, b'GET /healthz HTTP/1.1\\r\\n' + head + b'\\r\\n', True)\n"
            "    keep(slow, stalled, b'GET / HTTP/1.1\\r\\nHo', False)\n"
            "    print(len(idle), len(slow), flush=True)\n"
            "    time.sleep(0 if len(idle) < number else 0.2)\n"
        )
        self.process = subprocess.Popen(
            ["python3", "-c", script, server.address[0], str(server.address[1]), str(number), str(stalled)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        self.counts = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.counts.append(tuple(map(int, line.split())))

    def most(self):
        return max((idle + stalled for idle, stalled in self.counts), default=0)

    def last(self):
        return self.counts[-1] if self.counts else (0, 0)

    def stop(self):
        self.process.kill()
        self.process.wait()


def room_for(descriptors):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < descriptors:
        raise AssertionError(f"cannot run here: {descriptors} descriptors are needed, {hard} are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def readers(server, path, seconds, every=0.01):
    """Reads a page on a new connection again and again; the times and the statuses."""
    times, statuses = [], []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        client = server.client(timeout=30)
        begun = time.monotonic()
        try:
            statuses.append(client.get(path).status)
        except (Lost, Refused) as error:
            statuses.append(type(error).__name__)
        times.append(time.monotonic() - begun)
        client.close()
        time.sleep(every)
    return times, statuses


@rig("F19", "10,000 idle connections", seconds=300)
def idle(found):
    room_for(11_000)
    blog = Blog.new(found.place)
    path = blog.home.rows("select path from posts where state = 'published' order by id limit 1")[0][0]
    with Server(blog.home) as server:
        alone, _ = readers(server, path, 3)
        # An idle connection is kept for 10 s; then it is opened again.
        crowd = Idle(server, 10_000)
        try:
            await_some("10,000 are open", lambda: server.descriptors() >= 9_900, 120)
            times, statuses = readers(server, path, 4, every=0.005)
            memory, most, now = server.resident(), crowd.most(), server.descriptors()
            peak = int(next(line for line in open(f"/proc/{server.pid}/status") if line.startswith("VmHWM")).split()[1]) / 1024
        finally:
            crowd.stop()
        found.promise(set(statuses) == {200}, f"readers are served: {set(statuses)}")
        slow = percentile(times, 0.99)
        found.promise(slow <= 0.010, f"a new reader's p99 is at most 10 ms: {slow * 1000:.1f} ms")
        found.promise(peak <= 256, f"at most 256 MiB resident: {peak:.0f} MiB")
        found.figure(f"{most} open, {now} descriptors at the end: {memory:.0f} MiB resident (peak {peak:.0f}); a new reader p50 "
                     f"{percentile(times, 0.5) * 1000:.2f} ms, p99 {slow * 1000:.2f} ms (alone {percentile(alone, 0.99) * 1000:.2f} ms)")


@rig("F20", "a cold page for 500 at once", seconds=200, short=True)
def cold(found):
    many = 60 if found.short else 500
    blog = Blog.new(found.place)
    with Server(blog.home, env={"RUST_LOG": "info,daybook::http::cache=debug"}) as server:
        path = blog.home.rows("select path from posts where state = 'published' order by id limit 1")[0][0]
        author = server.client(blog.cookie)
        made = 0
        times = {"cold": [], "warm": []}
        for kind in ("cold", "warm"):
            if kind == "cold":
                # A new text makes every page old.
                author.publish("Makes all pages old", "Words.")
                before = server.said().count(f"a page is rendered uri={path}")
            clients = [server.client(timeout=30) for _ in range(many)]
            for client in clients:
                client.connect()
            start = threading.Barrier(many)
            wrong = []

            def ask(client):
                start.wait()
                begun = time.monotonic()
                answer = client.get(path)
                times[kind].append(time.monotonic() - begun)
                if answer.status != 200:
                    wrong.append(answer.status)
                return False

            crowd = Crowd()
            for client in clients:
                crowd.add(ask, client)
            crowd.stop()
            found.none(wrong, f"{kind}: all are served")
            for client in clients:
                client.close()
        made = server.said().count(f"a page is rendered uri={path}") - before
        found.promise(made == 1, f"it is made once: {made}")
        cold, warm = percentile(times["cold"], 0.99), percentile(times["warm"], 0.99)
        if not found.short:
            found.promise(cold <= 5 * warm, f"p99 cold at most 5 times warm: {cold * 1000:.0f} and {warm * 1000:.0f} ms")
        found.figure(f"{many} at once on a cold page: made {made} time; p99 {cold * 1000:.0f} ms, warm {warm * 1000:.0f} ms")


@rig("F22", "clients that disconnect in the middle of a change", seconds=900, short=True)
def disconnect(found):
    times = 300 if found.short else number("HANGUPS", 10_000)
    blog = Blog.new(found.place)
    ledger = Ledger()
    with Server(blog.home) as server:
        left = iter(range(times))
        lock = threading.Lock()

        def go():
            with lock:
                at = next(left, None)
            if at is None:
                return False
            client = server.client()
            kind = at % 3
            if kind == 0:
                entry = ledger.open("comment")
                entry.content = f"{entry.key} by somebody who disconnects."
                form = form_of(blog, entry.content, at % 4)
                words = head_of(client, len(form)) + form
            elif kind == 1:
                # An author saves and closes the laptop.
                entry = ledger.open("post")
                entry.content = f"The words of {entry.key}."
                form = urllib.parse.urlencode({"csrf": blog.csrf, "title": entry.key, "body": entry.content, "tags": "rig, fault",
                                               "markup": "markdown", "comments": "blog", "act": "publish"}).encode()
                client.cookie = blog.cookie
                words = client.head("POST", "/admin/posts/new", {"Content-Type": "application/x-www-form-urlencoded"}, len(form)) + form
            else:
                words = client.head("POST", "/admin/sign-in", {"Content-Type": "application/x-www-form-urlencoded"}, 40) + b"x" * 40
            stream = client.connect()
            # A reset, not a farewell.
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stream.sendall(words)
            time.sleep(random.choice((0, 0, 0.001, 0.002, 0.005, 0.01)))
            stream.close()

        crowd = Crowd()
        for _ in range(8):
            crowd.add(go)
        for thread in crowd.threads:
            thread.join(found_patience(times))
        crowd.stop()
        statuses = [ledger.comment(server.client(), blog.posts[0]).status for _ in range(10)]
        found.promise(set(statuses) == {303}, f"the writer is well: {statuses}")
        found.promise(ledger.publish(server.client(blog.cookie)).status == 303, "and publishes")
        said = server.said()
        for words in ("within a transaction", "panicked", "PoolTimedOut", "a request failed"):
            found.promise(words not in said, f"the log knows no “{words}”")
        found.none(blog.home.check() + ledger.judge(blog.home), "what they sent is there whole, once, or not at all")
        kept = blog.home.number("select count(*) from comments where source like 'comment%'")
    found.figure(f"{times} hung up: {kept} of their comments kept, none partly; the writer goes on")


def found_patience(times):
    return 60 + times / 20


@rig("F23", "slow readers next to writers: the log file stays small", seconds=300)
def long_reader(found):
    blog = Blog.new(found.place)
    ledger = Ledger()
    with Server(blog.home) as server:
        author = server.client(blog.cookie)
        long = "A long paragraph of words that make the feed heavy. " * 2000
        for at in range(20):
            author.publish(f"Long {at}", f"{long} {at}")
        crowd = Crowd()
        largest = [0]
        log = str(blog.home.database) + "-wal"

        def write(client, post):
            ledger.comment(client, post)

        def publish(client):
            ledger.publish(client)

        def slowly():
            client = server.client()
            stream = client.connect()
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stream.sendall(client.head("GET", "/feed.atom", None, 0))
            for _ in range(10):
                if not stream.recv(1024) or crowd.over.is_set():
                    break
                time.sleep(0.5)
            client.close()

        def export():
            import shutil

            place = found.place / f"export-{time.monotonic_ns()}"
            output = blog.home.run("export", str(place))
            if output.returncode:
                raise AssertionError(output.stderr)
            shutil.rmtree(place)

        for at in range(8):
            crowd.add(write, server.client(), blog.posts[at % 4])
        crowd.add(publish, server.client(blog.cookie))
        for _ in range(6):
            crowd.add(slowly)
        crowd.add(export)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            largest[0] = max(largest[0], os.path.getsize(log) if os.path.exists(log) else 0)
            time.sleep(0.05)
        crowd.stop()
        written = ledger.count(ACK)
        found.promise(largest[0] <= 64 << 20, f"the log file is at most 64 MiB: {largest[0] >> 20} MiB")
        found.none(blog.home.check() + ledger.judge(blog.home), "nothing lost")
        # Somebody else's program reads for a long time, too: then the log must grow, and shrink when it is gone.
        reader = sqlite3.connect(f"file:{blog.home.database}?mode=ro", uri=True, isolation_level=None)
        reader.execute("begin")
        reader.execute("select count(*) from posts").fetchall()
        crowd = Crowd()
        for at in range(8):
            crowd.add(write, server.client(), blog.posts[at % 4])
        time.sleep(10)
        grown = os.path.getsize(log)
        reader.execute("rollback")
        reader.close()
        time.sleep(3)
        crowd.stop()
        after = os.path.getsize(log)
        found.promise(after <= 64 << 20, f"and is small again after a foreign reader: {after >> 20} MiB")
        found.none(ledger.judge(blog.home), "nothing lost")
    found.figure(f"60 s of 9 writers, 6 slow feed readers and exports: {written} acknowledged, log file at most {largest[0] / 1048576:.1f} MiB; "
                 f"with a foreign reader of 10 s {grown / 1048576:.1f} MiB, {after / 1048576:.1f} MiB after it")


@rig("FLOOD", "10,000 idle and 1,000 stalled connections, floods of sign-ins and comments", seconds=400)
def flood(found):
    room_for(13_000)
    blog = Blog.new(found.place)
    path = blog.home.rows("select path from posts where state = 'published' order by id limit 1")[0][0]
    with Server(blog.home) as server:
        standing = Idle(server, 10_000, 1_000)
        try:
            await_some("they are open", lambda: standing.most() >= 10_900, 120)
            crowd = Crowd()
            ledger = Ledger()
            answers = {"sign-in": {}, "comment": {}}
            lock = threading.Lock()

            def note(kind, status):
                with lock:
                    answers[kind][status] = answers[kind].get(status, 0) + 1

            def sign_in():
                client = server.client(timeout=40)
                try:
                    answer = client.post("/admin/sign-in", {"email": AUTHOR, "password": "wrong and wrong again"},
                                         {"X-Forwarded-For": somewhere()})
                    note("sign-in", answer.status)
                except (Lost, Refused) as error:
                    note("sign-in", type(error).__name__)
                client.close()
                time.sleep(0.05)

            def comment():
                client = server.client(timeout=40)
                try:
                    answer = ledger.comment(client, random.choice(blog.posts))
                    note("comment", answer.status if answer else "Lost")
                except Refused:
                    note("comment", "Refused")
                client.close()
                time.sleep(0.02)

            owners = []

            def owner():
                """Signs in at a new browser in a new network, and comes again as the answer asks; a try every half second."""
                client, begun = server.client(timeout=40), time.monotonic()
                where = {"X-Forwarded-For": somewhere()}
                while not crowd.over.is_set():
                    answer = client.post("/admin/sign-in", {"email": AUTHOR, "password": PASSWORD}, where)
                    if answer.status == 303:
                        owners.append(time.monotonic() - begun)
                        break
                    time.sleep(min(30, int(answer.headers.get("retry-after", "1"))))
                client.close()
                time.sleep(0.5)

            for _ in range(10):
                crowd.add(sign_in)
                crowd.add(comment)
            crowd.add(owner)
            times, statuses = readers(server, path, number("FLOOD_SECONDS", 30))
            home, more = readers(server, "/", 5)
            crowd.stop()
            most, now = standing.most(), standing.last()
            peak = int(next(line for line in open(f"/proc/{server.pid}/status") if line.startswith("VmHWM")).split()[1]) / 1024
        finally:
            standing.stop()
        slow = percentile(times + home, 0.99)
        found.promise(set(statuses + more) == {200}, f"no errors for readers: {set(map(str, statuses + more))}")
        found.promise(slow <= 0.1, f"a reader's p99 is at most 100 ms: {slow * 1000:.0f} ms")
        found.promise(peak <= 256, f"at most 256 MiB resident: {peak:.0f} MiB")
        found.promise(len(owners) >= 20 and max(owners) <= 30, f"the owner gets in within 30 s: {len(owners)} times, {max(owners, default=99):.1f} s at worst")
        found.none(blog.home.check() + ledger.judge(blog.home), "nothing lost")
        found.figure(f"{most} open at most, {now[0]} idle and {now[1]} stalled at the end; sign-ins {answers['sign-in']}, comments {answers['comment']}; "
                     f"the owner got in {len(owners)} times, after {max(owners, default=99):.1f} s at worst; {len(times) + len(home)} reads: p50 {percentile(times, 0.5) * 1000:.1f} ms, p99 {slow * 1000:.1f} ms, peak {peak:.0f} MiB")
