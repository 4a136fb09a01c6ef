"""The report: what was promised and what was measured, as Markdown with plots next to it."""

import json
import textwrap
from dataclasses import asdict, dataclass

import plot

HOLDS = {
    ">=": lambda value, wanted: value >= wanted,
    "<=": lambda value, wanted: value <= wanted,
    "==": lambda value, wanted: value == wanted,
}
SIGNS = {">=": "≥", "<=": "≤", "==": "="}

# The longest line of prose, in characters.
WIDTH = 130


@dataclass
class Goal:
    """What was promised; a value of None could not be measured, and so was missed."""

    what: str
    value: float | None
    sign: str
    wanted: float

    @property
    def met(self):
        return self.value is not None and HOLDS[self.sign](self.value, self.wanted)

    def line(self):
        value = "not measured" if self.value is None else number(self.value)
        return f"{'ok' if self.met else 'MISSED':7}{self.what}: {value} (goal {SIGNS[self.sign]} {number(self.wanted)})"


def number(value):
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    lines += ["| " + " | ".join(cell if isinstance(cell, str) else number(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def ratio(both, what):
    return f"{both['daybook'][what] / both['nginx'][what]:.2f}"


def write(folder, results):
    """Writes REPORT.md and its plots from the results of all parts that were measured, whenever that was."""
    parts = [part(folder, results[part_name]["measured"]) for part_name, part in PARTS.items() if part_name in results]
    when = "\n".join(
        f"- {name}: {result['date']}, {result['rounds']} rounds of {result['seconds']} s, in {result['minutes']:.0f} minutes"
        for name, result in results.items())
    machines = sorted({result["machine"] for result in results.values()})
    goals = [Goal(**goal) for result in results.values() for goal in result["goals"]]
    unrest = [line for result in results.values() for line in result["not_quiet"]]
    text = ["# What `make bench` measured", "", f"On {'; '.join(machines)}. The load generator shares the cores.", "", when, "",
            f"## Goals: {sum(goal.met for goal in goals)} of {len(goals)} met", "",
            "```text", *[goal.line() for goal in goals], "```", "", *parts]
    if unrest:
        text += ["## When the machine was not quiet", "", *[f"- {line}" for line in unrest], ""]
    (folder / "REPORT.md").write_text(wrapped("\n".join(text).rstrip()) + "\n")


def wrapped(text):
    """Breaks long lines of prose between words; tables and blocks of code stay as they are."""
    lines, in_code = [], False
    for line in text.split("\n"):
        in_code ^= line.startswith("```")
        if in_code or len(line) <= WIDTH or line.startswith(("|", "#", "![")):
            lines.append(line)
        else:
            lines += textwrap.wrap(line, WIDTH, subsequent_indent="  " if line.startswith("- ") else "",
                                   break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)


def pages(folder, measured):
    rows = measured["rows"]
    names = ["Daybook", "nginx"]
    both = [(name, [pair["daybook"], pair["nginx"]]) for name, pair in rows]
    for file, title, what in (("rate.svg", "Requests a second (longer is better)", "rate"),
                              ("cpu.svg", "CPU a request in µs (shorter is better)", "cpu")):
        written = "{:,.0f}" if what == "rate" else "{:,.1f}"
        (folder / file).write_text(plot.bars(title, names, [(name, [one[what] for one in pair]) for name, pair in both], written))
    lines = [
        (name, pair["daybook"]["rate"], pair["nginx"]["rate"], ratio(pair, "rate"),
         f"{pair['daybook']['cpu']:.1f}", f"{pair['nginx']['cpu']:.1f}", ratio(pair, "cpu"),
         f"{pair['daybook']['p50']:.2f} / {pair['nginx']['p50']:.2f}",
         f"{pair['daybook']['p99']:.2f} / {pair['nginx']['p99']:.2f}", ratio(pair, "p99"))
        for name, pair in rows
    ]
    head = ["page", "req/s", "nginx", "×", "CPU µs", "nginx", "×", "p50 ms, both", "p99 ms, both", "×"]
    sizes = "; ".join(f"{name} {plain / 1024:.0f} KiB ({packed / 1024:.0f} as gzip)"
                      for name, (plain, packed) in measured["sizes"].items())
    memory = measured["memory"]
    return "\n".join([
        "## Pages, compared with nginx and the same bytes as files", "",
        "In turns in the same minutes, medians, 64 connections that are kept; × is Daybook over nginx. The bytes of both were "
        "compared before. nginx: as many workers as cores, `sendfile`, `gzip_static`, `open_file_cache`, no access log, "
        "no headers beyond its own.", "", table(head, lines), "",
        "![Requests a second](rate.svg)", "", "![CPU a request](cpu.svg)", "",
        f"Memory afterwards: Daybook {memory['daybook']:.0f} MiB, nginx {memory['nginx']:.0f} MiB. Pages: {sizes}.", ""])


def uncached(_, measured):
    lines = [(name, row["rate"], f"{row['cpu']:.0f}", f"{row['p50']:.2f}", f"{row['p99']:.2f}") for name, row in measured["rows"]]
    return "\n".join(["## Rendered for every reader", "", "The page cache is off.", "",
                      table(["page", "req/s", "CPU µs", "p50 ms", "p99 ms"], lines), ""])


def writes(_, measured):
    alone, disturbed = measured["undisturbed"], measured["disturbed"]
    renders = "not measured" if measured["renders"] is None else number(measured["renders"])
    stale = "".join(f"\n- stale: {line}" for line in measured["stale"][:20])
    return "\n".join([
        "## Comments and posts while people read", "",
        table(["", "value"], [
            ("durable comments a second, 64 clients", measured["stored"]),
            ("CPU a comment, µs", measured["posting"]["cpu"]),
            ("p99 of a comment, ms", measured["posting"]["p99"]),
            ("reading sixty pages, undisturbed, requests/s", alone["rate"]),
            (f"the same next to {measured['commented']:.0f} comments a second and a post a second", disturbed["rate"]),
            ("p99 undisturbed and next to writers, ms", f"{alone['p99']:.2f} and {disturbed['p99']:.2f}"),
            ("pages checked right after a writer's answer", measured["checks"]),
            ("of these stale", len(measured["stale"])),
            ("renders for 500 clients on one cold page", renders),
        ]), stale, ""])


def memory(_, measured):
    return "\n".join(["## Memory, size and start", "", table(["", "value"], [
        ("binary, MiB", measured["binary"]), ("ready after, ms", measured["ready"]), ("memory idle, MiB", measured["idle"]),
        ("memory under load with a full cache of 64 MiB, MiB", measured["loaded"]),
        ("idle connections held", measured["held"]), ("memory then, MiB", measured["crowded"]),
        ("a new reader's p99 then, ms", measured["reader"]),
    ]), ""])


def growth(folder, measured):
    names = list(measured["blogs"][-1]["pages"])
    series = {name: [(blog["posts"], blog["pages"][name]) for blog in measured["blogs"] if name in blog["pages"]] for name in names}
    (folder / "growth.svg").write_text(plot.lines("Milliseconds for a page, uncached, by number of posts", "posts", series))
    lines = [
        (f"{blog['posts']:,}", *[f"{blog['pages'][name]:.2f}" if name in blog["pages"] else "–" for name in names],
         f"{blog['ready']:.0f}", f"{blog['database']:,.0f}", f"{blog['made']:,.0f}", f"{blog['memory']:.0f}")
        for blog in measured["blogs"]
    ]
    took = measured["import"]
    return "\n".join([
        "## Growth", "", "Each post has ten comments; the page cache is off; medians in milliseconds.", "",
        table(["posts", *names, "ready ms", "database MiB", "demo posts/s", "memory MiB"], lines), "",
        "![Growth](growth.svg)", "",
        f"An export for WordPress of {took['posts']:,} posts with their comments ({took['file']:.0f} MiB) "
        f"comes in at {took['rate']:,.0f} posts a second.", ""])


def profile(_, measured):
    text = ["## Where the time goes", "", "`perf` on the CPU's clock, a release build with its symbols; [k] is the kernel.", ""]
    for name, shares in measured["functions"].items():
        lines = [f"{share:6.2f} %  {'[k] ' if in_kernel else ''}{symbol}" for share, in_kernel, symbol in shares["most"]]
        text += [f"{name}, of which the kernel takes {shares['kernel']:.0f} %:", "", "```text", *lines, "```", ""]
    both = measured["dressed"]
    text += ["A 304 has no body, so its time is that of its headers, of which safety asks the full set of Daybook and nothing of "
             "nginx with files. When nginx sends the same ones, Daybook answers "
             f"{ratio(both, 'rate')} × its requests a second ({both['daybook']['rate']:,.0f} and {both['nginx']['rate']:,.0f}) with "
             f"{ratio(both, 'cpu')} × its CPU a request ({both['daybook']['cpu']:.1f} and {both['nginx']['cpu']:.1f} µs).", "",
             "A large body without compression is mostly copied: into the kernel (`_copy_from_iter`), which nginx spares itself by "
             "`sendfile`, and out again by the reader. What that copy costs depends on which core frees the memory that it went "
             "to: on two shared cores one and the same feed takes 21 or 35 µs, from one turn to the next.", ""]
    return "\n".join(text)


def editor(_, measured):
    return "\n".join([
        "## The visual editor", "",
        f"From a key to the end of the frame after it, in a text of {measured['words']:,} words with {measured['pictures']} pictures, "
        "in Chromium without a beat of the screen to wait for; a bare text area holds the same text.", "",
        table(["", "p50 ms", "p95 ms"], [
            (name, f"{measured[what]['p50']:.1f}", f"{measured[what]['p95']:.1f}") for what, name in (("visual", "visual view"), ("area", "bare text area"))]), ""])


PARTS = {"pages": pages, "uncached": uncached, "writes": writes, "memory": memory, "growth": growth, "editor": editor, "profile": profile}


def kept(measured, goals, **more):
    return json.dumps({"measured": measured, "goals": [asdict(goal) for goal in goals], **more}, indent=1)
