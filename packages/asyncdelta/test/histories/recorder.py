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

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder
from encoding import canonical, encode
from replay import Replay, commit_name, commit_path

FEED_COLUMNS = [("_change_type", "string"), ("_commit_version", "long")]


class Recorder:
    def __init__(self, folder):
        self.folder = folder
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
        table = DeltaTable(self.table, version=version)
        schema = json.loads(table.schema().to_json())
        metadata = self.replay.metadata
        files = self.replay.live_files()
        check_files(table, files)
        record = {
            "version": version,
            "operation": operation,
            "protocol": self.replay.protocol,
            "schema": schema,
            "partitionColumns": metadata["partitionColumns"],
            "configuration": metadata.get("configuration", {}),
            "transactions": self.replay.transactions.copy(),
            "files": files,
        }
        return record | read_rows(table, schema, metadata["partitionColumns"], both=rng.random() < 0.4)

    def finish(self, rng):
        """Writes it all down."""
        with open(os.path.join(self.folder, "versions.jsonl"), "w", encoding="utf-8") as out:
            for record in self.records:
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
        end = {
            "history": [[entry["version"], entry["operation"]] for entry in DeltaTable(self.whole).history()],
            "left": [self.left(record) for record in self.records],
            "feeds": [feed(self.whole, *ends) for ends in self.feed_ranges(rng)],
        }
        with open(os.path.join(self.folder, "end.json"), "w", encoding="utf-8") as out:
            json.dump(end, out, ensure_ascii=False)
        return end

    def left(self, record):
        """What has become of a version in `table`: its log may be cleaned, its files vacuumed."""
        try:
            table = DeltaTable(self.table, version=record["version"])
        except Exception:
            return "no log"
        if len(table.file_uris()) != len(record["files"]):
            return "no log"
        return "whole" if all(os.path.exists(local_path(uri)) for uri in table.file_uris()) else "missing files"

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


def local_path(uri):
    return uri.removeprefix("file://")


def check_files(table, files):
    """deltalake must see as many files of the same sizes, or the expectation is worth nothing."""
    adds = pa.table(table.get_add_actions())
    seen = sorted(adds["size_bytes"].to_pylist())
    if seen != sorted(size for _, size, _ in files):
        raise AssertionError(f"deltalake sees files of {seen} bytes, the log has {files}")


def read_rows(table, schema, partitions, both):
    """The rows by deltalake's reader for pyarrow, and now and then by its other one too."""
    answers = {}
    try:
        answers["rows"] = encoded(table.to_pyarrow_table(), schema["fields"], partitions)
    except Exception as error:
        answers["unread"] = f"to_pyarrow_table: {first_line(error)}"
    if both or "unread" in answers:
        try:
            query = QueryBuilder().register("t", table).execute("select * from t")
            rows = encoded(pa.table(query.read_all()), schema["fields"], partitions)
        except Exception as error:
            answers["unreadByQuery"] = f"QueryBuilder: {first_line(error)}"
        else:
            if "rows" not in answers:
                answers["rows"] = rows
            elif rows != answers["rows"]:
                answers["otherRows"] = rows
    return answers


def encoded(table, fields, partitions):
    """Canonical texts of the rows, sorted."""
    columns = []
    for field in fields:
        column = table.column(table.schema.get_field_index(field["name"]))
        if field["name"] in partitions:
            column = mended(column, field["type"])
        columns.append(encode(column, field["type"]))
    return sorted(map(canonical, map(list, zip(*columns))))


def mended(column, delta_type):
    """A partition column without what deltalake's readers do not agree about: an empty text is null."""
    if delta_type in ("string", "binary"):
        return pa.array([value or None for value in column.to_pylist()], column.type)
    return column


def feed(path, first, last):
    table = DeltaTable(path, version=last)
    fields = json.loads(table.schema().to_json())["fields"] + [{"name": name, "type": kind} for name, kind in FEED_COLUMNS]
    answer = {"from": first, "to": last}
    try:
        rows = pa.table(table.load_cdf(starting_version=first, ending_version=last).read_all())
        answer["rows"] = encoded(rows, fields, table.metadata().partition_columns)
    except BaseException as error:
        answer["unread"] = first_line(error)
    return answer


def first_line(error):
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"[:300]
