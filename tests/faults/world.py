"""The world around: the clock (F15), the mail server (F16), memory (F18), the log (F24), sources of an import (F25), and a
start after a crash with a large database (START)."""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import zlib
from pathlib import Path

from blog import AUTHOR, Blog, Crowd, Home, Lost, Refused, Server, await_some, picture, somewhere
from ledger import ACK, Ledger
from rig import number, percentile, rig


DAY = 86400
YEAR = 365 * DAY


class Clock:
    """A clock that is wrong by some seconds, and may jump while a program runs."""

    def __init__(self, place, seconds=0):
        self.file = place / "clock"
        self.set(seconds)
        library = place / "clock.so"
        source = Path(__file__).parent / "clock.c"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source], check=True)
        self.before = ("env", f"CLOCK_OFFSET={self.file}", f"LD_PRELOAD={library}")

    def set(self, seconds):
        self.file.write_text(str(seconds))


@rig("F15", "a clock that jumps", seconds=300, needs=("cc",))
def clock(found):
    template = Blog.new(found.place)
    wrong = Clock(found.place, -60 * YEAR)
    output = template.home.run("serve", before=wrong.before, timeout=20)
    found.promise(output.returncode == 1 and "before 1970" in output.stderr, f"1966 is refused in a sentence: {output.stderr[:200]}")
    # No session holds that is over, or that begins later than the clock says now.
    for jump, seconds in (("-1 day", -DAY), ("+10 years", 10 * YEAR), ("-2 years", -2 * YEAR)):
        blog = template.copy(found.place / f"clock{seconds}")
        ledger = Ledger()
        wrong.set(seconds)
        with Server(blog.home, before=wrong.before) as server:
            statuses = {server.client().get(page).status for page in ("/", "/feed.atom", "/archive/", "/sitemap.xml")}
            found.promise(statuses == {200}, f"{jump}: readers are served: {statuses}")
            answer = ledger.comment(server.client(), blog.posts[0])
            found.promise(answer.status == 303, f"{jump}: a comment is kept: {answer.status}")
            admin = server.client(blog.cookie).get("/admin/posts/")
            found.promise(admin.status == 303, f"{jump}: the session is over: {admin.status}")
            found.promise("panicked" not in server.said(), f"{jump}: no panic")
            found.promise(server.stop() == 0, f"{jump}: stops")
        with Server(blog.home) as server:
            found.none(blog.home.check() + ledger.judge(blog.home), f"{jump}: nothing lost when the clock is right again")
            answer = ledger.comment(server.client(), blog.posts[0])
            found.promise(answer.status == 303, f"{jump}: and goes on: {answer.status}")
    blog = template.copy(found.place / "running")
    jumping(found, blog)
    found.figure("1966 refused in a sentence; −1 day, +10 years, −2 years at the start, and jumps in both directions while it runs: no panic, comments kept")


def jumping(found, blog):
    """The clock of a server that runs jumps to and fro."""
    wrong = Clock(found.place)
    ledger = Ledger()
    with Server(blog.home, before=wrong.before) as server:
        author = server.client(blog.cookie)
        fields = author.editor("/admin/posts/new")
        tomorrow = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() + 2 * 86400))
        answer = author.post("/admin/posts/new", fields | {"title": "Not yet", "body": "Waits.", "published_at": tomorrow, "act": "publish"})
        found.promise(answer.status == 303, f"scheduled: {answer.status}")
        reader = server.client()
        network = somewhere()
        # A session holds that neither began nor was used later than the clock says now; the last two jumps are back from an hour ahead.
        for jump, status in ((-DAY, 303), (0, 200), (-30 * DAY, 303), (3600, 200), (-3600, 303), (0, 303)):
            wrong.set(jump)
            answer = ledger.comment(reader, blog.posts[0])
            found.promise(answer.status == 303, f"after a jump to {jump} s: {answer.status}")
            answer = server.client(blog.cookie).get("/admin/posts/")
            found.promise(answer.status == status, f"after a jump to {jump} s: the session {'holds' if status == 200 else 'is over'}: {answer.status}")
            time.sleep(1)
            found.promise("Not yet" not in reader.get("/").text, f"after a jump to {jump} s: what is scheduled is not shown")
        # Somebody who wrote while the clock was ahead must not have to wait for years.
        wrong.set(1000 * DAY)
        for n in range(3):
            reader.comment(blog.posts[1], f"Ahead of time {n} {os.urandom(4).hex()}", network)
        wrong.set(0)
        answer = reader.comment(blog.posts[1], f"Back in time {os.urandom(4).hex()}", network)
        wait = int(answer.headers.get("retry-after", 0))
        found.promise(answer.status == 303 or wait <= 86400, f"after a jump back the limits let people in within a day: {answer.status}, {wait} s")
        found.promise("panicked" not in server.said(), "no panic")
        found.none(blog.home.check() + ledger.judge(blog.home), "nothing lost")


