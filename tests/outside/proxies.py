#!/usr/bin/env python3
"""Daybook behind real proxies, with the blocks of docs/proxies.md as they are there: a page, a picture of nearly 10 MB, a form of
7 MiB, the reader's address, what comes when Daybook is away; and nginx as it comes, for what the documentation says of it.

  tests/outside/proxies.py [PROGRAM]

nginx must be there; Caddy, Apache and HAProxy are tried where they are, and named loudly where they are not.
"""

import http.client
import json
import os
import random
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/daybook")
HOST = "blog.example.org"
EMAIL, PASSWORD = "ada@example.org", "a longer sentence than most"
PATIENCE = 60
READER = "127.0.0.77"
WRONG = []


def expect(holds, words):
    print(f"    {'ok' if holds else 'WRONG'}: {words}", flush=True)
    if not holds:
        WRONG.append(words)


def free_port():
    while True:
        port = random.randrange(18000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def await_some(what, ask):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = ask()
        except OSError:
            answer = None
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {PATIENCE} s")
        time.sleep(0.02)


def picture():
    """A PNG of nearly 10 MB."""

    def part(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    width, height = 640, 480
    rows = b"".join(b"\0" + os.urandom(width * 3) for _ in range(height))
    about = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    # What weighs is a part that no program knows: a test waits for the way of the bytes, and not for pixels.
    weight = part(b"puPp", os.urandom(8_900_000))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", about) + weight + part(b"IDAT", zlib.compress(rows, 0)) + part(b"IEND", b"")


class Daybook:
    """The server behind, which trusts a proxy on this machine or, for what happens then, nobody."""

    def __init__(self, place, url, trusts=True):
        self.data = Path(place) / "blog"
        self.log = Path(place) / "daybook.log"
        self.port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("DAYBOOK", "DATABASE_URL"))}
        self.environment = environment | {"RUST_LOG": "info,daybook=debug"}
        if not self.data.exists():
            subprocess.run(
                [PROGRAM, "user", "add", EMAIL, "--name", "Ada", "--role", "operator", "--password-stdin", "--data", self.data],
                input=PASSWORD + "\n", text=True, check=True, env=environment, capture_output=True)
        self.command = [PROGRAM, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}", "--url", url]
        if trusts:
            self.command += ["--trusted-proxy", "127.0.0.1"]
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=open(self.log, "ab"), env=self.environment)
        await_some("Daybook serves", lambda: socket.create_connection(("127.0.0.1", self.port), 1))

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.process = None

    def said(self):
        return self.log.read_text(errors="replace")


