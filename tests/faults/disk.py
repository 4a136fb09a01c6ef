"""Disks and files that let the blog down: full (F06), only readable (F07), failing (F08), locked by others (F09), damaged
(F10, F11), other disks within (F27), and two servers on one (F13)."""

import hashlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from blog import Blog, Client, Crowd, Lost, Refused, Server, await_some, free_port, sign_in
from crash import attached
from ledger import ACK, Ledger
from rig import Disk, percentile, rig


def try_all(ledger, server, blog):
    """One of each kind of change; gives the statuses."""
    author, reader = server.client(blog.cookie, timeout=30), server.client(timeout=30)
    return [
        answer.status if answer else None
        for answer in (
            ledger.comment(reader, blog.posts[0]),
            ledger.publish(author),
            ledger.edit(author, blog.posts[1]),
            ledger.upload(author, blog.csrf),
        )
    ]


def reads(server):
    """The statuses of what readers ask for."""
    client = server.client()
    path = server.home.rows("select path from posts where state = 'published' order by id limit 1")[0][0]
    return {client.get(page).status for page in ("/", path, "/feed.atom", "/search?q=words", "/healthz", "/readyz")}


def fill(place):
    """Takes all the room that is left."""
    filling = place / "filling"
    try:
        with open(filling, "ab", buffering=0) as file:
            for size in (1 << 20, 4096, 512, 1):
                try:
                    while file.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue
    except OSError:
        pass  # there is not even room for its name
    return filling


@rig("F06", "the disk is full", seconds=600, root=True, needs=("mkfs.ext4",))
def full(found):
    template = Blog.new(found.place)
    for kind in ("ext4", "tmpfs"):
        place = found.place / f"{kind}-disk"
        if kind == "ext4":
            disk = Disk(found.place, mib=48)
        else:
            place.mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(place)], check=True)
        blog = template.copy(place / "data")
        ledger = Ledger()
        with Server(blog.home, log=found.place / "log") as server:
            found.promise(set(try_all(ledger, server, blog)) == {200, 303}, f"{kind}: all is well before")
            filling = fill(place)
            statuses = []
            # The log file has some room of its own left from before; then every change is refused.
            for _ in range(200):
                statuses += try_all(ledger, server, blog)
                if statuses[-4:] == [507] * 4:
                    break
            fill(place)
            for _ in range(5):
                statuses += try_all(ledger, server, blog)
                found.promise(reads(server) == {200}, f"{kind}: reading goes on")
            ready, write = probes(server)
            found.promise(ready.status == 200 and "the disk is full" in ready.text, f"{kind}: /readyz says that the disk is full: {ready.text!r}")
            found.promise(write.status == 503, f"{kind}: /readyz?write=1 is 503: {write.status}")
            target = place / "blog.tar"
            backup = blog.home.run("backup", str(target))
            said = backup.stderr.strip()
            found.promise(backup.returncode and str(target) in said.splitlines()[-1] and "database" not in said.splitlines()[-1],
                          f"{kind}: a backup onto the full disk names the file that has no room: {said}")
            found.promise(not target.exists(), f"{kind}: and leaves none")
            somebody = server.client(sign_in(server))
            found.promise(somebody.get("/admin/posts/").status == 200, f"{kind}: somebody signs in on the full disk")
            refused = set(statuses) - {200, 303}
            found.promise(507 in refused and refused <= {507, 503}, f"{kind}: changes are answered 507 or 503, not {refused}")
            filling.unlink(missing_ok=True)
            healed = await_some(f"{kind}: it heals without a restart", lambda: set(try_all(ledger, server, blog)) <= {200, 303})
            found.promise(healed, f"{kind}: heals")
            found.promise(probes(server)[1].status == 200, f"{kind}: /readyz?write=1 is 200 again")
            found.none(blog.home.check() + ledger.judge(blog.home), f"{kind}: nothing lost, nothing partial")
            # And now a start on a full disk.
            found.promise(server.stop() == 0, f"{kind}: stops")
        filling = fill(place)
        with Server(blog.home, log=found.place / "log-2") as server:
            found.promise(reads(server) == {200}, f"{kind}: a start on a full disk serves readers")
            said = server.said()
            found.promise("the disk is full" in said or "nothing can be written here" in said, f"{kind}: and says so: {said[:300]}")
            server.kill()
        filling.unlink(missing_ok=True)
        with Server(blog.home, log=found.place / "log") as server:
            found.promise(set(try_all(ledger, server, blog)) <= {200, 303}, f"{kind}: and writes again after room was made")
            found.none(blog.home.check() + ledger.judge(blog.home), f"{kind}: nothing lost at the end")
        counted = {status: statuses.count(status) for status in sorted(set(statuses), key=str)}
        found.figure(f"{kind}: changes on the full disk answered {counted}; reads 200; heals; starts on it")
        if kind == "ext4":
            disk.__exit__()
        else:
            subprocess.run(["umount", str(place)], check=True)


