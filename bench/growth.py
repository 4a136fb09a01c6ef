"""How a blog behaves as it grows from a thousand posts to a million, each with ten comments: what pages take that are
rendered for every reader, how soon the server is ready, how fast posts come in, how large the database is."""

import shutil
import subprocess
import time
from statistics import median

import load
import machine
from report import Goal
from servers import Blog, Daybook

COMMENTS_EACH = 10
ASKED = 200
# A new server reads a large database once, makes the smaller copies of pictures that came without, and renders the posts
# with these pictures again; it is measured after that.
SETTLING_SECONDS = 1800


def of(options, program):
    sizes = [int(size) for size in options.sizes.split()]
    measured = {"sizes": sizes, "blogs": []}
    for posts in sizes:
        measured["blogs"].append(one(options, program, posts))
    measured["import"] = imported(options, program, sizes)
    goals = []
    first, last = measured["blogs"][0], measured["blogs"][-1]
    for name in last["pages"]:
        with_it = [blog["pages"][name] for blog in measured["blogs"] if name in blog["pages"]]
        goals.append(Goal(f"growth of {name}, × of the smallest blog", max(with_it) / with_it[0], "<=", 1.5))
    goals.append(Goal(f"ready with {last['posts']:,} posts, ms", last["ready"], "<=", 500))
    goals.append(Goal(f"CPU with {last['posts']:,} posts while nobody asks, % of a core", 100 * last["idle"], "<=", 2))
    at_ten = next(blog for blog in measured["blogs"] if blog["posts"] >= 10_000)
    goals.append(Goal(f"posts made a second, {last['posts']:,} × {at_ten['posts']:,}", last["made"] / at_ten["made"], ">=", 0.5))
    measured["from"], measured["to"] = first["posts"], last["posts"]
    return measured, goals


def one(options, program, posts):
    blog = Blog(program, options.growth / f"posts-{posts}")
    seconds = blog.fill(posts, posts * COMMENTS_EACH, "--plain")
    made = blog.data / "seconds"
    if seconds is not None:
        made.write_text(str(seconds))
    measured = {
        "posts": posts,
        "made": posts / float(made.read_text()),
        "database": (blog.data / "daybook.db").stat().st_size / 1024 / 1024,
        "pages": {},
    }
    pages = addresses(blog, posts)
    with Daybook(program, blog.data, "--page-cache", "0") as daybook:
        settle(daybook, blog)
    starts = []
    for _ in range(3):
        with Daybook(program, blog.data, "--page-cache", "0") as daybook:
            starts.append(daybook.ready_ms)
    measured["ready"] = median(starts)
    with Daybook(program, blog.data, "--page-cache", "0") as daybook:
        measured["idle"] = settle(daybook, blog)
        client = load.Client(daybook)
        machine.wait_until_quiet(f"{posts:,} posts", options.patience)
        for name, path in pages.items():
            client.milliseconds(path, 20)
        # All pages in turns, so that a moment of unrest hits all alike.
        times = {name: [] for name in pages}
        for _ in range(ASKED // 20):
            for name, path in pages.items():
                times[name] += client.milliseconds(path, 20)
        measured["pages"] = {name: median(taken) for name, taken in times.items()}
        measured["memory"] = machine.resident_mib(daybook.processes)
    return measured


def settle(daybook, blog):
    """Waits until a server has done what it does once after its start; gives the CPU seconds a second that it takes then.
    Which posts are related would take a new blog of this size hours: that is left out."""
    until = time.monotonic() + SETTLING_SECONDS
    quiet, idle = 0, []
    while quiet < 3 and time.monotonic() < until:
        blog.change("delete from related_due")
        before = machine.cpu_seconds(daybook.processes)
        time.sleep(1)
        idle.append(machine.cpu_seconds(daybook.processes) - before)
        quiet = quiet + 1 if idle[-1] < 0.03 else 0
    return sum(idle[-3:]) / len(idle[-3:])


def addresses(blog, posts):
    """The same pages of each blog. Old and new posts are ordinary ones: of about as many words, with ten comments."""
    def post(order):
        return blog.ask(
            "select path from (select id, path, words, approved_comments from posts where kind = 'post' "
            f"and state = 'published' and approved_comments = 10 and id > 12 order by id {order} limit 200) "
            "order by abs(words - 40), id limit 1")[0][0]
    pages = {"home": "/", "a new post": post("asc"), "an old post": post("desc"), "a tag": blog.tag()}
    month = blog.ask("select month from months order by month limit 1 offset (select count(*) / 2 from months)")[0][0]
    pages["a month"] = "/" + month.replace("-", "/") + "/"
    if posts >= 10_000:
        at, number = blog.ask(
            "select published_at, id from posts where state = 'published' and kind = 'post' "
            "order by published_at desc, id desc limit 1 offset 9989")[0]
        pages["page 1,000"] = f"/?before={at}-{number}"
    return pages


def imported(options, program, sizes):
    """An export for WordPress of ten thousand posts, brought into an empty blog: posts a second."""
    posts = min(10_000, max(sizes))
    blog = options.growth / f"posts-{posts}"
    out, into = options.folder / "export", options.folder / "imported"
    for old in (out, into):
        shutil.rmtree(old, ignore_errors=True)
    subprocess.run([program, "export", out, "--format", "wordpress", "--data", blog], check=True, capture_output=True)
    began = time.monotonic()
    subprocess.run([program, "import", "wordpress", out / "wordpress.xml", "--data", into], check=True, capture_output=True)
    seconds = time.monotonic() - began
    shutil.rmtree(into)
    return {"posts": posts, "rate": posts / seconds, "file": (out / "wordpress.xml").stat().st_size / 1024 / 1024}