class Proxy:
    """A proxy with a block of the documentation, listening on a port of ours, from a directory of its own."""

    def __init__(self, name, place, block, daybook):
        self.name, self.place, self.daybook = name, Path(place) / name, daybook
        self.place.mkdir()
        self.port = free_port()
        certificate = Path(place) / "certificate.pem"
        block = re.sub(r"/etc/letsencrypt/\S+?/(fullchain|privkey)\.pem", str(certificate), block)
        block = block.replace("/etc/haproxy/certs/blog.example.org.pem", str(certificate))
        self.block = block.replace("127.0.0.1:8080", f"127.0.0.1:{daybook.port}")
        self.process = None

    def config(self):
        """What the program needs around the block, and how it is started."""
        port, here = self.port, self.place
        if self.name.startswith("nginx"):
            block = re.sub(r"listen \[::\]:443 ssl;\n", "", self.block).replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
            around = (f"daemon off; pid {here}/pid; error_log {here}/error; worker_processes 1;\nevents {{}}\nhttp {{\n"
                      f"access_log off; client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/f;\n"
                      f"uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;\n{block}\n}}\n")
            return around, ["nginx", "-e", f"{here}/error", "-p", str(here), "-c", "FILE"]
        if self.name == "caddy":
            block = self.block.replace(f"{HOST} {{", f"https://{HOST}:{port} {{\n\ttls {here.parent}/certificate.pem {here.parent}/certificate.pem\n\tbind 127.0.0.1")
            around = f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {here}/storage\n}}\n{block}\n"
            return around, ["caddy", "run", "--adapter", "caddyfile", "--config", "FILE"]
        if self.name == "apache":
            block = self.block.replace("*:443", f"127.0.0.1:{port}")
            modules = Path("/usr/lib/apache2/modules")
            wanted = ("mpm_event", "authz_core", "headers", "socache_shmcb", "ssl", "proxy", "proxy_http", "reqtimeout")
            load = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in wanted)
            user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
            around = (f"{load}\n{user}ServerName {HOST}\nServerRoot {here}\nPidFile {here}/pid\nErrorLog {here}/error\nListen 127.0.0.1:{port}\n"
                      f"DefaultRuntimeDir {here}\nMutex default:{here}\n{block}\n")
            return around, ["apache2", "-X", "-f", "FILE"]
        block = self.block.replace("bind :443", f"bind 127.0.0.1:{port}")
        return f"global\n    log stdout format raw local0\n{block}\n", ["haproxy", "-db", "-f", "FILE"]

    def __enter__(self):
        text, command = self.config()
        file = self.place / "config"
        file.write_text(text)
        command = [str(file) if word == "FILE" else word for word in command]
        environment = os.environ | {"XDG_DATA_HOME": str(self.place), "HOME": str(self.place)}
        self.process = subprocess.Popen(command, stdout=open(self.place / "out", "ab"), stderr=subprocess.STDOUT, env=environment)

        def answers():
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} does not start: {(self.place / 'out').read_text()}")
            return self.ask("GET", "/healthz").status in (200, 503)

        await_some(f"{self.name} answers", answers)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, method, path, body=None, headers=None, cookie=""):
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=context, source_address=(READER, 0))
        # The name is that of the blog, as a browser sends it; the connection goes to this machine.
        connection._create_connection = lambda _, *rest: socket.create_connection(("127.0.0.1", self.port), *rest)
        connection.host = HOST
        headers = {"Host": HOST, "Origin": f"https://{HOST}", "X-Forwarded-For": "198.51.100.1"} | (headers or {})
        if cookie:
            headers["Cookie"] = cookie
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode("utf-8", "replace")
            return answer
        finally:
            connection.close()

    def form(self, path, fields, cookie=""):
        body = urllib.parse.urlencode(fields)
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"}, cookie)

    def sign_in(self):
        answer = self.form("/admin/sign-in", {"email": EMAIL, "password": PASSWORD})
        cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        if answer.status != 303 or not cookies:
            raise SystemExit(f"{self.name}: no sign-in: {answer.status} {answer.text[:300]}")
        return "; ".join(cookies)

    def upload(self, bytes, cookie):
        page = self.ask("GET", "/admin/posts/new", cookie=cookie).text
        csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
        return self.ask("POST", "/admin/media/upload?name=noise.png", bytes, {"x-csrf": csrf, "Content-Type": "image/png"}, cookie)


def blocks():
    """The blocks of the documentation, by the name of their proxy."""
    text = (ROOT / "docs/proxies.md").read_text()
    return dict(re.findall(r"```(nginx|caddy|apache|haproxy)\n(.*?)```", text, re.S))


def through(proxy, big):
    """What must go well through a proxy with the block of the documentation."""
    front = proxy.ask("GET", "/")
    expect(front.status == 200 and front.getheader("x-frame-options") == "DENY", f"{proxy.name}: a page comes as Daybook made it: {front.status}")
    cookie = proxy.sign_in()
    sent = proxy.upload(big, cookie)
    expect(sent.status in (200, 201) and "json" in sent.getheader("content-type", ""), f"{proxy.name}: a picture of {len(big) / 1e6:.1f} MB comes in: {sent.status} {sent.text[:200]}")
    page = proxy.ask("GET", "/admin/posts/new", cookie=cookie).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    long = proxy.form("/admin/posts/new", {"csrf": csrf, "title": "Long", "body": "a" * (6_900_000), "act": "save"}, cookie)
    expect(long.getheader("x-request-id") is not None and long.status != 413, f"{proxy.name}: a form of nearly 7 MiB reaches Daybook: {long.status}")
    log = proxy.daybook.said()
    expect("is not trusted" not in log, f"{proxy.name}: the proxy is trusted")
    audit = proxy.ask("GET", "/admin/audit/", cookie=cookie).text
    expect("127.0.0.0/24" in audit and "198.51.100" not in audit, f"{proxy.name}: the reader is who connected, and not who the reader says to be")
    return cookie


