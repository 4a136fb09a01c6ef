"""Comments and posts while people read: how fast, whether reading suffers, and whether anybody is shown an old page."""

import gzip
import html.parser
import itertools
import random
import re
import socket
import subprocess
import threading
import time
import urllib.parse
from statistics import median

import load
import machine
from pages import BROWSER, middle, pages_of, shuffled
from report import Goal
from servers import Daybook, free_port

# Each comment comes from a network of its own: behind a trusted proxy, as readers of a busy blog do.
PROXY = ("--trusted-proxy", "127.0.0.0/8")
COMMENTS_PER_SECOND = 50
CHECKS = 10_000
CROWD = 500
WRITERS = 6

POST_COMMENTS = r"""
local posts = %s
local seed, n = 0, 0
function setup(thread) seed = seed + 1; thread:set("seed", seed) end
function init(args) math.randomseed(os.time() * 7 + seed) end
function request()
  n = n + 1
  local from = string.format("%%d.%%d.%%d.7", math.random(11, 120), math.random(0, 255), math.random(0, 255))
  local body = string.format("post=%%s&name=Reader+%%d&body=The+tide+of+day+%%d+came+in+at+%%d,+said+number+%%d.&act=post",
    posts[math.random(#posts)], math.random(900), math.random(1000000), math.random(1000000), n)
  return wrk.format("POST", "/comments", {
    ["Content-Type"] = "application/x-www-form-urlencoded", ["Sec-Fetch-Site"] = "same-origin", ["X-Forwarded-For"] = from}, body)
end
"""


class Form(html.parser.HTMLParser):
    """The fields of the form on a page that has this action."""

    def __init__(self, action):
        super().__init__()
        self.action, self.inside, self.area, self.fields = action, False, None, {}
        self.select = None

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        if tag == "form":
            self.inside = self.action == at.get("action")
        elif self.inside and tag == "input" and at.get("name") and at.get("type") not in ("checkbox", "radio", "submit"):
            self.fields[at["name"]] = at.get("value") or ""
        elif self.inside and tag == "input" and at.get("type") in ("checkbox", "radio") and "checked" in at:
            self.fields[at["name"]] = at.get("value") or ""
        elif self.inside and tag == "textarea":
            self.area = at["name"]
            self.fields[self.area] = ""
        elif self.inside and tag == "select":
            self.select = at["name"]
        elif self.inside and tag == "option" and self.select and ("selected" in at or self.select not in self.fields):
            self.fields[self.select] = at.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.area:
            self.fields[self.area] += data


def form_of(answer, action):
    form = Form(action)
    form.feed(answer.text.decode())
    assert form.fields, f"no form for {action}"
    return form.fields


