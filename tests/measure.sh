#!/bin/bash
# Measures what we promise on a blog of 10,000 posts with 100,000 comments, the page cache off: how soon the server is
# ready, how much memory it holds idle, how long home and its page 1,000 take. Prints each and fails where one is missed.
#
#   DAYBOOK=target/release/daybook tests/measure.sh
set -euo pipefail

daybook=${DAYBOOK:-target/release/daybook}
posts=10000
comments=100000
per_page=10

data=$(mktemp -d)
server=
trap 'test -z "$server" || { kill "$server" && wait "$server"; } 2>/dev/null || true; rm -rf "$data"' EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
began=$(date +%s%N)
"$daybook" demo --data "$data" --posts "$posts" --comments "$comments" > /dev/null 2>&1
echo "demo: $posts posts and $comments comments in $(( ($(date +%s%N) - began) / 1000000000 )) s," \
    "database $(( $(stat -c %s "$data/daybook.db") / 1048576 )) MiB"

"$daybook" serve --data "$data" --listen "127.0.0.1:$port" --page-cache 0 > /dev/null 2>&1 &
server=$!

python3 - "$port" "$server" "$data/daybook.db" "$((1000 * per_page - per_page))" <<'END'
import http.client, sqlite3, statistics, sys, time

port, server, database, skipped = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
began = time.perf_counter()
while True:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/readyz")
        connection.getresponse().read()
        break
    except ConnectionRefusedError:
        time.sleep(0.002)
ready = (time.perf_counter() - began) * 1000


def resident():
    with open(f"/proc/{server}/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def median(path):
    """The median time of 200 answers on one connection, in milliseconds."""
    times = []
    for _ in range(200):
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200 and b"<article" in body, (path, answer.status)
    return statistics.median(times)


idle = resident()
at, post = sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute(
    "select published_at, id from posts where state = 'published' and kind = 'post' "
    "order by published_at desc, id desc limit 1 offset ?", (skipped - 1,)).fetchone()
home, deep = median("/"), median(f"/?before={at}-{post}")

missed = False
for name, value, unit, goal in [
    ("ready after", ready, "ms", 300),
    ("memory, idle", idle, "MiB", 40),
    ("home, uncached", home, "ms", 5),
    ("page 1,000 by cursor, uncached", deep, "ms", max(1.5 * home, 5)),
]:
    verdict = "ok" if value <= goal else "MISSED"
    missed |= value > goal
    print(f"{name:32}{value:8.2f} {unit:4} goal {goal:6.1f}   {verdict}")
sys.exit(missed)
END
