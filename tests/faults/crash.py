"""The end of the process at any moment: F01 at random under writers, F02 and F04 at each system call, F12 in a migration."""

import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from blog import Blog, Crowd, Home, Lost, Refused, Server, await_some, environment, free_port
from ledger import ACK, Ledger
from rig import number, percentile, rig

# Each thread counts its calls for itself, so one kind of call is struck at a time: all of a kind belong to one thread.
CALLS = ("pwrite64", "fdatasync", "fsync", "rename", "write", "ftruncate", "unlink")


@rig("F01", "killed at random under eight writers", seconds=7200, short=True)
def at_random(found):
    rounds = 8 if found.short else number("ROUNDS", 1000)
    # A data directory goes through so many deaths before the next one begins, so that it stays small.
    deaths = 25
    template = Blog.new(found.place, posts=8)
    firsts, acknowledged, unknown = [], 0, 0
    done = 0
    while done < rounds:
        place = found.place / "work"
        blog = template.copy(place)
        ledger = Ledger()
        server = Server(blog.home, port=free_port())
        for _ in range(min(deaths, rounds - done)):
            crowd = Crowd()
            for writer in range(8):
                crowd.add(writes, server, blog, ledger, writer)
            before, enough = ledger.count(ACK), random.randrange(1, 60)
            await_some("some are acknowledged", lambda: ledger.count(ACK) >= before + enough)
            time.sleep(random.uniform(0, 0.02))
            server.kill()
            crowd.stop()
            server = Server(blog.home, port=free_port(), wait=False)
            firsts.append(server.ready())
            wrong = blog.home.check() + ledger.judge(blog.home)
            found.none(wrong, f"round {done}: nothing lost, doubled or partial")
            done += 1
            if wrong:
                shutil.copytree(place, found.place / f"wrong-{done}")
        server.kill()
        acknowledged += ledger.count(ACK)
        unknown += len(ledger.entries) - ledger.count(ACK)
        shutil.rmtree(place)
        if done % 100 == 0:
            print(f"    {done} rounds, {acknowledged} acknowledged", flush=True)
    found.promise(acknowledged > rounds, f"the writers got somewhere: {acknowledged} acknowledged")
    found.figure(f"{done} kills, {acknowledged} writes acknowledged, {unknown} unknown, 0 lost" if not found.broken
                 else f"{done} kills, {acknowledged} writes acknowledged")
    found.figure(f"first 200 after the crash: median {percentile(firsts, 0.5):.3f} s, worst {max(firsts):.3f} s")
    if not found.short:
        found.promise(max(firsts) <= 1, f"first 200 within 1 s after the start: {max(firsts):.2f} s")


def writes(server, blog, ledger, writer):
    """What one of eight writers does until the server is dead: four comment, two edit, one publishes, one sends pictures."""
    client = server.client("" if writer < 4 else blog.cookie, timeout=20)
    try:
        while True:
            if writer < 4:
                answer = ledger.comment(client, blog.posts[writer])
            elif writer < 6:
                answer = ledger.edit(client, blog.posts[writer])
            elif writer == 6:
                answer = ledger.publish(client)
            else:
                answer = ledger.upload(client, blog.csrf)
            if answer is None:
                return False
    except (Lost, Refused):
        # While it fetched the form: nothing was sent.
        return False


def act(kind, ledger, client, blog):
    if kind == "comment":
        return ledger.comment(client, blog.posts[0])
    if kind == "publish":
        return ledger.publish(client)
    if kind == "edit":
        return ledger.edit(client, blog.posts[0])
    return ledger.upload(client, blog.csrf)


@rig("F02", "killed at each system call of a comment, an edit, a publish, an upload", seconds=3600, root=False,
     needs=("strace",))