def probes(server):
    """What /readyz answers, and what it answers to who wants to write."""
    client = server.client()
    return client.get("/readyz"), client.get("/readyz?write=1")


def carried_out(found, blog, case, words):
    """Backup, export and check of a blog whose disk lets nothing be made: `words` are comments that must be in them."""
    before, copies_before = digests(blog.home.data), copies()
    tar, out, back = (found.place / f"{case}-{name}" for name in ("blog.tar", "out", "back"))
    for command in (("backup", str(tar)), ("export", str(out)), ("check",)):
        done = blog.home.run(*command)
        found.promise(done.returncode == 0, f"{case}: daybook {command[0]}: {done.stderr}{done.stdout[-300:]}")
    exported = out / "blog.json"
    text = exported.read_text() if exported.exists() else ""
    found.promise(all(word in text for word in words), f"{case}: what only the log file holds is exported")
    restored = type(blog.home)(back)
    if tar.exists():
        restored.done("restore", str(tar))
        rows = "\n".join(row[0] for row in restored.rows("select source from comments"))
        found.promise(all(word in rows for word in words), f"{case}: and is in the backup")
    found.promise(digests(blog.home.data) == before, f"{case}: nothing is touched")
    found.none(sorted(copies() - copies_before), f"{case}: no copy is left")


def copies():
    """The copies of databases that lie among the temporary files; a server that was killed leaves its own."""
    return {path.name for path in Path(tempfile.gettempdir()).glob("daybook-[0-9]*-[0-9]*")}


@rig("F07", "a disk that can only be read", seconds=600, root=True, needs=("mkfs.ext4", "chattr"))
def only_read(found):
    template = Blog.new(found.place)
    ends = ("closed", "killed", "killed, no shared memory")
    ledgers = {ended: Ledger() for ended in ends}
    with Disk(found.place) as disk:
        for ended in ends:
            blog = template.copy(disk.mount / ended)
            ledger = ledgers[ended]
            if ended != "closed":
                with Server(blog.home, log=found.place / "log") as server:
                    ledger.comment(server.client(), blog.posts[0])
                    server.kill()
            if "no shared" in ended:
                # As a copy of the directory has it that was made after a death.
                (blog.home.data / "daybook.db-shm").unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(disk.mount)], check=True)
        for ended in ends:
            blog = Blog(type(template.home)(disk.mount / ended), template.cookie, template.csrf, template.posts)
            carried_out(found, blog, ended, [entry.key for entry in ledgers[ended].entries])
        for ended in ends:
            ledger = ledgers[ended]
            blog = Blog(type(template.home)(disk.mount / ended), template.cookie, template.csrf, template.posts)
            with Server(blog.home, log=found.place / f"log-{ended}") as server:
                serves_only(found, server, blog, f"read-only ext4, {ended}")
                if ended != "closed":
                    path = template.home.rows("select path from posts where id = ?", (blog.posts[0],))[0][0]
                    page = server.client().get(path).text
                    found.promise(all(e.key in page for e in ledger.entries), "what the log file holds is shown")
    blog = template.copy(found.place / "fixed")
    paths = [blog.home.data, *[path for path in blog.home.data.rglob("*")]]
    subprocess.run(["chattr", "+i", *map(str, paths)], check=True)
    try:
        with Server(blog.home, log=found.place / "log-fixed") as server:
            serves_only(found, server, blog, "chattr +i")
    finally:
        subprocess.run(["chattr", "-i", *map(str, paths)], check=True)
    # The file system turns itself read-only under a running server, as ext4 does after an error.
    with Disk(found.place, options="errors=remount-ro") as disk:
        blog = template.copy(disk.mount / "data")
        ledger = Ledger()
        with Server(blog.home, log=found.place / "log-error") as server:
            try_all(ledger, server, blog)
            device = os.path.basename(subprocess.run(["findmnt", "-no", "SOURCE", str(disk.mount)], capture_output=True, text=True, check=True).stdout.strip())
            with open(f"/sys/fs/ext4/{device}/trigger_fs_error", "w") as trigger:
                trigger.write("x")
            answer = ledger.comment(server.client(), blog.posts[0])
            found.promise(answer is None or answer.status == 503, f"a change is answered 503: {answer and answer.status}")
            code = server.end(15)
            found.promise(code == 1, f"the server ends for its supervisor: {code}")
        with Server(blog.home, log=found.place / "log-error-2") as server:
            serves_only(found, server, blog, "ext4 after an error")
            found.none(ledger.judge(blog.home) if os.access(blog.home.database, os.W_OK) else [], "nothing lost")
    found.figure("closed and killed databases, chattr +i, ext4 that turned itself read-only: readers 200, changes 503, banner on admin pages")