class Author(load.Client):
    """Somebody who has signed in by a one-time address, and writes by the forms of the desk."""

    def __init__(self, server, sign_in_path):
        super().__init__(server)
        self.cookies = {}
        fields = form_of(self.visit("GET", sign_in_path), "/admin/sign-in/link")
        entered = self.send("/admin/sign-in/link", fields)
        assert entered.status == 303, f"signing in was answered with {entered.status}"

    def visit(self, method, path, body=None, **headers):
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers["Sec-Fetch-Site"] = "same-origin"
        answer = self.ask(method, path, body, headers)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";", 1)[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def send(self, path, fields):
        return self.visit("POST", path, urllib.parse.urlencode(fields),
                          **{"Content-Type": "application/x-www-form-urlencoded"})

    def publish(self, title, body):
        """Publishes a new post; gives the address of its editor."""
        fields = form_of(self.visit("GET", "/admin/posts/new"), "/admin/posts/new")
        shown = self.send("/admin/posts/new", {**fields, "title": title, "body": body, "act": "publish"})
        assert shown.status == 303, f"publishing was answered with {shown.status}"
        return re.match(r"/admin/posts/\d+", urllib.parse.urlsplit(shown.headers["Location"]).path).group()

    def update(self, editor, title, body):
        fields = form_of(self.visit("GET", editor), editor)
        shown = self.send(editor, {**fields, "title": title, "body": body, "act": "update"})
        assert shown.status == 303, f"updating was answered with {shown.status}"


class Commenter(load.Client):
    numbers = itertools.count(random.randrange(2_000_000))

    def say(self, post, words):
        """Comments; returns the address of the comment."""
        number = next(self.numbers)
        fields = {"post": post, "name": f"Reader {number % 900}", "body": words, "act": "post"}
        answer = self.ask("POST", "/comments", urllib.parse.urlencode(fields), {
            "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": f"{121 + number // 65536 % 100}.{number // 256 % 256}.{number % 256}.7",
        })
        assert answer.status == 303, f"a comment was answered with {answer.status}"
        return answer.headers["Location"]


def prepared(blog):
    """Comments are shown at once, whatever their number."""
    for name, value in (("comments", "open"), ("close_after_days", "0"), ("hold_after_days", "0")):
        blog.set(name, value)
    rows = blog.ask("select id, path from posts where kind = 'post' and state = 'published' order by id limit 400")
    return {path: number for number, path in rows}


def of(options, blog):
    posts = prepared(blog)
    measured = {}
    measured.update(posting(options, blog, list(posts.values())))
    measured.update(disturbed(options, blog, posts))
    measured.update(fresh(options, blog, posts))
    measured.update(cold(blog))
    goals = [
        Goal("reading while others write, × undisturbed", measured["disturbed"]["rate"] / measured["undisturbed"]["rate"], ">=", 0.8),
        Goal("comments a second meanwhile", measured["commented"], ">=", 0.95 * COMMENTS_PER_SECOND),
        Goal("checks for stale pages", measured["checks"], ">=", CHECKS),
        Goal("stale pages", len(measured["stale"]), "<=", 0),
        Goal("renders for 500 clients on one cold page", measured["renders"], "==", 1),
        Goal("answers other than 200 to them", measured["cold_refused"], "<=", 0),
    ]
    return measured, goals


def posting(options, blog, posts):
    """As many comments as 64 clients can send, each on disk before it is answered."""
    script = POST_COMMENTS % ("{" + ",".join(str(number) for number in posts) + "}")
    with Daybook(blog.program, blog.data, *PROXY) as daybook:
        def stored():
            return blog.ask("select count(*) from comments")[0][0]
        load.wrk(daybook, script, 1)
        turns, comments, seconds = [], 0, 0
        for number in range(options.rounds):
            machine.wait_until_quiet(f"posting comments, round {number + 1}", options.patience)
            before = stored()
            turns.append(load.wrk(daybook, script, options.seconds))
            comments += stored() - before
            seconds += turns[-1].requests / turns[-1].rate
    return {"posting": middle(turns), "stored": comments / seconds}


class Writing:
    """Fifty comments a second, and one post a second that is published or updated, until it is stopped."""

    def __init__(self, server, posts, author):
        self.stopped = threading.Event()
        self.comments = 0
        self.failed = []
        self.threads = [threading.Thread(target=self._guarded, args=(self._comment, server, list(posts.values()))),
                        threading.Thread(target=self._guarded, args=(self._publish, author))]
        self.began = time.monotonic()
        for thread in self.threads:
            thread.start()

    def _guarded(self, work, *arguments):
        try:
            work(*arguments)
        except Exception as error:  # raised at the end, in the thread that waits
            self.failed.append(error)

    def _every(self, seconds):
        due = time.monotonic()
        while not self.stopped.is_set():
            yield
            due += seconds
            self.stopped.wait(max(0, due - time.monotonic()))

    def _comment(self, server, posts):
        client = Commenter(server)
        for _ in self._every(1 / COMMENTS_PER_SECOND):
            client.say(random.choice(posts), f"While others read: {random.random()}")
            self.comments += 1

    def _publish(self, author):
        editor = None
        for number, _ in enumerate(self._every(1)):
            if number % 2 == 0:
                editor = author.publish(f"Written meanwhile {random.random()}", "A short text about the harbour.")
            else:
                author.update(editor, f"Changed meanwhile {random.random()}", "A text that was changed.")

    def stop(self):
        """Gives how many comments a second there were."""
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        if self.failed:
            raise self.failed[0]
        return self.comments / (time.monotonic() - self.began)


def disturbed(options, blog, posts):
    """Readers of sixty pages, alone and next to writers, in turns."""
    paths = [page.path for page in pages_of(blog) if page.name != "search"] + shuffled(list(posts), 55)
    script = load.lua([(path, {**BROWSER, "Accept-Encoding": "gzip"}) for path in paths])
    alone, disturbed, rates = [], [], []
    link = blog.sign_in_path()
    with Daybook(blog.program, blog.data, *PROXY) as daybook:
        author = Author(daybook, link)
        load.wrk(daybook, script, 1)
        for number in range(options.rounds):
            machine.wait_until_quiet(f"reading while others write, round {number + 1}", options.patience)
            alone.append(load.wrk(daybook, script, options.seconds))
            writing = Writing(daybook, posts, author)
            disturbed.append(load.wrk(daybook, script, options.seconds))
            rates.append(writing.stop())
    return {"undisturbed": middle(alone), "disturbed": middle(disturbed), "commented": median(rates)}


def fresh(options, blog, posts):
    """Writers who look, right after their answer, whether anybody else would see what they wrote; readers load the server
    meanwhile. Every look is a check."""
    paths = list(posts)
    read = load.lua([(path, {**BROWSER, "Accept-Encoding": "gzip"}) for path in ["/", "/feed.atom", *paths[:60]]])
    link = blog.sign_in_path()
    # A new post is the first of the home page, unless the clock is before the made-up posts.
    newest = blog.ask("select max(published_at) from posts where state = 'published'")[0][0]
    stale, checks, failed = [], itertools.count(1), []
    done = threading.Event()
    with Daybook(blog.program, blog.data, *PROXY) as daybook:
        def look(reader, path, wanted):
            encoding = random.choice(["identity", "gzip"])
            answer = reader.get(path, Accept_Encoding=encoding)
            text = gzip.decompress(answer.text) if answer.headers["Content-Encoding"] == "gzip" else answer.text
            if wanted.encode() not in text:
                stale.append(f"{path} after {wanted}")
            if next(checks) >= options.checks:
                done.set()

        def comment(number):
            writer, reader = Commenter(daybook), load.Client(daybook)
            # Not the same marks as in an earlier run on this blog: the same words are taken once.
            chance = random.Random()
            while not done.is_set():
                path = chance.choice(paths)
                mark = f"mark-{number}-{chance.getrandbits(60)}"
                at = writer.say(posts[path], f"A word for later: {mark}")
                look(reader, at.split("#")[0], mark)

        def publish():
            author, reader, number = Author(daybook, link), load.Client(daybook), 0
            while not done.is_set():
                number += 1
                editor = author.publish(f"Mark p{number}x", "A short text about the harbour.")
                path = blog.ask("select path from posts where id = ?", int(editor.rsplit("/", 1)[1]))[0][0]
                everywhere = [path, "/"] if time.time() * 1000 > newest else [path]
                for place in everywhere:
                    look(reader, place, f"Mark p{number}x")
                author.update(editor, f"Mark u{number}x", "A text that was changed.")
                for place in everywhere:
                    look(reader, place, f"Mark u{number}x")
                done.wait(0.5)

        def guarded(work, *arguments):
            try:
                work(*arguments)
            except Exception as error:  # raised at the end, in the thread that waits
                failed.append(error)
                done.set()

        threads = [threading.Thread(target=guarded, args=(comment, number)) for number in range(WRITERS)]
        threads.append(threading.Thread(target=guarded, args=(publish,)))
        for thread in threads:
            thread.start()
        while not done.is_set():
            load.wrk(daybook, read, 2, connections=16)
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]
    return {"checks": next(checks) - 1, "stale": stale}


