"""What the server answered for each thing that a client sent, kept outside of the data directory, and the check afterwards.

ACK: there exactly once with its content. ERR (4xx): absent. UNKNOWN (5xx, or no whole answer): there once or not at all,
and never partly.
"""

import hashlib
import itertools
import json
import os
import threading

from blog import Lost, Refused, picture

SENT, ACK, ERR = "unknown", "ack", "err"


class Entry:
    def __init__(self, kind, key, content):
        self.kind = kind
        self.key = key
        self.content = content
        self.state = SENT


class Ledger:
    def __init__(self):
        self.entries = []
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)

    def open(self, kind, content=None):
        """Writes down that something is about to be sent."""
        key = f"{kind}{os.urandom(5).hex()}n{next(self.numbers)}"
        entry = Entry(kind, key, content)
        with self.lock:
            self.entries.append(entry)
        return entry

    def close(self, entry, answer):
        """Writes down what the whole answer was."""
        if answer.status in (200, 303):
            entry.state = ACK
        elif 400 <= answer.status < 500:
            entry.state = ERR
        return answer

    def count(self, state):
        return sum(entry.state == state for entry in self.entries)

    # Things to send; each gives the answer, or None where there was none.

    def comment(self, client, post):
        entry = self.open("comment")
        entry.content = f"{entry.key} is a comment of some words."
        return self.sent(entry, lambda: client.comment(post, entry.content))

    def publish(self, client):
        entry = self.open("post")
        entry.content = f"The words of {entry.key}, with its tags.\n\n" + "More of them. " * 30
        return self.sent(entry, lambda: client.publish(entry.key, entry.content))

    def edit(self, client, post):
        entry = self.open("edit", post)
        return self.sent(entry, lambda: client.save(post, f"{entry.key} is what the post says now."))

    def upload(self, client, csrf):
        sent = picture()
        entry = self.open("picture", hashlib.sha256(sent).hexdigest())
        return self.sent(entry, lambda: client.upload(sent, csrf, f"{entry.key}.png"))

    def sent(self, entry, send):
        try:
            return self.close(entry, send())
        except Refused:
            entry.state = ERR  # never heard
        except Lost:
            pass
        return None

    # The judgement.

    def judge(self, home):
        """Everything that is not as the ledger says: a sentence each."""
        wrong = []
        found = {"comment": comments(home), "post": posts(home), "edit": edits(home), "picture": pictures(home)}
        for entry in self.entries:
            key = entry.content if entry.kind == "picture" else entry.key
            there = found[entry.kind].get(key, [])
            if entry.state == ACK and not there:
                wrong.append(f"{entry.key} was acknowledged and is lost")
            if entry.state == ERR and there:
                wrong.append(f"{entry.key} was refused and is there")
            if len(there) > 1:
                wrong.append(f"{entry.key} is there {len(there)} times")
            for one in there:
                wrong += [f"{entry.key} {problem}" for problem in self.partly(entry, one)]
        return wrong

    def partly(self, entry, one):
        if entry.kind == "comment":
            if one["source"] != entry.content:
                yield "has other words"
            if not one["indexed"]:
                yield "is not in the search index"
            if one["state"] == "approved" and not one["place"]:
                yield "is shown without a place"
        if entry.kind == "post":
            # A post that is to be published is kept first, whole; a fault between the two leaves a draft.
            if one["source"].strip() != entry.content.strip():
                yield "has other words"
            if not one["revisions"]:
                yield "has no revision"
            if entry.state == ACK and one["state"] != "published":
                yield f"was acknowledged as published and is {one['state']}"
            if one["state"] == "published":
                if one["tags"] != 2 or not one["indexed"] or not one["path"] or entry.key not in one["html"]:
                    yield f"is published partly: {one}"
        if entry.kind == "picture" and not one["files"]:
            yield "points to a file that is missing or short"


def grouped(rows, key):
    found = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def dicts(home, names, sql):
    return [dict(zip(names, row)) for row in home.rows(sql)]


def comments(home):
    rows = dicts(
        home,
        ("source", "state", "place", "indexed"),
        "select source, state, place, exists (select 1 from search_comments_docsize d where d.id = c.id) from comments c",
    )
    return grouped(rows, lambda row: row["source"].split(" ")[0])


def posts(home):
    rows = dicts(
        home,
        ("title", "state", "path", "source", "html", "revisions", "tags", "indexed"),
        "select p.title, p.state, p.path, p.source, p.html, "
        "(select count(*) from revisions r where r.post_id = p.id and r.source = p.source), "
        "(select count(*) from post_tags t where t.post_id = p.id), "
        "exists (select 1 from search_posts_docsize d where d.id = p.id) from posts p",
    )
    return grouped(rows, lambda row: row["title"])


def edits(home):
    return grouped(dicts(home, ("source",), "select source from revisions"), lambda row: row["source"].split(" ")[0])


def pictures(home):
    rows = dicts(
        home,
        ("digest", "name", "bytes", "sizes"),
        "select digest, name, bytes, (select json_group_array(json_array(s.name, s.bytes)) from media_sizes s "
        "where s.media_id = m.id) from media m",
    )
    for row in rows:
        files = [(row["name"], row["bytes"]), *map(tuple, json.loads(row["sizes"]))]
        row["files"] = all(is_whole(home, name, size) for name, size in files)
    return grouped(rows, lambda row: row["digest"])


def is_whole(home, name, size):
    path = home.data / "media" / name[:2] / name
    return path.exists() and path.stat().st_size == size and name.startswith(
        hashlib.sha256(path.read_bytes()).hexdigest()[: len(name.split(".")[0])]
    )
