"""The program under test: a data directory, its server, and people who send it requests over bare sockets.

The sender of a request learns one of three things: the whole answer, that there is none (`Lost`), or that nobody took
the connection (`Refused`).
"""

import html
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time
import urllib.parse
import zlib
from pathlib import Path

PROGRAM = os.environ.get("DAYBOOK", "target/release/daybook")
AUTHOR = "ada@example.org"
PASSWORD = "a longer sentence than most"
# Nothing that is awaited takes this long, on the slowest machine.
PATIENCE = 60


class Lost(Exception):
    """The connection ended before the whole answer was there: what became of the request is not known."""


class Refused(Exception):
    """Nobody took the connection: the request was never heard."""


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")


class Client:
    """One connection, opened when it is needed and again after it was lost."""

    def __init__(self, address, cookie="", timeout=PATIENCE):
        self.address = address
        self.cookie = cookie
        self.timeout = timeout
        self.stream = None
        self.kept = b""

    def close(self):
        if self.stream:
            self.stream.close()
        self.stream = None
        self.kept = b""

    def connect(self):
        if self.stream is None:
            stream = socket.socket()
            stream.settimeout(self.timeout)
            try:
                stream.connect(self.address)
            except OSError as error:
                stream.close()
                raise Refused(str(error)) from error
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.stream = stream
        return self.stream

    def head(self, method, path, headers, length):
        host = f"{self.address[0]}:{self.address[1]}"
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if method == "POST":
            lines += [f"Origin: http://{host}", f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def ask(self, method, path, headers=None, body=b""):
        stream = self.connect()
        try:
            stream.sendall(self.head(method, path, headers, len(body)) + body)
            return self.read(method)
        except OSError as error:
            self.close()
            raise Lost(str(error)) from error

    def read(self, method="GET"):
        head = self.until(b"\r\n\r\n").decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            # Only cookies come in several lines.
            headers[name] = f"{headers[name]}\n{value.strip()}" if name in headers else value.strip()
        status = int(first.split(" ")[1])
        body = b""
        if method != "HEAD" and status not in (204, 304):
            if "content-length" in headers:
                body = self.exactly(int(headers["content-length"]))
            elif headers.get("transfer-encoding") == "chunked":
                while size := int(self.until(b"\r\n"), 16):
                    body += self.exactly(size)
                    self.exactly(2)
                self.until(b"\r\n")
        if headers.get("connection") == "close":
            self.close()
        return Answer(status, headers, body)

    def more(self):
        bytes = self.stream.recv(65536)
        if not bytes:
            raise Lost("the connection ended")
        self.kept += bytes

    def until(self, mark):
        try:
            while mark not in self.kept:
                self.more()
        except Lost:
            self.close()
            raise
        found, self.kept = self.kept.split(mark, 1)
        return found

    def exactly(self, size):
        try:
            while len(self.kept) < size:
                self.more()
        except Lost:
            self.close()
            raise
        found, self.kept = self.kept[:size], self.kept[size:]
        return found

    def get(self, path, **headers):
        return self.ask("GET", path, headers)

    def post(self, path, fields, headers=None):
        form = urllib.parse.urlencode(fields).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, kind | (headers or {}), form)

    # What people do.

    def comment(self, post, words, network=None):
        """Comments from a network of its own, so that no limit per network applies."""
        fields = comment_fields(post, words)
        return self.post("/comments", fields, {"X-Forwarded-For": network or somewhere()})

    def editor(self, path):
        """The fields of the form on an admin page."""
        answer = self.get(path)
        if answer.status != 200:
            raise AssertionError(f"{path}: {answer.status}")
        return fields_of(answer.text)

    def publish(self, title, body, tags="rig, fault"):
        fields = self.editor("/admin/posts/new")
        fields |= {"title": title, "body": body, "tags": tags, "act": "publish"}
        return self.post("/admin/posts/new", fields)

    def save(self, post, body):
        fields = self.editor(f"/admin/posts/{post}")
        fields |= {"body": body, "act": "save"}
        return self.post(f"/admin/posts/{post}", fields)

    def upload(self, picture, csrf, name="rig.png"):
        headers = {"x-csrf": csrf, "Content-Type": "image/png"}
        return self.ask("POST", f"/admin/media/upload?name={name}", headers, picture)