def serves_only(found, server, blog, case):
    client = server.client()
    path = "/"
    statuses = {client.get(page).status for page in ("/", "/feed.atom", "/search?q=words", "/readyz")}
    found.promise(statuses == {200}, f"{case}: readers are served: {statuses}")
    answer = client.comment(blog.posts[0], "Nobody will read this")
    found.promise(answer.status == 503 and "retry-after" in answer.headers, f"{case}: a comment is answered 503: {answer.status}")
    ready, write = probes(server)
    found.promise("read-only" in ready.text, f"{case}: /readyz says so: {ready.text!r}")
    found.promise(write.status == 503 and "read-only" in write.text, f"{case}: /readyz?write=1 is 503: {write.status}")
    admin = server.client(blog.cookie).get("/admin/posts/")
    found.promise(admin.status == 200 and "read-only" in admin.text, f"{case}: the author sees it: {admin.status}")
    found.promise("nothing can be written here" in server.said(), f"{case}: the log says so")


@rig("F27", "a restore into a directory with other disks in it", seconds=300, root=True, needs=("mount", "umount"))
def mounted(found):
    source = Blog.new(found.place, posts=3)
    with Server(source.home) as server:
        Ledger().upload(server.client(source.cookie), source.csrf)
        server.stop()
    tar = found.place / "blog.tar"
    source.home.done("backup", str(tar))
    pictures = sum(1 for path in (source.home.data / "media").rglob("*") if path.is_file())

    def with_mounts(name, *mounts, size="8m"):
        blog = source.copy(found.place / name)
        blog.home.change("delete from comments; update posts set title = 'Old'")
        for mount in mounts:
            place = blog.home.data / mount
            kept = list(place.rglob("*")) if place.exists() else []
            files = {path.relative_to(place): path.read_bytes() for path in kept if path.is_file()}
            place.mkdir(exist_ok=True)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
            (place / "lost+found").mkdir(mode=0o700)
            for path, content in files.items():
                (place / path).parent.mkdir(parents=True, exist_ok=True)
                (place / path).write_bytes(content)
        return blog.home

    def down(home):
        for line in Path("/proc/mounts").read_text().splitlines():
            if line.split()[1].startswith(str(home.data)):
                subprocess.run(["umount", "-l", line.split()[1]], check=True)

    def is_new(home):
        return home.number("select count(*) from posts where title = 'Old'") == 0

    def count(home):
        return sum(1 for path in (home.data / "media").glob("*/*") if path.is_file() and "replaced-" not in str(path))

    # The pictures have a disk of their own, and so has another folder.
    home = with_mounts("own-disk", "media", "other")
    (home.data / "lost+found").mkdir(mode=0o700)
    said = home.done("restore", "--replace", str(tar))
    found.promise(is_new(home) and count(home) == pictures, f"a disk for the pictures: everything is back: {said}")
    found.promise(os.path.ismount(home.data / "media"), "and the disk is where it was")
    found.promise(len(list((home.data / "media").glob("replaced-*"))) == 1, "what was on it is kept on it")
    found.promise((home.data / "lost+found").exists() and (home.data / "media/lost+found").exists(), "lost+found stays")
    found.none(home.check(), "and the blog is whole")
    with Server(home) as server:
        found.promise(reads(server) == {200}, "and served")
    down(home)

    # Too small for the pictures, or only to be read: refused, and nothing is touched.
    for case in ("full", "read-only"):
        home = with_mounts(case, "media", size="8m")
        if case == "full":
            fill(home.data / "media")
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(home.data / "media")], check=True)
        before = digests(home.data)
        refused = home.run("restore", "--replace", str(tar))
        last = (refused.stderr.strip().splitlines() or [""])[-1]
        found.promise(refused.returncode == 1 and str(home.data / "media") in last, f"{case}: refused by its path: {last}")
        found.promise(digests(home.data) == before, f"{case}: nothing is touched")
        found.promise(not is_new(home), f"{case}: the old blog is there")
        down(home)

    # What an older program left half done: the database has been moved away, the mount was in the way.
    home = with_mounts("half-done", "media")
    back = type(home)(found.place / "unpacked")
    back.done("restore", str(tar))
    (back.data / "daybook.lock").unlink()
    shutil.move(back.data, home.data / "restored")
    replaced = home.data / "replaced-20260101T000000Z"
    replaced.mkdir()
    shutil.move(home.database, replaced)
    with Server(home) as server:
        found.promise(reads(server) == {200}, "half done by an older program: the start finishes it")
        found.promise(is_new(home) and count(home) == pictures, "with all pictures")
        found.promise(replaced.exists() and not (home.data / "restored").exists(), "and nothing is half done any more")
    down(home)

    # One that can neither be finished: the start takes it back and serves the blog of before.
    home = with_mounts("undone", "media")
    shutil.copytree(source.home.data, home.data / "restored", ignore=shutil.ignore_patterns("daybook.lock"))
    replaced = home.data / "replaced-20260101T000000Z"
    replaced.mkdir()
    shutil.move(home.database, replaced)
    fill(home.data / "media")
    with Server(home, log=found.place / "log-undone") as server:
        found.promise(reads(server) == {200} and not is_new(home), "one that finds no room is undone by the start")
        found.promise("it was undone" in server.said() and str(home.data / "media") in server.said(), f"and the log says why: {server.said()[:500]}")
    down(home)

    # A config that a container was given, as one file.
    home = with_mounts("file")
    (found.place / "given.toml").write_text("log = \"text\"\n")
    config = home.data / "daybook.toml"
    config.touch()
    subprocess.run(["mount", "--bind", str(found.place / "given.toml"), str(config)], check=True)
    home.done("restore", "--replace", str(tar))
    found.promise(is_new(home) and f" {config} " in Path("/proc/mounts").read_text(), "a mounted config stays, and the rest comes in")
    down(home)
    # The database by itself, or something within what has to be moved.
    home = with_mounts("database")
    subprocess.run(["mount", "--bind", str(home.database), str(home.database)], check=True)
    refused = home.run("restore", "--replace", str(tar))
    found.promise(refused.returncode == 1 and str(home.database) in refused.stderr, f"a mounted database is refused by its path: {refused.stderr}")
    down(home)
    found.promise(not is_new(home), "and nothing was moved")
    home = with_mounts("within")
    inner = home.data / "media" / "zz"
    inner.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(inner)], check=True)
    refused = home.run("restore", "--replace", str(tar))
    found.promise(refused.returncode == 1 and str(inner) in refused.stderr, f"a mount within is refused by its path: {refused.stderr}")
    down(home)
    found.figure("pictures on a disk of their own, full and read-only ones, a restore half done by an older program, one undone, a mounted config: "
                 "restored, or refused by the path with nothing touched")