class Post:
    """A mail server that works, or stalls, drips, or refuses for now or for ever."""

    def __init__(self, manner):
        self.manner = manner
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.taken = []
        self.over = False
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while not self.over:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(stream,), daemon=True).start()

    def talk(self, stream):
        try:
            self.say(stream, "220 post")
            lines, data = stream.makefile("rb"), None
            for line in lines:
                if data is not None:
                    if line == b".\r\n":
                        self.taken.append(data)
                        data = None
                        self.say(stream, "250 taken")
                    else:
                        data += line
                    continue
                word = line[:4].upper()
                if word in (b"EHLO", b"HELO"):
                    if self.manner == "stalls":
                        time.sleep(3600)
                    self.say(stream, "250 post")
                elif word == b"RCPT":
                    self.say(stream, {"later": "451 not now", "never": "550 nobody"}.get(self.manner, "250 ok"))
                elif word == b"DATA":
                    data = b""
                    self.say(stream, "354 go on")
                elif word == b"QUIT":
                    self.say(stream, "221 bye")
                    return
                else:
                    self.say(stream, "250 ok")
        except OSError:
            pass

    def say(self, stream, words):
        for byte in (words + "\r\n").encode():
            stream.sendall(bytes([byte]))
            if self.manner == "drips":
                time.sleep(1)

    def close(self):
        if self.over:
            return
        self.over = True
        # Wakes who waits for the next call, too; the port is dead from now on.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@rig("F16", "a mail server that is dead, stalls, drips, refuses", seconds=300, short=True)
def mail(found):
    template = Blog.new(found.place)
    times = {}
    for manner in ("well", "dead", "stalls", "drips", "later", "never"):
        blog = template.copy(found.place / manner)
        post = Post(manner)
        if manner == "dead":
            post.close()
        ledger = Ledger()
        with Server(blog.home, "--smtp", f"smtp://127.0.0.1:{post.port}?from=blog@example.org") as server:
            client = server.client()
            took = []
            for at in range(10 if found.short else 40):
                begun = time.monotonic()
                answer = ledger.comment(client, blog.posts[at % 4])
                took.append(time.monotonic() - begun)
                found.promise(answer.status == 303, f"{manner}: a comment is taken: {answer.status}")
                time.sleep(0.02)
            times[manner] = percentile(took, 0.99)
            count = "select count(*) from outbox where "
            if manner == "well":
                await_some("all is sent", lambda: blog.home.number(count + "sent_at is null") == 0)
                found.promise(len(post.taken) == blog.home.number(count + "1"), f"one message each: {len(post.taken)}")
            elif manner == "never":
                await_some("all is given up", lambda: blog.home.number(count + "failed_at is null") == 0)
                outbox = server.client(blog.cookie).get("/admin/outbox/?pile=failed").text
                found.promise("nobody" in outbox, "never: the author reads why")
            else:
                time.sleep(2)
                found.promise(blog.home.number(count + "sent_at is not null or failed_at is not null") == 0, f"{manner}: mail waits")
                found.promise(blog.home.number(count + "1") > 0, f"{manner}: there is mail")
            begun = time.monotonic()
            found.promise(server.stop() == 0, f"{manner}: stops")
            stopped = time.monotonic() - begun
            found.promise(stopped <= 10, f"{manner}: stops within 10 s: {stopped:.1f} s")
        found.none(blog.home.check() + ledger.judge(blog.home), f"{manner}: nothing lost")
        if manner in ("dead", "stalls"):
            good = Post("well")
            waiting = blog.home.number(count + "1")
            with Server(blog.home, "--smtp", f"smtp://127.0.0.1:{good.port}?from=blog@example.org") as server:
                await_some("what waited is sent", lambda: blog.home.number(count + "sent_at is null and failed_at is null") == 0)
                time.sleep(1)
            found.promise(len(good.taken) == waiting, f"{manner}: each once when it works again: {len(good.taken)} of {waiting}")
            good.close()
        post.close()
    if not found.short:
        worst = max(times.values())
        found.promise(worst <= max(0.1, 5 * times["well"]), f"a comment never waits for mail: {times}")
    found.figure("p99 of a comment: " + ", ".join(f"{manner} {took * 1000:.0f} ms" for manner, took in times.items())
                 + "; mail waits, or is given up with its reason; each sent once afterwards")