def comment_fields(post, words):
    return {"post": post, "parent": "", "name": "Ben", "email": "", "url": "", "body": words, "act": "post"}


def somewhere():
    """An address of a network that nobody else has."""
    return f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def fields_of(page):
    """What a browser would send of the editor's form on a page."""
    form = re.search(r"<form class=\"editor\".*?</form>", page, re.S)
    if not form:
        raise AssertionError("no editor on this page")
    form = form.group(0)
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        about = dict(re.findall(r"([a-z-]+)=\"([^\"]*)\"", tag))
        if about.get("type") in ("checkbox", "radio", "file", "submit") and not re.search(r"\bchecked\b", tag):
            continue
        if "name" in about:
            fields[about["name"]] = html.unescape(about.get("value", ""))
    for name, inner in re.findall(r"<textarea\b[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</textarea>", form, re.S):
        fields[name] = html.unescape(inner).lstrip("\n")
    for name, inner in re.findall(r"<select\b[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</select>", form, re.S):
        chosen = re.search(r"<option\b[^>]*value=\"([^\"]*)\"[^>]*\bselected\b", inner) or re.search(
            r"<option\b[^>]*value=\"([^\"]*)\"", inner
        )
        fields[name] = html.unescape(chosen.group(1)) if chosen else ""
    return fields


def picture(width=64, height=48):
    """A PNG that no other is like."""

    def part(kind, bytes):
        return struct.pack(">I", len(bytes)) + kind + bytes + struct.pack(">I", zlib.crc32(kind + bytes))

    rows = b"".join(b"\0" + os.urandom(width * 3) for _ in range(height))
    about = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", about) + part(b"IDAT", zlib.compress(rows, 1)) + part(b"IEND", b"")


def free_port():
    """A port that nobody listens on, below those that the system gives to clients."""
    while True:
        port = random.randrange(18000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Home:
    """A data directory."""

    def __init__(self, data):
        self.data = Path(data)
        self.database = self.data / "daybook.db"

    def run(self, *arguments, timeout=PATIENCE, before=(), **how):
        command = [*before, PROGRAM, *arguments, "--data", str(self.data)]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, env=environment(), stdin=subprocess.DEVNULL, **how
        )

    def done(self, *arguments, **how):
        output = self.run(*arguments, **how)
        if output.returncode:
            raise AssertionError(f"daybook {' '.join(arguments)}: {output.stdout}{output.stderr}")
        return output.stdout

    def rows(self, sql, values=()):
        """Asks the database without changing it."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def number(self, sql, values=()):
        return self.rows(sql, values)[0][0]

    def change(self, sql):
        """Changes the database behind the program's back."""
        connection = sqlite3.connect(self.database, timeout=30)
        connection.executescript(sql)
        connection.close()

    def copy_to(self, data):
        shutil.copytree(self.data, data)
        return Home(data)

    def check(self):
        """What `daybook check` finds wrong: a line for each problem."""
        output = self.run("check", timeout=600)
        if output.returncode == 0:
            return []
        wrong = [line for line in output.stdout.splitlines() if line.startswith("Problem: ")]
        return wrong or [output.stderr.strip() or f"check ended with {output.returncode}"]


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAYBOOK", "DATABASE_URL"))}
    kept.pop("RUST_LOG", None)
    return kept | more


