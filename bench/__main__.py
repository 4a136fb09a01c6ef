"""`make bench`: compares Daybook with nginx, prints each goal with ok or MISSED, and writes REPORT.md.

Parts: pages uncached writes memory growth editor. What was measured in an earlier run of another part stays in the report.
"""

import argparse
import datetime
import json
import sys
import time
from pathlib import Path

import editor
import growth
import machine
import memory
import pages
import report
import writes
from servers import ROOT, Blog, build

HERE = Path(__file__).resolve().parent


def options():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--parts", default="pages uncached writes memory growth editor")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6, help="of each round")
    parser.add_argument("--patience", type=int, default=60, help="seconds to wait for a quiet machine, each time")
    parser.add_argument("--checks", type=int, default=writes.CHECKS, help="for stale pages")
    parser.add_argument("--sizes", default="1000 10000 100000 1000000", help="of the blogs for growth")
    parser.add_argument("--folder", type=Path, default=ROOT / "target" / "bench", help="for blogs and results")
    parser.add_argument("--growth", type=Path, help="for the blogs of growth, which are kept [default: in the folder]")
    parser.add_argument("--report", type=Path, default=HERE, help="where REPORT.md goes")
    parser.add_argument("--program", type=Path, help="a Daybook that is built already")
    parser.add_argument("--profile", action="store_true", help="with the functions that take the time, by perf")
    chosen = parser.parse_args()
    chosen.growth = chosen.growth or chosen.folder
    return chosen


def main():
    chosen = options()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    program = chosen.program.resolve() if chosen.program else build()
    parts = {"pages": pages.cached, "uncached": pages.uncached, "writes": writes.of, "memory": memory.of, "growth": growth.of, "editor": editor.of}
    wanted = chosen.parts.split()
    unknown = set(wanted) - set(parts)
    if unknown:
        raise SystemExit(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    if chosen.profile:
        wanted.append("profile")
    missed = 0
    for name in wanted:
        began = time.monotonic()
        machine.NOT_QUIET.clear()
        blog = Blog(program, chosen.folder / f"blog-{name}")
        if name not in ("growth", "editor"):
            blog.fill(pages.POSTS, pages.COMMENTS)
            blog.settle()
        if name == "growth":
            measured, goals = parts[name](chosen, program)
        elif name == "profile":
            measured, goals = pages.profiled(chosen, blog, program if chosen.program else build("release")), []
        else:
            measured, goals = parts[name](chosen, blog)
        for goal in goals:
            print(goal.line(), flush=True)
            missed += not goal.met
        minutes = (time.monotonic() - began) / 60
        print(f"{name}: {minutes:.1f} minutes", flush=True)
        (chosen.folder / f"{name}.json").write_text(report.kept(
            measured, goals, date=datetime.date.today().isoformat(), machine=machine.description(), rounds=chosen.rounds,
            seconds=chosen.seconds, minutes=minutes, not_quiet=list(machine.NOT_QUIET)))
    results = {name: json.loads((chosen.folder / f"{name}.json").read_text())
               for name in report.PARTS if (chosen.folder / f"{name}.json").exists()}
    report.write(chosen.report, results)
    print(f"Written: {chosen.report / 'REPORT.md'}. Goals missed in this run: {missed}")
    return 1 if missed else 0


sys.exit(main())