@rig("F08", "the disk fails to write and to sync", seconds=1200, needs=("strace",))
def failing(found):
    template = Blog.new(found.place)
    for call, error, when in (("fsync", "EIO", "1"), ("fsync", "EIO", "1+"), ("fsync", "EIO", "2"),
                              ("pwrite64", "EIO", "1"), ("pwrite64", "EIO", "1+"), ("pwrite64", "EIO", "3")):
        place = found.place / "work"
        blog = template.copy(place)
        ledger = Ledger()
        case = f"{call} {error} {when}"
        with Server(blog.home) as server:
            author, reader = server.client(blog.cookie, timeout=20), server.client(timeout=20)
            ledger.comment(reader, blog.posts[0])
            tracer = attached(server, ["-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"])
            statuses = []
            try:
                for number in range(12):
                    answer = ledger.comment(reader, blog.posts[number % 4])
                    statuses.append(answer.status if answer else None)
                    if answer is None:
                        break
            except Refused:
                pass
            found.promise(503 in statuses, f"{case}: answered 503: {statuses}")
            after = statuses[statuses.index(503):] if 503 in statuses else statuses
            found.promise(303 not in after, f"{case}: nothing is acknowledged after it: {statuses}")
            try:
                code = server.end(15)
            except subprocess.TimeoutExpired:
                code = None
            found.promise(code == 1, f"{case}: the server ends for its supervisor: {code}")
            tracer.kill()
            tracer.wait()
        with Server(blog.home) as server:
            found.none(blog.home.check() + ledger.judge(blog.home), f"{case}: nothing lost, nothing partial")
            found.promise(ledger.comment(server.client(), blog.posts[0]).status == 303, f"{case}: the next start writes")
        found.figure(f"{case}: answered {[s for s in statuses if s != 303]}, ended with {code}")
        shutil.rmtree(place)
    checkpoint(found, template)