class Server:
    """A server that runs until the block ends."""

    def __init__(self, home, *arguments, log=None, before=(), env=None, port=None, wait=True, **how):
        self.home = home
        self.address = ("127.0.0.1", port or free_port())
        self.log = Path(log or tempfile.mktemp(prefix="log-", dir=home.data.parent))
        command = [*before, PROGRAM, "serve", "--data", str(home.data), "--listen", "%s:%d" % self.address,
                   "--trusted-proxy", "127.0.0.0/8", *arguments]
        how.setdefault("stdout", subprocess.DEVNULL)
        if "stderr" not in how:
            how["stderr"] = open(self.log, "ab")
        self.begun = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment(**(env or {})), **how)
        if hasattr(how["stderr"], "close"):
            how["stderr"].close()
        if wait:
            self.ready()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def pid(self):
        """The server itself, also where another program runs it."""
        if Path(f"/proc/{self.process.pid}/comm").read_text().strip() == Path(PROGRAM).name[:15]:
            return self.process.pid
        return await_some("the server runs", self.child)

    def child(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            if Path(f"/proc/{child}/comm").read_text().strip() == Path(PROGRAM).name[:15]:
                return int(child)
        return None

    def ready(self, patience=PATIENCE):
        """Waits for the first 200; gives the seconds since the start."""
        while True:
            try:
                client = Client(self.address)
                answer = client.get("/")
                client.close()
                if answer.status == 200:
                    return time.monotonic() - self.begun
            except (Lost, Refused):
                pass
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}: {self.said()[-2000:]}")
            if time.monotonic() - self.begun > patience:
                raise AssertionError(f"no answer within {patience} s: {self.said()[-2000:]}")
            time.sleep(0.002)

    def said(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def client(self, cookie="", **how):
        return Client(self.address, cookie, **how)

    def kill(self):
        if self.process.poll() is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
            except (ProcessLookupError, FileNotFoundError):
                pass
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()

    def signal(self, number):
        os.kill(self.pid, number)

    def end(self, patience=PATIENCE):
        """Waits for the end; gives the exit code."""
        return self.process.wait(patience)

    def stop(self):
        """Asks it to stop, as a supervisor does; gives the exit code."""
        self.signal(signal.SIGTERM)
        return self.end()

    def resident(self):
        """Resident memory in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))


def await_some(what, ask, patience=PATIENCE):
    """Asks again until there is an answer."""
    deadline = time.monotonic() + patience
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {patience} s")
        time.sleep(0.005)


class Blog:
    """A blog with one author who is signed in, and some posts that take comments; copied for each trial."""

    def __init__(self, home, cookie, csrf, posts):
        self.home = home
        self.cookie = cookie
        self.csrf = csrf
        self.posts = posts

    @classmethod
    def new(cls, place, posts=4):
        home = Home(Path(place) / "template")
        said = subprocess.run(
            [PROGRAM, "user", "add", AUTHOR, "--name", "Ada", "--role", "operator", "--password-stdin",
             "--data", str(home.data)],
            input=PASSWORD + "\n", capture_output=True, text=True, env=environment(),
        )
        if said.returncode:
            raise AssertionError(said.stderr)
        home.change("insert into settings (name, value) values ('comments', 'open')")
        with Server(home) as server:
            cookie = sign_in(server)
            client = server.client(cookie)
            csrf = json.loads(client.get("/admin/session").text)["csrf"]
            for number in range(posts):
                answer = client.publish(f"Post {number}", f"Words of post {number}. " * 20)
                assert answer.status == 303, answer.text
            ids = [id for (id,) in home.rows("select id from posts where state = 'published' order by id")]
            assert len(ids) == posts, ids
            assert server.stop() == 0
        return cls(home, cookie, csrf, ids)

    def copy(self, place):
        return Blog(self.home.copy_to(place), self.cookie, self.csrf, self.posts)


def sign_in(server):
    """Signs in with the password; gives the cookie."""
    client = server.client()
    page = client.get("/admin/sign-in")
    fields = dict(re.findall(r"<input[^>]*type=\"?hidden\"?[^>]*name=\"([^\"]+)\"[^>]*value=\"([^\"]*)\"", page.text))
    answer = client.post("/admin/sign-in", fields | {"email": AUTHOR, "password": PASSWORD})
    assert answer.status == 303, (answer.status, answer.text[:2000])
    return "; ".join(line.split(";")[0] for line in answer.headers["set-cookie"].split("\n"))


class Crowd:
    """Threads that do one thing again and again until they are stopped."""

    def __init__(self):
        self.over = threading.Event()
        self.threads = []
        self.failed = []

    def add(self, act, *arguments):
        def go():
            try:
                while not self.over.is_set():
                    if act(*arguments) is False:
                        return
            except Exception as error:  # raised when the crowd is stopped
                self.failed.append(repr(error))

        thread = threading.Thread(target=go, daemon=True)
        self.threads.append(thread)
        thread.start()

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(PATIENCE)
        if self.failed:
            raise AssertionError(f"a writer failed: {self.failed[0]}")
