"""The power goes: F03. The file system is shut down without writing its log, as if its disk had lost its power."""

import fcntl
import os
import random
import signal
import struct
import time

from blog import Blog, Crowd, Server, await_some
from crash import attached, writes
from ledger import ACK, Ledger
from rig import Disk, number, rig

# EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN, with the flag that says: do not even write the log.
SHUTDOWN = 0x8004587D
WITHOUT_THE_LOG = struct.pack("I", 2)


@rig("F03", "power cut on ext4 and xfs", seconds=5400, root=True, needs=("mkfs.ext4", "mkfs.xfs", "strace"))
def cut(found):
    rounds = number("CUTS", 200)
    template = Blog.new(found.place, posts=8)
    for kind, times in (("ext4", rounds), ("xfs", max(1, rounds // 10))):
        lost, acknowledged, broken = cuts(found, template, kind, times, synced=True)
        found.none(lost + broken, f"{kind}: nothing lost, nothing damaged")
        found.promise(acknowledged >= 5 * times, f"{kind}: something was acknowledged before each cut: {acknowledged}")
        found.figure(f"{kind}, FULL: {times} cuts, {acknowledged} acknowledged, {len(lost)} lost, {len(broken)} damaged")
    # The rig must be able to see a loss: here a commit does not wait for its log to be on the disk, as with NORMAL.
    times = max(3, rounds // 20)
    lost, acknowledged, _ = cuts(found, template, "ext4", times, synced=False)
    found.promise(lost, f"control: {times} cuts without the sync of the log lose something, or this rig is blind")
    found.figure(f"ext4, as with NORMAL: {times} cuts, {acknowledged} acknowledged, {len(lost)} lost")


def cuts(found, template, kind, times, synced):
    lost, broken, acknowledged = [], [], 0
    for _ in range(times):
        # ext4 would write by itself every five seconds: what lasts must last without that.
        size, options = (64, "commit=300") if kind == "ext4" else (320, "")
        with Disk(found.place, kind, mib=size, options=options) as disk:
            blog = template.copy(disk.mount / "data")
            os.sync()
            ledger = Ledger()
            with Server(blog.home, log=found.place / "log") as server:
                tracer = None
                if not synced:
                    # Only of the log file: a sync of the database itself does what it should, as with NORMAL.
                    log = str(blog.home.database) + "-wal"
                    await_some("the log file is there", lambda: os.path.exists(log))
                    tracer = attached(server, ["-P", log, "-e", "trace=fdatasync,fsync", "-e",
                                               "inject=fdatasync,fsync:retval=0"])
                crowd = Crowd()
                for writer in range(8):
                    crowd.add(writes, server, blog, ledger, writer)
                enough = random.randrange(5, 60)
                await_some("some are acknowledged", lambda: ledger.count(ACK) >= enough)
                time.sleep(random.uniform(0, 0.02))
                pid = server.pid
                if tracer:
                    tracer.terminate()
                    tracer.wait()
                server.signal(signal.SIGSTOP)
                await_some("every thread is stopped", lambda: is_stopped(pid))
                shut_down(disk.mount)
                server.kill()
                crowd.stop()
            disk.down()
            disk.up()
            acknowledged += ledger.count(ACK)
            with Server(blog.home, log=found.place / "log"):
                for problem in blog.home.check() + ledger.judge(blog.home):
                    (lost if "is lost" in problem else broken).append(problem)
    return lost, acknowledged, broken


def is_stopped(pid):
    states = set()
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/stat") as stat:
            states.add(stat.read().rpartition(")")[2].split()[0])
    return states <= {"T", "t"}


def shut_down(mount):
    place = os.open(mount, os.O_RDONLY)
    try:
        fcntl.ioctl(place, SHUTDOWN, WITHOUT_THE_LOG)
    finally:
        os.close(place)
