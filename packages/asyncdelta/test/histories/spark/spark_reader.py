"""What Delta Spark finds in a table: the counterpart of `deltalake_reader.py`."""
import os
from urllib.parse import unquote

from encoding import FEED_COLUMNS, row_texts
from recorder import first_line

ROW_IDS = [{"name": "_row_id", "type": "long"}, {"name": "_row_commit_version", "type": "long"}]


class SparkReader:
    def __init__(self, spark):
        self.spark = spark

    def read(self, path, record, _):
        fields = record["schema"]["fields"]
        try:
            answer = {"rows": row_texts(self.arrow(self.load(path, record), fields), fields)}
        except Exception as error:
            return {"unread": first_line(error)}
        if record["configuration"].get("delta.enableRowTracking") == "true":
            ids = ["_metadata.row_id as _row_id", "_metadata.row_commit_version as _row_commit_version"]
            tracked = self.arrow(self.load(path, record), fields, ids)
            answer["trackedRows"] = row_texts(tracked, fields + ROW_IDS)
        return answer

    def load(self, path, record):
        return self.spark.read.format("delta").option("versionAsOf", record["version"]).load(path)

    def arrow(self, frame, fields, more=()):
        """The columns as one Arrow table, variants as the text of their JSON."""
        columns = []
        for field in fields:
            name = quoted(field["name"])
            columns.append(f"to_json({name}) as {name}" if field["type"] == "variant" else name)
        return frame.selectExpr(*columns, *more).toArrow()

    def history(self, path):
        rows = self.spark.sql(f"DESCRIBE HISTORY delta.`{path}`").select("version", "operation").collect()
        return [[row["version"], row["operation"]] for row in rows]

    def left(self, path, record):
        """Spark's log stays whole here; files and deletion vectors may be vacuumed."""
        there = all(os.path.exists(os.path.join(path, unquote(file[0]))) for file in record["files"])
        return "whole" if there else "missing files"

    def feed(self, path, first, record):
        last = record["version"]
        fields = record["schema"]["fields"] + FEED_COLUMNS
        reader = self.spark.read.format("delta").option("readChangeFeed", "true")
        try:
            frame = reader.option("startingVersion", first).option("endingVersion", last).load(path)
            rows = row_texts(self.arrow(frame, fields), fields)
            # It takes the rows of a feed through java.sql.Date, which has no 5 to 14 October 1582, and moves these days.
            moved = any("1582-10-15" in row for row in rows)
            return {"unread": "a feed with days of October 1582"} if moved else {"rows": rows}
        except Exception as error:
            return {"unread": first_line(error)}


def quoted(name):
    return "`" + name.replace("`", "``") + "`"
