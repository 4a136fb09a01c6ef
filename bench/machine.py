"""What the machine says: how busy it is, what a process uses, what it is made of."""

import os
import platform
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# Less than this share of all cores is a quiet machine.
QUIET = 0.10
# Where the log of a run says that the machine was not quiet.
NOT_QUIET = []


def _busy_and_all():
    with open("/proc/stat") as stat:
        numbers = [int(word) for word in stat.readline().split()[1:9]]
    return sum(numbers) - numbers[3] - numbers[4], sum(numbers)


def busy(seconds=0.5):
    """The share of all cores that was at work, over a moment."""
    busy_before, all_before = _busy_and_all()
    time.sleep(seconds)
    busy_after, all_after = _busy_and_all()
    return (busy_after - busy_before) / max(all_after - all_before, 1)


def wait_until_quiet(what, patience):
    """Waits for others to rest; where they do not, that is written down and the measuring goes on."""
    until = time.monotonic() + patience
    share = busy()
    while share > QUIET and time.monotonic() < until:
        share = busy()
    if share > QUIET:
        NOT_QUIET.append(f"{what}: {share:.0%} of the machine was at work for others")


def cpu_seconds(processes):
    """User and system time of processes with all their threads."""
    total = 0
    for process in processes:
        with open(f"/proc/{process}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS_PER_SECOND


def resident_mib(processes):
    """Memory that processes hold; what nginx's workers share counts once (proportional set size)."""
    total = 0
    for process in processes:
        with open(f"/proc/{process}/smaps_rollup") as rollup:
            total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total / 1024


def description():
    model = "unknown processor"
    with open("/proc/cpuinfo") as cpuinfo:
        for line in cpuinfo:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as meminfo:
        memory = int(meminfo.readline().split()[1]) / 1024 / 1024
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory, Linux {platform.release()}"
