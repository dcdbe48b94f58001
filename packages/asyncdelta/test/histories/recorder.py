"""Keeps what a history does: every file it ever wrote, and what each version must be found to hold.

    table/          the table as the history leaves it: vacuumed, its log cleaned
    whole/          the same with every file that was ever there, its log included
    log/VERSION/    the files of the log that came with or after that version, before the next one
    versions.jsonl  a line for each version, see `Recorder.version`
    end.json        what holds at the end: change feeds, the history, which versions `table` still has
"""
import json
import os
import re

from replay import Replay, commit_path


class Recorder:
    """Records the versions of `folder/table` as the writer's own reader reads them: see `deltalake_reader.py`."""

    def __init__(self, folder, reader):
        self.folder = folder
        self.reader = reader
        self.table = os.path.join(folder, "table")
        self.whole = os.path.join(folder, "whole")
        self.replay = Replay()
        self.latest = -1
        self.records = []
        self.seen = set()

    def after(self, operation, rng):
        """Records all versions that are new, and keeps all files that are. Returns the number of versions."""
        first = self.latest + 1
        while os.path.exists(commit_path(self.table, self.latest + 1)):
            self.latest += 1
        self.keep_files()
        for version in range(first, self.latest + 1):
            self.records.append(self.version(version, operation, rng))
        return self.latest + 1 - first

    def keep_files(self):
        for root, _, names in os.walk(self.table):
            for name in names:
                source = os.path.join(root, name)
                relative = os.path.relpath(source, self.table)
                stamp = (relative, os.stat(source).st_ino)
                if stamp in self.seen:
                    continue
                self.seen.add(stamp)
                link(source, os.path.join(self.whole, relative))
                if root == os.path.join(self.table, "_delta_log"):
                    link(source, os.path.join(self.folder, "log", str(self.version_of(name)), name))

    def version_of(self, name):
        """Of a commit its own version; all else came after what was then the latest."""
        return int(name[:20]) if re.fullmatch(r"\d{20}\.json", name) else self.latest

    def version(self, version, operation, rng):
        self.replay.commit(commit_path(self.table, version))
        metadata = self.replay.metadata
        record = {
            "version": version,
            "operation": operation,
            "protocol": self.replay.protocol,
            "partitionColumns": metadata["partitionColumns"],
            "configuration": metadata.get("configuration", {}),
            "schema": json.loads(metadata["schemaString"]),
            "transactions": self.replay.transactions.copy(),
            "files": self.replay.live_files(),
        }
        return record | self.reader.read(self.table, record, rng)

    def finish(self, rng):
        """Writes it all down."""
        with open(os.path.join(self.folder, "versions.jsonl"), "w", encoding="utf-8") as out:
            for record in self.records:
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
        end = {
            "history": self.reader.history(self.whole),
            "left": [self.reader.left(self.table, record) for record in self.records],
            "feeds": [self.feed(*ends) for ends in self.feed_ranges(rng)],
        }
        with open(os.path.join(self.folder, "end.json"), "w", encoding="utf-8") as out:
            json.dump(end, out, ensure_ascii=False)
        return end

    def feed(self, first, last):
        return {"from": first, "to": last} | self.reader.feed(self.whole, first, self.records[last])

    def feed_ranges(self, rng):
        """Ranges of versions, each throughout with the feed enabled."""
        enabled = [record["configuration"].get("delta.enableChangeDataFeed") == "true" for record in self.records]
        ranges = []
        for last in range(len(enabled)):
            first = last
            while first >= 0 and enabled[first]:
                first -= 1
            if first < last:
                ranges.append((rng.randint(first + 1, last), last))
        return ranges if len(ranges) <= 4 else rng.sample(ranges, 3) + ranges[-1:]


def link(source, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.exists(target):
        os.remove(target)
    os.link(source, target)


def first_line(error):
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else ''}"[:300]
