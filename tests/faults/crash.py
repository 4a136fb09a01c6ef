"""The end of the process at any moment: F01 at random under writers, F02 and F04 at each system call, F12 in a migration."""

import os
import random
import re
import shutil
import signal
import subprocess
import time

from blog import Blog, Crowd, Home, Lost, Refused, Server, await_some, environment, free_port
from ledger import ACK, Ledger
from rig import number, percentile, rig

CALLS = "pwrite64,write,fdatasync,fsync,ftruncate,unlink,unlinkat,rename,renameat2"


@rig("F01", "killed at random under eight writers", seconds=7200, short=True)
def at_random(found):
    rounds = 8 if found.short else number("ROUNDS", 1000)
    # A data directory goes through so many deaths before the next one begins, so that it stays small.
    deaths = 25
    template = Blog.new(found.place, posts=8)
    firsts, acknowledged, unknown = [], 0, 0
    done = 0
    while done < rounds:
        place = found.place / "work"
        blog = template.copy(place)
        ledger = Ledger()
        server = Server(blog.home, port=free_port())
        for _ in range(min(deaths, rounds - done)):
            crowd = Crowd()
            for writer in range(8):
                crowd.add(writes, server, blog, ledger, writer)
            time.sleep(random.uniform(0.1, 0.6))
            server.kill()
            crowd.stop()
            server = Server(blog.home, port=free_port(), wait=False)
            firsts.append(server.ready())
            wrong = blog.home.check() + ledger.judge(blog.home)
            found.none(wrong, f"round {done}: nothing lost, doubled or partial")
            done += 1
            if wrong:
                shutil.copytree(place, found.place / f"wrong-{done}")
        server.kill()
        acknowledged += ledger.count(ACK)
        unknown += len(ledger.entries) - ledger.count(ACK)
        shutil.rmtree(place)
        if done % 100 == 0:
            print(f"    {done} rounds, {acknowledged} acknowledged", flush=True)
    found.promise(acknowledged > rounds, f"the writers got somewhere: {acknowledged} acknowledged")
    found.figure(f"{done} kills, {acknowledged} writes acknowledged, {unknown} unknown, 0 lost" if not found.broken
                 else f"{done} kills, {acknowledged} writes acknowledged")
    found.figure(f"first 200 after the crash: median {percentile(firsts, 0.5):.3f} s, worst {max(firsts):.3f} s")
    if not found.short:
        found.promise(max(firsts) <= 1, f"first 200 within 1 s after the start: {max(firsts):.2f} s")


def writes(server, blog, ledger, writer):
    """What one of eight writers does until the server is dead: four comment, two edit, one publishes, one sends pictures."""
    client = server.client("" if writer < 4 else blog.cookie, timeout=20)
    try:
        while True:
            if writer < 4:
                answer = ledger.comment(client, blog.posts[writer])
            elif writer < 6:
                answer = ledger.edit(client, blog.posts[writer])
            elif writer == 6:
                answer = ledger.publish(client)
            else:
                answer = ledger.upload(client, blog.csrf)
            if answer is None:
                return False
    except (Lost, Refused):
        # While it fetched the form: nothing was sent.
        return False


def act(kind, ledger, client, blog):
    if kind == "comment":
        return ledger.comment(client, blog.posts[0])
    if kind == "publish":
        return ledger.publish(client)
    if kind == "edit":
        return ledger.edit(client, blog.posts[0])
    return ledger.upload(client, blog.csrf)


def traced(fault):
    """The program under strace, which strikes at a system call; the child is the server itself."""
    return ["strace", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", *fault]


@rig("F02", "killed at each system call of a comment, an edit, a publish, an upload", seconds=3600, root=False,
     needs=("strace",))
def at_each_call(found):
    template = Blog.new(found.place)
    for kind in ("comment", "edit", "publish", "picture"):
        points, answered, at = 0, 0, 0
        while True:
            at += 1
            struck, ack, wrong = killed_at(found, template, kind, at)
            found.none(wrong, f"{kind}, call {at}: all or nothing")
            points += struck
            answered += ack and struck
            if not struck or found.broken:
                break
        found.promise(points >= 3, f"{kind}: the fault struck {points} times")
        found.figure(f"{kind}: killed at {points} points, {answered} of them after the answer; all or nothing at each")


def killed_at(found, template, kind, at):
    """Starts a server, warms it up, and lets it be killed at the N-th call after that; whether it was, and what is wrong."""
    place = found.place / "work"
    blog = template.copy(place)
    ledger = Ledger()
    with Server(blog.home) as server:
        client = server.client(blog.cookie, timeout=20)
        client.get("/admin/posts/new")
        # Strikes from now on: the calls of the start and of the page are over.
        tracer = attached(server, ["-e", f"inject={CALLS}:signal=KILL:when={at}", "-e", f"trace={CALLS}"])
        try:
            answer = act(kind, ledger, client, blog)
        except (Lost, Refused):
            answer = None
        struck = server.process.poll() is not None
        if not struck and answer is None:
            struck = server.end(10) is not None
        server.kill()
        tracer.kill()
        tracer.wait()
    with Server(blog.home):
        wrong = blog.home.check() + ledger.judge(blog.home)
    shutil.rmtree(place)
    return struck, answer is not None, wrong


def attached(server, fault):
    """strace on a server that runs already; gives the tracer as soon as it holds all threads."""
    tracer = subprocess.Popen(
        ["strace", "-f", "-o", "/dev/null", "-p", str(server.pid), *fault],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )

    def held():
        threads = os.listdir(f"/proc/{server.pid}/task")
        traced = 0
        for thread in threads:
            with open(f"/proc/{server.pid}/task/{thread}/status") as status:
                traced += "TracerPid:\t0\n" not in status.read()
        return traced == len(threads)

    await_some("the server is traced", held)
    return tracer
