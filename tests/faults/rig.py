"""What a rig is: a name, a promise or several, figures, and a limit on its time. `run.py` runs them one after another."""

import os
import shutil
import subprocess
import time
from pathlib import Path

RIGS = []


class Rig:
    """One run of a rig: where it works, what it found."""

    def __init__(self, name, place, short):
        self.name = name
        self.place = Path(place)
        # In `make test`: no root, no tight times, a few seconds.
        self.short = short
        self.figures = []
        self.broken = []
        self.begun = time.monotonic()

    def figure(self, words):
        self.figures.append(words)
        print(f"    {self.name}: {words}", flush=True)

    def promise(self, kept, words):
        """Notes a promise that does not hold; the rig goes on."""
        if not kept:
            self.broken.append(words)
            print(f"    {self.name}: NOT KEPT: {words}", flush=True)

    def none(self, wrong, words):
        """Promises that a list of problems is empty."""
        self.promise(not wrong, f"{words}: {len(wrong)}, as: {'; '.join(map(str, wrong[:3]))}" if wrong else words)

    def elapsed(self):
        return time.monotonic() - self.begun


def rig(name, title, seconds, short=False, root=False, needs=(), only=None):
    """Enters a rig: how long it may take at most, whether a short version needs no root, and the programs that it uses."""

    def enter(run):
        run.rig = name
        run.title = title
        run.seconds = seconds
        run.short = short
        run.root = root
        run.needs = needs
        run.only = only
        RIGS.append(run)
        return run

    return enter


def number(name, otherwise):
    """A number that an environment variable may set, such as ROUNDS=200."""
    return int(os.environ.get(name) or otherwise)


def missing(run):
    """Why a rig cannot run here; empty where it can."""
    programs = [program for program in run.needs if not shutil.which(program)]
    if programs:
        return f"{' and '.join(programs)} is missing"
    if run.root and os.geteuid() != 0:
        return "needs root"
    return ""


def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


class Disk:
    """A file system of its own in a file, mounted at a place."""

    def __init__(self, place, kind="ext4", mib=64, options=""):
        self.image = Path(place) / f"{kind}.img"
        self.mount = Path(place) / f"{kind}-disk"
        self.options = options
        self.mount.mkdir(parents=True, exist_ok=True)
        with open(self.image, "wb") as file:
            file.truncate(mib * 1024 * 1024)
        flags = ["-q", "-F"] if kind == "ext4" else ["-q", "-f"]
        subprocess.run([f"mkfs.{kind}", *flags, str(self.image)], check=True, capture_output=True)
        self.up()

    def up(self, options=None):
        with_options = ",".join(filter(None, ["loop", self.options, options]))
        subprocess.run(["mount", "-o", with_options, str(self.image), str(self.mount)], check=True, capture_output=True)

    def down(self):
        for _ in range(200):
            if subprocess.run(["umount", str(self.mount)], capture_output=True).returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.mount} is still in use")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if os.path.ismount(self.mount):
            self.down()
        self.image.unlink(missing_ok=True)
