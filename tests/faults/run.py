#!/usr/bin/env python3
"""Runs the fault rigs one after another, each in a process of its own and within its time, and prints a table of what was
promised and found. Exits 1 where a promise does not hold or a rig cannot run.

  tests/faults/run.py              all of them, as root
  tests/faults/run.py F01 F03      only these
  tests/faults/run.py --short      the short versions that `make test` runs
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True

import crash  # noqa: E402,F401
import crowd  # noqa: E402,F401
import disk  # noqa: E402,F401
import media  # noqa: E402,F401
import power  # noqa: E402,F401
import soak  # noqa: E402,F401
import world  # noqa: E402,F401
from rig import RIGS, Rig, missing  # noqa: E402

SHORT_SECONDS = 240


def alone(name, place, short, report):
    """The process of one rig."""
    run = next(run for run in RIGS if run.rig == name)
    found = Rig(name, place, short)
    try:
        run(found)
    except Exception as error:
        traceback.print_exc()
        found.promise(False, f"{type(error).__name__}: {error}")
    Path(report).write_text(json.dumps({"figures": found.figures, "broken": found.broken}))


def unmount_below(place):
    """What a rig that ran out of time left mounted."""
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in reversed([mount for mount in mounts if mount.startswith(place)]):
        subprocess.run(["umount", "-l", mount], check=False)


def guarded(run, short):
    """Runs one rig in a session of its own, so that everything it started ends with it."""
    why = missing(run)
    if why:
        return {"figures": [], "broken": [f"cannot run here: {why}"]}
    place = tempfile.mkdtemp(prefix=f"daybook-{run.rig.lower()}-")
    report = os.path.join(place, "report.json")
    command = [sys.executable, __file__, "--alone", run.rig, place, "short" if short else "full", report]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        process.wait(SHORT_SECONDS if short else run.seconds)
        found = json.loads(Path(report).read_text())
    except subprocess.TimeoutExpired:
        found = {"figures": [], "broken": [f"not done within {run.seconds} s"]}
    except (OSError, ValueError):
        found = {"figures": [], "broken": [f"ended with {process.returncode} and no report"]}
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        unmount_below(place)
        shutil.rmtree(place, ignore_errors=True)
    return found


def main(arguments):
    if arguments[:1] == ["--alone"]:
        name, place, size, report = arguments[1:]
        return alone(name, place, size == "short", report)
    short = "--short" in arguments
    names = [name for name in arguments if not name.startswith("--")]
    unknown = [name for name in names if name not in {run.rig for run in RIGS}]
    if unknown:
        sys.exit(f"no such rig: {' '.join(unknown)}; there are {' '.join(run.rig for run in RIGS)}")
    chosen = [
        run for run in sorted(RIGS, key=lambda run: run.rig)
        if (run.rig in names if names else run.only is None) and (run.short or not short)
    ]
    table = []
    for run in chosen:
        print(f"{run.rig}  {run.title}", flush=True)
        begun = time.monotonic()
        found = guarded(run, short)
        table.append((run, found, time.monotonic() - begun))
    print()
    for run, found, took in table:
        verdict = "NOT KEPT" if found["broken"] else "kept"
        print(f"{run.rig:6} {verdict:9} {took:6.0f} s  {run.title}")
        for words in found["figures"]:
            print(f"{'':26}{words}")
        for words in found["broken"]:
            print(f"{'':26}NOT KEPT: {words}")
    broken = [run.rig for run, found, _ in table if found["broken"]]
    print(f"\n{len(table) - len(broken)} of {len(table)} rigs found every promise kept" + (f"; not {' '.join(broken)}" if broken else ""))
    sys.exit(1 if broken or not table else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
