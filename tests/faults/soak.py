"""A long day in short: F26. Everything at once, with deaths, a full disk and foreign locks in between; nothing may drift."""

import random
import sqlite3
import subprocess
import time

from blog import Blog, Crowd, Lost, Refused, Server, free_port
from disk import fill
from ledger import ACK, Ledger
from rig import number, rig


@rig("F26", "a soak of mixed load with deaths, a full disk and foreign locks", seconds=90000, root=True, only="make soak")
def soak(found):
    minutes = number("MINUTES", 5)
    template = Blog.new(found.place, posts=8)
    place = found.place / "soak"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2g", "tmpfs", str(place)], check=True)
    blog = template.copy(place / "data")
    ledger = Ledger()
    until = time.monotonic() + minutes * 60
    memory, descriptors, lives = [], [], 0
    server = Server(blog.home, log=found.place / "log")
    while time.monotonic() < until:
        lives += 1
        crowd = Crowd()
        for writer in range(8):
            crowd.add(calmly, server, blog, ledger, writer)
        crowd.add(reads, server)
        end = min(until, time.monotonic() + random.uniform(20, 40))
        while time.monotonic() < end:
            time.sleep(2)
            if random.random() < 0.1:
                holder = sqlite3.connect(blog.home.database, isolation_level=None, timeout=30)
                holder.execute("begin immediate")
                time.sleep(random.uniform(0.5, 7))
                holder.close()
            elif random.random() < 0.05:
                filling = fill(place)
                time.sleep(random.uniform(0.5, 3))
                filling.unlink(missing_ok=True)
        memory.append(server.resident())
        descriptors.append(server.descriptors())
        server.kill()
        crowd.stop()
        server = Server(blog.home, log=found.place / "log", port=free_port())
        found.none(ledger.judge(blog.home), f"life {lives}: nothing lost, doubled or partial")
    found.none(blog.home.check(), "whole at the end")
    server.kill()
    found.promise(max(memory) <= 256, f"memory: {max(memory):.0f} MiB")
    half = len(memory) // 2
    if half >= 2:
        early, late = max(memory[:half]), max(memory[half:])
        found.promise(late <= early * 1.5 + 16, f"memory does not drift: {early:.0f} MiB, then {late:.0f} MiB")
    found.figure(f"{minutes} min, {lives} lives, {ledger.count(ACK)} acknowledged of {len(ledger.entries)}: 0 lost; "
                 f"memory {min(memory):.0f} to {max(memory):.0f} MiB, descriptors {min(descriptors)} to {max(descriptors)}")
    subprocess.run(["umount", str(place)], check=True)


def calmly(server, blog, ledger, writer):
    """Writes as the eight of F01 do, with pauses, and goes on when it is sent away."""
    client = server.client("" if writer < 4 else blog.cookie, timeout=30)
    try:
        if writer < 4:
            answer = ledger.comment(client, blog.posts[writer])
        elif writer < 6:
            answer = ledger.edit(client, blog.posts[writer])
        elif writer == 6:
            answer = ledger.publish(client)
        else:
            answer = ledger.upload(client, blog.csrf)
    except (Lost, Refused):
        return False
    except AssertionError:
        answer = True  # the form was not to be had while the disk was full
    client.close()
    time.sleep(random.uniform(0.02, 0.2))
    return answer is not None


def reads(server):
    client = server.client(timeout=30)
    try:
        status = client.get(random.choice(("/", "/archive/", "/feed.atom", "/search?q=words"))).status
    except (Lost, Refused):
        return False
    finally:
        client.close()
    if status != 200:
        raise AssertionError(f"a reader was answered {status}")
    time.sleep(0.02)
    return True
