"""What deltalake finds in a table, by its reader for pyarrow and now and then by its other one too."""
import json
import os

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder
from encoding import FEED_COLUMNS, row_texts
from recorder import first_line


class DeltalakeReader:
    def read(self, path, record, rng):
        """Schema and rows of a version; `unread` says why there are none."""
        table = DeltaTable(path, version=record["version"])
        check_files(table, record["files"])
        schema = json.loads(table.schema().to_json())
        answer = {"schema": schema}
        fields, partitions = schema["fields"], record["partitionColumns"]
        try:
            answer["rows"] = row_texts(mended(table.to_pyarrow_table(), fields, partitions), fields)
        except Exception as error:
            answer["unread"] = f"to_pyarrow_table: {first_line(error)}"
        if rng.random() < 0.4 or "unread" in answer:
            try:
                query = QueryBuilder().register("t", table).execute("select * from t")
                rows = row_texts(mended(pa.table(query.read_all()), fields, partitions), fields)
            except Exception as error:
                answer["unreadByQuery"] = f"QueryBuilder: {first_line(error)}"
            else:
                if "rows" not in answer:
                    answer["rows"] = rows
                elif rows != answer["rows"]:
                    answer["otherRows"] = rows
        return answer

    def history(self, path):
        return [[entry["version"], entry["operation"]] for entry in DeltaTable(path).history()]

    def left(self, path, record):
        """What has become of a version: its log may be cleaned, its files vacuumed."""
        try:
            files = DeltaTable(path, version=record["version"]).file_uris()
        except Exception:
            return "no log"
        if len(files) != len(record["files"]):
            return "no log"
        return "whole" if all(os.path.exists(uri.removeprefix("file://")) for uri in files) else "missing files"

    def feed(self, path, first, record):
        last = record["version"]
        fields = record["schema"]["fields"] + FEED_COLUMNS
        try:
            changes = DeltaTable(path, version=last).load_cdf(starting_version=first, ending_version=last)
            rows = mended(pa.table(changes.read_all()), fields, record["partitionColumns"])
            return {"rows": row_texts(rows, fields)}
        except BaseException as error:  # A panic of deltalake is no Exception.
            return {"unread": first_line(error)}


def check_files(table, files):
    """deltalake must see as many files of the same sizes, or the expectation is worth nothing."""
    seen = sorted(pa.table(table.get_add_actions())["size_bytes"].to_pylist())
    if seen != sorted(file[1] for file in files):
        raise AssertionError(f"deltalake sees files of {seen} bytes, the log has {files}")


def mended(table, fields, partitions):
    """The rows without what deltalake's readers do not agree about: empty text as a partition value is null."""
    for field in fields:
        if field["name"] in partitions and field["type"] in ("string", "binary"):
            position = table.schema.get_field_index(field["name"])
            column = table.column(position)
            values = pa.array([value or None for value in column.to_pylist()], column.type)
            table = table.set_column(position, table.schema.field(position).with_nullable(True), values)
    return table