def checkpoint(found, template):
    """The sync of the database itself fails, while the log file is written back: SQLite reports that to nobody by itself."""
    blog = template.copy(found.place / "work")
    ledger = Ledger()
    with Server(blog.home) as server:
        tracer = attached(server, ["-P", str(blog.home.database), "-e", "trace=fdatasync,fsync", "-e",
                                   "inject=fdatasync,fsync:error=EIO:when=1+"])
        crowd = Crowd()

        def write(client, post):
            answer = ledger.comment(client, post)
            return answer is not None and answer.status == 303

        for number in range(8):
            crowd.add(write, server.client(timeout=20), blog.posts[number % 4])
        try:
            code = server.end(60)
        except subprocess.TimeoutExpired:
            code = None
        crowd.stop()
        tracer.kill()
        tracer.wait()
    found.promise(code == 1, f"a failed sync of the database while the log is written back ends the server: {code}")
    with Server(blog.home):
        found.none(blog.home.check() + ledger.judge(blog.home), "checkpoint: nothing lost")
    found.figure(f"sync of the database while its log is written back: {ledger.count(ACK)} acknowledged before, ended with {code}")


@rig("F09", "another process holds the write lock", seconds=400, short=True)
def locked(found):
    seconds = 12 if found.short else 60
    blog = Blog.new(found.place)
    ledger = Ledger()
    with Server(blog.home) as server:
        holder = sqlite3.connect(blog.home.database, isolation_level=None, timeout=30)
        holder.execute("begin immediate")
        crowd = Crowd()
        waited, read = [], []

        def write(client, post):
            begun = time.monotonic()
            answer = ledger.comment(client, post)
            waited.append((time.monotonic() - begun, answer.status if answer else None, dict(answer.headers) if answer else {}))
            # A browser does not come again at once, either.
            time.sleep(0.2)

        def look(client):
            begun = time.monotonic()
            answer = client.get(random.choice(("/", "/archive/", "/search?q=words", "/feed.atom")))
            read.append((time.monotonic() - begun, answer.status))
            time.sleep(0.02)

        for number in range(20):
            crowd.add(write, server.client(), blog.posts[number % 4])
        crowd.add(look, server.client())
        time.sleep(seconds)
        during = list(waited)
        holder.execute("rollback")
        holder.close()
        time.sleep(6)
        crowd.stop()
        statuses = {status for _, status, _ in during}
        found.promise(len(during) >= 20, f"everybody is answered: {len(during)} answers in {seconds} s")
        found.promise(statuses == {503}, f"changes are answered 503: {statuses}")
        found.promise(all("retry-after" in headers for _, _, headers in during), "and say when to come again")
        longest = max(took for took, _, _ in during)
        found.promise(longest <= (30 if found.short else 6), f"after 5 s at most: {longest:.1f} s")
        found.promise({status for _, status in read} == {200}, f"readers are served: {set(status for _, status in read)}")
        slow = percentile([took for took, _ in read], 0.99)
        found.promise(303 in {status for _, status, _ in waited[len(during):]}, "it writes again when the lock is gone")
        found.none(blog.home.check() + ledger.judge(blog.home), "nothing lost, nothing doubled")
        found.figure(f"{len(during)} changes in {seconds} s answered {statuses}, the longest after {longest:.1f} s; "
                     f"{len(read)} reads 200, p99 {slow * 1000:.0f} ms")


