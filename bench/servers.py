"""The two that are compared: Daybook with its blog, and nginx with the same pages as files."""

import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def build(profile="dist"):
    subprocess.run(["cargo", "build", "--profile", profile], cwd=ROOT, check=True)
    return ROOT / "target" / profile / "daybook"


def children(process):
    out = subprocess.run(["ps", "--ppid", str(process), "-o", "pid="], capture_output=True, text=True, check=False)
    return [int(word) for word in out.stdout.split()]


class Daybook:
    """A running Daybook; `options` are more words of its command line."""

    name = "daybook"

    def __init__(self, program, data, *options):
        self.data = Path(data)
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.log = open(self.data / "bench.log", "a")
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [program, "serve", "--data", data, "--listen", self.host, *options],
            stdout=self.log, stderr=self.log,
        )
        self._wait()
        self.ready_ms = (time.perf_counter() - began) * 1000

    def _wait(self):
        while self.process.poll() is None:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            except ConnectionError:
                time.sleep(0.001)
        raise SystemExit(f"Daybook did not start: see {self.data / 'bench.log'}")

    @property
    def processes(self):
        return [self.process.pid]

    def url(self, page):
        return f"http://{self.host}{page.path}"

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


NGINX = """
daemon off; {user} worker_processes {cores}; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 4096; }}
http {{
  sendfile on; tcp_nopush off; tcp_nodelay on; access_log off; server_tokens off;
  open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;
  keepalive_requests 100000000; keepalive_timeout 75s;
  gzip_static on; gzip_vary on;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  types {{ {types} }}
  server {{ listen 127.0.0.1:{port} backlog=1024; root {folder}/www;
    location /dressed/ {{ alias {folder}/www/; {dress} }}
  }}
}}
"""


class Nginx:
    """nginx with pages as files, each with its gzip form next to it. Every kind of content gets an ending of its own. Below
    `/dressed` the same files come with further headers."""

    name = "nginx"

    def __init__(self, folder, pages, headers=()):
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        www = folder / "www"
        shutil.rmtree(folder, ignore_errors=True)
        www.mkdir(parents=True)
        kinds = sorted({page.content_type for page in pages})
        self.files = {}
        for number, page in enumerate(pages):
            file = www / f"{number}.t{kinds.index(page.content_type)}"
            file.write_bytes(page.plain)
            Path(f"{file}.gz").write_bytes(page.gzip)
            self.files[page.name] = f"/{file.name}"
        (folder / "nginx.conf").write_text(NGINX.format(
            user="user root;" if os.geteuid() == 0 else "",
            cores=os.cpu_count(), folder=folder, port=self.port,
            dress=" ".join(f'add_header {name} "{value}";' for name, value in headers),
            types=" ".join(f'"{kind}" t{number};' for number, kind in enumerate(kinds)),
        ))
        self.process = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"])
        until = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                break
            except ConnectionError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise SystemExit("nginx did not start") from None
                time.sleep(0.01)

    @property
    def processes(self):
        return [self.process.pid, *children(self.process.pid)]

    def url(self, page):
        return f"http://{self.host}{self.files[page.name]}"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Blog:
    """A made-up blog on disk, and what is asked of its database while nobody serves it."""

    def __init__(self, program, data):
        self.program = program
        self.data = Path(data)

    def fill(self, posts, comments, *options):
        """Makes the blog, unless it is there; gives the seconds that it took, or None."""
        if (self.data / "made").exists():
            return None
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)
        began = time.monotonic()
        made = subprocess.run(
            [self.program, "demo", "--data", self.data, "--posts", str(posts), "--comments", str(comments),
             "--seed", "1", "--sign-in", *options],
            check=True, capture_output=True, text=True,
        )
        seconds = time.monotonic() - began
        (self.data / "made").write_text(made.stdout)
        return seconds

    def settle(self):
        """Lets a server find which posts are related, which changes their pages, before they are measured."""
        with Daybook(self.program, self.data):
            while self.ask("select count(*) from related_due")[0][0]:
                time.sleep(0.5)

    def sign_in_path(self):
        """A new one-time address for the blog's author."""
        out = subprocess.run([self.program, "user", "reset", "ida@example.org", "--data", self.data],
                             check=True, capture_output=True, text=True).stdout
        return re.search(r"https?://[^/\s]+(/\S+)", out).group(1)

    def ask(self, sql, *values):
        with sqlite3.connect(f"file:{self.data}/daybook.db?mode=ro", uri=True) as database:
            return database.execute(sql, values).fetchall()

    def change(self, sql, *values):
        with sqlite3.connect(self.data / "daybook.db", timeout=60) as database:
            database.execute(sql, values)

    def set(self, name, value):
        self.change("insert into settings (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
                    name, value)

    def post_with(self, comments):
        """The address of the post whose number of comments is nearest to this."""
        return self.ask(
            "select path from posts where kind = 'post' and state = 'published' "
            "order by abs(approved_comments - ?), id limit 1", comments)[0][0]

    def tag(self):
        return "/tags/" + self.ask("select slug from tags order by posts desc limit 1")[0][0] + "/"