def main():
    found = blocks()
    assert set(found) == {"nginx", "caddy", "apache", "haproxy"}, found.keys()
    if not shutil.which("nginx"):
        raise SystemExit("nginx is missing: make tools installs it")
    big = picture()
    assert 9_000_000 < len(big) < 10 * 1024 * 1024, len(big)
    place = tempfile.mkdtemp(prefix="daybook-proxies-")
    os.chmod(place, 0o755)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={HOST}", "-days", "2",
                    "-keyout", f"{place}/key.pem", "-out", f"{place}/cert.pem"], check=True, capture_output=True)
    (Path(place) / "certificate.pem").write_text((Path(place) / "cert.pem").read_text() + (Path(place) / "key.pem").read_text())
    tried = []
    try:
        for name, program in (("nginx", "nginx"), ("caddy", "caddy"), ("apache", "apache2"), ("haproxy", "haproxy")):
            if not shutil.which(program):
                print(f"!!! {program} is not here: its block is NOT tried", flush=True)
                continue
            here = Path(place) / f"with-{name}"
            here.mkdir(mode=0o755)
            shutil.copy(Path(place) / "certificate.pem", here)
            daybook = Daybook(here, f"https://{HOST}")
            daybook.start()
            with Proxy(name, here, found[name], daybook) as proxy:
                through(proxy, big)
                daybook.stop()
                away = await_some("the proxy notices", lambda: (lambda answer: answer if answer.status >= 500 else None)(proxy.ask("GET", "/")))
                expect(away.status in (502, 503) and away.getheader("x-request-id") is None, f"{name}: without Daybook the proxy answers {away.status} in its own words")
            tried.append(name)
        as_it_comes(Path(place), found["nginx"], big)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(f"Tried: {', '.join(tried)}, and nginx as it comes.")
    if WRONG:
        raise SystemExit(f"{len(WRONG)} wrong: {'; '.join(WRONG)}")


def as_it_comes(place, block, big):
    """nginx with nothing but proxy_pass: what the documentation warns of really happens, and Daybook says what is missing."""
    bare = re.sub(r"\s*client_max_body_size[^;]*;", "", block)
    bare = re.sub(r"\s*proxy_set_header (Host|X-Forwarded-Proto|Connection)[^;]*;", "", bare)
    bare = "upstream daybook { server 127.0.0.1:8080; }\n" + bare.replace("http://127.0.0.1:8080", "http://daybook")
    here = place / "with-nginx-as-it-comes"
    here.mkdir(mode=0o755)
    shutil.copy(place / "certificate.pem", here)
    daybook = Daybook(here, f"https://{HOST}", trusts=False)
    daybook.start()
    try:
        with Proxy("nginx-bare", here, bare, daybook) as proxy:
            answer = proxy.ask("GET", "/")
            expect(answer.status == 421, f"nginx without Host: 421: {answer.status}")
            log = daybook.said()
            expect("host=daybook" in log and "DAYBOOK_URL" in log, "the log names the host and what to set")
        hosts = bare.replace("proxy_pass", "proxy_set_header Host $host;\n        proxy_pass")
        with Proxy("nginx-host", here, hosts, daybook) as proxy:
            expect(proxy.ask("GET", "/").status == 200, "nginx with Host: the page comes")
            cookie = proxy.sign_in()
            refused = proxy.upload(big, cookie)
            expect(refused.status == 413 and "text/html" in refused.getheader("content-type", "") and refused.getheader("x-request-id") is None,
                   f"nginx with its own limit refuses a picture by itself: {refused.status}")
            warnings = daybook.said().count("--trusted-proxy 127.0.0.1")
            expect(warnings == 1, f"a forgotten --trusted-proxy is one line in the log: {warnings}")
            page = proxy.ask("GET", "/admin/posts/", cookie=cookie).text
            expect("--trusted-proxy 127.0.0.1" in page, "and a notice on admin pages")
    finally:
        daybook.stop()


if __name__ == "__main__":
    main()