def part(kind, bytes):
    """A chunk of a PNG."""
    return struct.pack(">I", len(bytes)) + kind + bytes + struct.pack(">I", zlib.crc32(kind + bytes))


def with_note(picture):
    """The same picture as another file: what is known already is not decoded."""
    end = len(part(b"IEND", b""))
    return picture[:-end] + part(b"tEXt", b"Comment\0" + os.urandom(8).hex().encode()) + picture[-end:]


def even_picture(width, height):
    """A picture of many pixels and few bytes."""

    about = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + os.urandom(3) * width) * height, 1)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", about) + part(b"IDAT", rows) + part(b"IEND", b"")


MEMORY = Path("/sys/fs/cgroup/memory")
# The smaller one leaves no room for pictures, which are refused then; the larger one leaves some.
CAPS = (128, 256)


@rig("F18", f"a cap of {CAPS[0]} and of {CAPS[1]} MiB on memory under the heaviest pictures and a flood of sign-ins", seconds=1200,
     root=True)
def memory(found):
    for cap in CAPS:
        place = found.place / str(cap)
        place.mkdir()
        capped(found, Blog.new(place), cap)


def capped(found, blog, cap):
    group = cgroup(f"daybook-{os.getpid()}", cap)
    seconds = number("MEMORY_SECONDS", 120)
    try:
        enter = ("sh", "-c", f"echo $$ > {group}/cgroup.procs && exec \"$@\"", "sh")
        with Server(blog.home, before=enter) as server:
            large = even_picture(4000, 3000)
            small = even_picture(1000, 1000)
            many = even_picture(6000, 6600)
            answers = {}
            lock = threading.Lock()

            def note(what, status):
                with lock:
                    answers.setdefault(what, {}).setdefault(status, 0)
                    answers[what][status] += 1

            def upload(what, sent):
                client = server.client(blog.cookie, timeout=60)
                try:
                    note(what, client.upload(with_note(sent), blog.csrf).status)
                except (Lost, Refused) as error:
                    note(what, type(error).__name__)
                client.close()
                if server.process.poll() is not None:
                    return False

            def sign_in():
                client = server.client(timeout=60)
                try:
                    note("sign-ins", client.post("/admin/sign-in", {"email": AUTHOR, "password": "wrong and wrong again"},
                                                 {"X-Forwarded-For": somewhere()}).status)
                except (Lost, Refused) as error:
                    note("sign-ins", type(error).__name__)
                client.close()

            def read():
                client = server.client(timeout=30)
                try:
                    note("reads", client.get("/").status)
                except (Lost, Refused) as error:
                    note("reads", type(error).__name__)
                client.close()
                time.sleep(0.02)

            crowd = Crowd()
            for what, sent in (("12 MP", large), ("12 MP", large), ("40 MP", many), ("40 MP", many), ("1 MP", small), ("1 MP", small)):
                crowd.add(upload, what, sent)
            for _ in range(6):
                crowd.add(sign_in)
            crowd.add(read)
            until = time.monotonic() + seconds
            while time.monotonic() < until and server.process.poll() is None:
                time.sleep(0.5)
            alive = server.process.poll() is None
            crowd.stop()
            peak = int((group / "memory.max_usage_in_bytes").read_text() if (group / "memory.max_usage_in_bytes").exists()
                       else (group / "memory.peak").read_text()) / 1048576
            found.promise(alive, f"it is not killed within {seconds} s: {answers}")
            statuses = {status for what in ("1 MP", "12 MP", "40 MP") for status in answers.get(what, {})}
            found.promise(statuses <= {200, 422, 503}, f"pictures are taken or refused with a sentence: {answers}")
            if cap == CAPS[1]:
                found.promise(answers.get("1 MP", {}).get(200, 0) > 0, f"small pictures are taken: {answers}")
            found.promise(set(answers.get("reads", {})) == {200}, f"readers are served: {answers.get('reads')}")
            found.figure(f"{seconds} s in {cap} MiB: peak {peak:.0f} MiB with the files that are cached; {answers}")
    finally:
        for _ in range(50):
            try:
                group.rmdir()
                break
            except OSError:
                time.sleep(0.1)


def cgroup(name, cap):
    """A group of processes that may have no more than so many MiB."""
    if (MEMORY / "memory.limit_in_bytes").exists():
        group = MEMORY / name
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(cap << 20))
        return group
    root = Path("/sys/fs/cgroup")
    if not (root / "cgroup.controllers").exists():
        raise AssertionError("cannot run here: there is no memory cgroup")
    (root / "cgroup.subtree_control").write_text("+memory")
    group = root / name
    group.mkdir()
    (group / "memory.max").write_text(str(cap << 20))
    return group


