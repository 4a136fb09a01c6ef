"""The visual editor: how long a key takes in a long text, how large it is, and what of it readers load."""

import json
import os
import subprocess

import machine
from report import Goal
from servers import ROOT

FRAME_MS = 16
MAX_BUNDLE_KIB = 130


def of(chosen, blog):
    subprocess.run(["make", "editor"], cwd=ROOT, check=True)
    machine.wait_until_quiet("editor", chosen.patience)
    answer = subprocess.run(["node", "bench/editor.mjs"], cwd=ROOT, check=True, capture_output=True, text=True,
                            env={**os.environ, "DAYBOOK": str(blog.program)})
    measured = json.loads(next(line for line in answer.stdout.splitlines() if line.startswith("{")))
    goals = [
        Goal(f"p95 from a key to the next frame with {measured['words']:,} words and {measured['pictures']} pictures, ms",
             round(measured["visual"]["p95"], 1), "<=", FRAME_MS),
        Goal("the editor as gzip, KiB", round(measured["bundle"] / 1024, 1), "<=", MAX_BUNDLE_KIB),
        Goal("bytes of the editor on a reader's page", measured["readers"], "==", 0),
    ]
    return measured, goals