def counter(port, name):
    """A number of `/metrics`; None where there is none of this name."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        text = b""
        while part := line.recv(65536):
            text += part
    found = re.search(rf"^{name}(?:\{{[^}}]*\}})? ([0-9.e+]+)$".encode(), text, re.MULTILINE)
    return float(found.group(1)) if found else None


# Of the histogram of `/metrics`, how often a page was made.
RENDERS = "daybook_page_render_seconds_count"


def cold(blog):
    """Five hundred clients that ask for one page at once, right after it has changed."""
    measured = {"renders": None, "cold_refused": None}
    if "--metrics" not in subprocess.run([blog.program, "serve", "--help"], capture_output=True, text=True, check=True).stdout:
        return measured
    load.raise_limit(CROWD + 200)
    path = blog.post_with(200)
    post = blog.ask("select id from posts where path = ?", path)[0][0]
    port = free_port()
    with Daybook(blog.program, blog.data, *PROXY, "--metrics", f"127.0.0.1:{port}") as daybook:
        load.Client(daybook).get(path)
        lines = [socket.create_connection(("127.0.0.1", daybook.port)) for _ in range(CROWD)]
        Commenter(daybook).say(post, f"Everything is cold now: {random.random()}")
        before = counter(port, RENDERS)
        words = f"GET {path} HTTP/1.1\r\nHost: {daybook.host}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode()
        for line in lines:
            line.sendall(words)
        answers = []
        for line in lines:
            answers.append(line.recv(12))
            while line.recv(65536):
                pass
            line.close()
        after = counter(port, RENDERS)
    measured["cold_refused"] = sum(answer != b"HTTP/1.1 200" for answer in answers)
    if before is not None and after is not None:
        measured["renders"] = after - before
    return measured