@rig("F24", "nobody takes the log: closed, full, blocked", seconds=200, short=True)
def log(found):
    template = Blog.new(found.place)
    for case in ("closed pipe", "full disk", "pipe that nobody reads", "no descriptors at all"):
        blog = template.copy(found.place / case.replace(" ", "-"))
        ledger = Ledger()
        loud = {"RUST_LOG": "daybook=debug"}
        if case == "closed pipe":
            reader, writer = os.pipe()
            out = {"stdout": writer, "stderr": writer}
        elif case == "full disk":
            full = os.open("/dev/full", os.O_WRONLY)
            out = {"stdout": full, "stderr": full}
        elif case == "pipe that nobody reads":
            reader, writer = os.pipe()
            out = {"stdout": writer, "stderr": writer}
        else:
            out = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "preexec_fn": lambda: (os.close(1), os.close(2))}
        server = Server(blog.home, env=loud, **out)
        with server:
            if case == "closed pipe":
                os.close(reader)
                os.close(writer)
            client = server.client(timeout=20)
            statuses = []
            # More lines than a pipe of 64 KiB holds.
            for at in range(2000):
                statuses.append(client.get(f"/nothing-{at}").status)
            statuses.append(ledger.comment(client, blog.posts[0]).status)
            found.promise(set(statuses) == {404, 303}, f"{case}: everything is answered: {set(statuses)}")
            code = server.stop()
            found.promise(code == 0, f"{case}: stops with 0: {code}")
        found.none(blog.home.check() + ledger.judge(blog.home), f"{case}: nothing lost")
    found.figure("closed pipe, /dev/full, a pipe that nobody reads, no standard output at all: 2,000 requests with debug log answered, stops with 0")


@rig("F25", "an import asks nobody", seconds=120, needs=("strace",))
def sources(found):
    home = Home(found.place / "import")
    fixtures = Path(__file__).resolve().parents[1] / "fixtures/blogger"
    for kind, file in (("blogger", fixtures / "old-export.xml"), ("blogger", fixtures / "takeout-feed.atom")):
        trace = found.place / "trace"
        output = home.run("import", kind, str(file), before=("strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(trace)))
        found.promise(output.returncode == 0, f"{kind}: {output.stderr[-300:]}")
        dialled = [line for line in trace.read_text().splitlines() if "AF_INET" in line]
        found.none(dialled, f"{kind}: nothing is dialled")
    found.figure("an import reads one file and opens no connection, so no source can stall it (pictures stay at their old hosts)")


@rig("START", "first answer after a crash with a database of 1 GB", seconds=1800)
def start(found):
    wanted = number("GIGABYTE", 1 << 30)
    blog = Blog.new(found.place)
    grow(blog.home, wanted)
    firsts = []
    for _ in range(5):
        ledger = Ledger()
        with Server(blog.home) as server:
            crowd = Crowd()
            for at in range(4):
                crowd.add(lambda client, post: ledger.comment(client, post) is not None, server.client(timeout=20), blog.posts[at % 4])
            time.sleep(1)
            server.kill()
            crowd.stop()
        # Nothing of it lies in memory any more.
        if os.geteuid() == 0:
            os.sync()
            Path("/proc/sys/vm/drop_caches").write_text("1")
        server = Server(blog.home, wait=False)
        firsts.append(server.ready())
        found.none(ledger.judge(blog.home), "nothing lost")
        server.kill()
    size = blog.home.database.stat().st_size
    found.promise(size >= wanted, f"the database has {size >> 20} MiB")
    found.promise(max(firsts) <= 1, f"first 200 within 1 s: {max(firsts):.2f} s")
    found.figure(f"{size >> 20} MiB, 5 crashes, cold cache: first 200 after {percentile(firsts, 0.5):.2f} s in the median, {max(firsts):.2f} s at worst")


def grow(home, wanted):
    """Makes the database large, by drafts with old versions of their texts."""
    words = "Words that take room in an old version of a text. " * 400
    home.change(
        "insert into posts (id, kind, state, title, markup, comments, created_at, updated_at, listed_at, renderer, cut, html, source)"
        " values (100000, 'post', 'draft', 'Large', 'markdown', 'blog', 0, 0, 0, 0, 0, '', '');"
    )
    rows = wanted // len(words) + 1000
    home.change(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < %d)"
        " insert into revisions (post_id, made_at, reason, name, words, added, removed, title, markup, tags, permalink, excerpt,"
        " comments, pinned, details, source) select 100000, i, 'saved', 'kept', 1, 0, 0, 'Large', 'markdown', '', '', '', 'blog', 0, '{}', '%s' from n;"
        % (rows, words)
    )