def at_each_call(found):
    template = Blog.new(found.place)
    for kind in ("comment", "edit", "publish", "picture"):
        points, answered = {}, 0
        for call in CALLS:
            at = 0
            # So many writes are more than any of these needs; the rest wakes other threads.
            while at < 40:
                at += 1
                struck, sent, ack, wrong = killed_at(found, template, kind, call, at)
                found.none(wrong, f"{kind}, {call} {at}: all or nothing")
                if not struck or found.broken:
                    break
                points[call] = points.get(call, 0) + sent
                answered += ack
        found.promise(points.get("pwrite64", 0) >= 2 and points.get("fsync", 0) + points.get("fdatasync", 0) >= 1, f"{kind}: it was struck: {points}")
        if kind == "picture":
            found.promise(points.get("rename", 0) >= 1 and points.get("fsync", 0) >= 2, f"{kind}: in its file, too: {points}")
        found.figure(f"{kind}: killed at {sum(points.values())} points ({', '.join(f'{call} {n}' for call, n in points.items())}), "
                     f"{answered} of them after the answer; all or nothing at each")


def killed_at(found, template, kind, call, at):
    """Starts a server, warms it up, and lets it be killed at the N-th call after that. Gives whether it was killed, whether
    something had been sent by then, whether that was acknowledged, and what is wrong."""
    place = found.place / "work"
    blog = template.copy(place)
    ledger = Ledger()
    with Server(blog.home) as server:
        client = server.client(blog.cookie, timeout=20)
        client.get("/admin/posts/new")
        # Strikes from now on: the calls of the start and of the page are over.
        tracer = attached(server, ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={at}"])
        try:
            answer = act(kind, ledger, client, blog)
        except (Lost, Refused):
            answer = None
        struck = server.process.poll() is not None
        if not struck and answer is None:
            struck = server.end(10) is not None
        server.kill()
        tracer.kill()
        tracer.wait()
    with Server(blog.home):
        wrong = blog.home.check() + ledger.judge(blog.home)
    shutil.rmtree(place)
    return struck, bool(ledger.entries), ledger.count(ACK) > 0, wrong


def attached(server, fault):
    """strace on a server that runs already; gives the tracer as soon as it holds all threads."""
    tracer = subprocess.Popen(
        ["strace", "-f", "-o", "/dev/null", "-p", str(server.pid), *fault],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )

    def held():
        if server.process.poll() is not None:
            # Struck by what the server does by itself.
            return True
        threads = os.listdir(f"/proc/{server.pid}/task")
        traced = 0
        for thread in threads:
            try:
                with open(f"/proc/{server.pid}/task/{thread}/status") as status:
                    traced += "TracerPid:\t0\n" not in status.read()
            except (FileNotFoundError, ProcessLookupError):
                return False  # the thread ended just now
        return traced == len(threads)

    await_some("the server is traced", held)
    return tracer


@rig("F04", "a picture between its file and its row", seconds=1800, needs=("strace",))
def picture(found):
    template = Blog.new(found.place)
    for call in ("write", "fsync", "rename", "mkdir", "pwrite64", "fdatasync"):
        points, left = 0, 0
        for at in range(1, 40):
            place = found.place / "work"
            blog = template.copy(place)
            ledger = Ledger()
            with Server(blog.home) as server:
                client = server.client(blog.cookie, timeout=20)
                client.get("/admin/media/")
                tracer = attached(server, ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={at}"])
                answer = ledger.upload(client, blog.csrf)
                struck = server.process.poll() is not None or (answer is None and server.end(10) is not None)
                server.kill()
                tracer.kill()
                tracer.wait()
            left += sum(path.suffix == ".new" for path in blog.home.data.glob("media/*/*"))
            with Server(blog.home) as server:
                found.none(blog.home.check() + ledger.judge(blog.home), f"{call} {at}: no row without its whole file")
                again = server.client(blog.cookie)
                found.promise(ledger.upload(again, blog.csrf).status == 200, f"{call} {at}: the next one is taken")
            shutil.rmtree(place)
            if not struck:
                break
            points += 1
        found.figure(f"{call}: killed at {points} points, {left} unfinished files left, no row without its file")
    found.figure("unfinished files are swept a day later: media::tests::what_a_crash_left_is_swept_away_and_nothing_else")


SCHEMAS = Path(__file__).resolve().parents[2] / "migrations/sqlite"


def older(home, schema):
    """Makes of a blog that was just made one of an older schema: its tables as the first migrations left them."""
    import sqlite3

    # The index is made by a newer SQLite than Python's, so it stays; it has been the same since the first schema.
    kept = ("search_posts", "search_comments", "_sqlx_migrations")
    connection = sqlite3.connect(home.database, isolation_level=None)
    connection.execute("pragma foreign_keys = off")
    connection.execute("pragma wal_checkpoint(truncate)")
    names = connection.execute("select type, name from sqlite_schema where name not like 'sqlite_%' order by type = 'table'")
    connection.execute("begin")
    for type, name in names.fetchall():
        if not name.startswith(kept):
            connection.execute(f'drop {type} if exists "{name}"')
    connection.execute("commit")
    for path in sorted(SCHEMAS.glob("*.sql"))[:schema]:
        connection.executescript(re.sub(r"create virtual table search_\w+ using fts5 \(.*?\);", "", path.read_text(), flags=re.S))
    connection.execute("delete from _sqlx_migrations where version > ?", (schema,))
    connection.executescript(
        "insert into authors (id, name, email, role, password_hash, created_at) values (1, 'Ada', 'ada@example.org', 'operator', 'x', 1);"
        "insert into posts (id, kind, state, title, path, markup, comments, created_at, updated_at, published_at, listed_at,"
        " approved_comments, renderer, cut, html, source)"
        " with recursive n (i) as (select 1 union all select i + 1 from n where i < 200)"
        " select i, 'post', 'published', 'Title ' || i, '/' || i, 'markdown', 'open', i, i, i, i, 1, 7, 0, '<p>x</p>', 'x' from n;"
        "insert into comments (id, post_id, state, name, created_at, renderer, markup, html, source)"
        " select id, id, 'approved', 'Ben', id, 7, 'markdown', '<p>y</p>', 'y' from posts;"
    )
    connection.close()


@rig("F12", "killed at each system call of a migration", seconds=1800, needs=("strace",))
def migration(found):
    template = Home(found.place / "template")
    template.done("user", "add", "ada@example.org", "--name", "Ada")
    newest = template.number("pragma user_version")
    older(template, 1)
    points, between = {}, set()
    for call in ("pwrite64", "fsync", "fdatasync", "ftruncate", "unlink"):
        points[call] = 0
        at = 1
        while True:
            home = template.copy_to(found.place / "work")
            before = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                      f"inject={call}:signal=KILL:when={at}"]
            port = str(free_port())
            process = subprocess.Popen([*before, os.environ["DAYBOOK"], "serve", "--data", str(home.data), "--listen", f"127.0.0.1:{port}"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
            server = Server.__new__(Server)
            server.home, server.address, server.process = home, ("127.0.0.1", int(port)), process
            server.begun, server.log = time.monotonic(), found.place / "log"
            try:
                server.ready()
                struck = False
            except AssertionError:
                struck = True
            server.kill()
            schema = home.number("pragma user_version")
            # Each of the steps is one transaction: what is between two of them is whole, too, and the next start goes on.
            found.promise(schema in range(1, newest + 1), f"{call} {at}: schema {schema}")
            between.add(schema)
            with Server(home, log=found.place / "log"):
                posts = home.number("select count(*) from posts") + home.number("select count(*) from comments where place = 1")
                found.promise(posts == 400, f"{call} {at}: everything came along: {posts} of 400")
                # The server puts the posts into the archive in the background; their words were never in the index.
                wrong = []
                for _ in range(100):
                    wrong = [line for line in home.check() if "search index" not in line]
                    if not wrong:
                        break
                    time.sleep(0.1)
                found.none(wrong, f"{call} {at}: whole after the next start")
            shutil.rmtree(home.data)
            if not struck:
                break
            points[call] += 1
            # The snapshot and the migration write some hundred pages: each of the first, then every seventh.
            at += 1 if at < 40 else 7
    found.promise(sum(points.values()) > 20, "the migration was struck")
    found.figure(f"killed at {sum(points.values())} points ({', '.join(f'{call} {n}' for call, n in points.items())}); "
                 f"a whole schema each time (found: {sorted(between)}), and the newest after the next start")