DAMAGES = {
    "gone, its pictures still there": lambda path: path.unlink(),
    "0 bytes": lambda path: path.write_bytes(b""),
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "one byte less": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "no header": lambda path: path.write_bytes(b"\0" * 100 + path.read_bytes()[100:]),
    "random header": lambda path: path.write_bytes(os.urandom(100) + path.read_bytes()[100:]),
    "a text": lambda path: path.write_text("My dear diary. " * 1000),
    "a directory": lambda path: (path.unlink(), path.mkdir()),
}


@rig("F10", "a damaged database", seconds=600, short=True)
def damaged(found):
    template = Blog.new(found.place)
    with Server(template.home) as server:
        Ledger().upload(server.client(template.cookie), template.csrf)
        server.stop()
    trials = 5 if found.short else 100
    cases = {name: damage for name, damage in DAMAGES.items()}
    for number in range(trials):
        cases[f"random pages {number}"] = random_pages
    refused, slowest = 0, 0
    for name, damage in cases.items():
        home = template.copy(found.place / "work").home
        damage(home.database)
        before = digests(home.data)
        begun = time.monotonic()
        output = home.run("serve", "--listen", f"127.0.0.1:{free_port()}", timeout=20)
        slowest = max(slowest, time.monotonic() - begun)
        lines = output.stderr.strip().splitlines()
        found.promise(output.returncode not in (0, None), f"{name}: refused")
        found.promise(len(lines) == 1 and lines[0].startswith("daybook: "), f"{name}: one line: {lines}")
        found.promise(digests(home.data) == before, f"{name}: left as it was")
        refused += output.returncode != 0
        shutil.rmtree(home.data)
    found.figure(f"{refused} of {len(cases)} damaged files refused in one line and left as they were; the slowest took {slowest:.2f} s")


def random_pages(path):
    bytes = bytearray(path.read_bytes())
    for _ in range(20):
        page = random.randrange(1, len(bytes) // 4096) * 4096
        bytes[page: page + 4096] = os.urandom(4096)
    path.write_bytes(bytes)


def digests(place):
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in place.rglob("*")
        # Opening a database makes an empty log and its shared memory next to it.
        if path.name not in ("daybook.lock", "daybook.db-shm")
        and not (path.name == "daybook.db-wal" and path.stat().st_size == 0)
    }


@rig("F11", "a media file that is missing, empty or not to be read", seconds=300, short=True)
def media(found):
    blog = Blog.new(found.place)
    with Server(blog.home) as server:
        author, reader = server.client(blog.cookie), server.client()
        ledger = Ledger()
        for case in ("missing", "empty", "a directory"):
            ledger.upload(author, blog.csrf)
            name = blog.home.rows("select name from media order by id desc limit 1")[0][0]
            answer = author.publish(f"With a picture that is {case}", f"![x](/media/{name})")
            found.promise(answer.status == 303, f"{case}: published")
            path = blog.home.rows("select path from posts order by id desc limit 1")[0][0]
            found.promise(reader.get(f"/media/{name}").status == 200, f"{case}: there before")
            file = blog.home.data / "media" / name[:2] / name
            file.unlink()
            if case == "empty":
                file.touch()
            elif case == "a directory":
                file.mkdir()
            statuses = {reader.get(f"/media/{name}").status for _ in range(5)}
            found.promise(statuses == {404}, f"{case}: 404: {statuses}")
            found.promise(reader.get(path).status == 200, f"{case}: the page is served")
            times = server.said().count(name)
            found.promise(times <= 1, f"{case}: logged once at most: {times}")
            if case == "a directory":
                file.rmdir()
        wrong = blog.home.check()
        found.promise(len(wrong) == 3, f"`daybook check` names each: {wrong}")
    found.figure("missing, empty, unreadable: 404 for the file, 200 for its page, logged once, named by `daybook check`")


@rig("F13", "two servers on one data directory", seconds=120, short=True)
def two(found):
    blog = Blog.new(found.place)
    with Server(blog.home) as server:
        begun = time.monotonic()
        output = blog.home.run("serve", "--listen", f"127.0.0.1:{free_port()}", timeout=20)
        took = time.monotonic() - begun
        found.promise(output.returncode == 1 and str(server.pid) in output.stderr, f"refused by name: {output.stderr}")
        if not found.short:
            found.promise(took <= 1, f"within 1 s: {took:.2f} s")
        found.promise(reads(server) == {200}, "the first one goes on")
    found.figure(f"the second is refused after {took * 1000:.0f} ms and names process and directory")
