#!/usr/bin/env python3
"""Random histories by Delta Spark: the counterpart of `../generate.py`, for what deltalake cannot write.

    python generate.py --seed 3 --jars FOLDER --out FOLDER

Needs PySpark and pyarrow, and the jars of Delta; `npm run test:spark` brings them.
"""
import argparse
import json
import os
import random
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from recorder import Recorder, first_line
from session import delta_version, start
from spark_reader import SparkReader, quoted
from statements import append, some_operation
from tables import Features, create_statement, some_table
from values import Rows

# Which columns a statement must leave to Spark.
FILLED = {"generated", "counted", "defaulted", "letters"}


class SparkHistory:
    """The table of one seed, and what is known of it between operations."""

    def __init__(self, seed, folder, spark):
        self.rng = random.Random(seed)
        self.spark = spark
        self.path = os.path.join(folder, "table")
        self.name = f"delta.`{self.path}`"
        self.recorder = Recorder(folder, SparkReader(spark))
        self.application = 0
        self.refused = []

    def run(self):
        self.spark.conf.set("spark.sql.parquet.outputTimestampType", self.rng.choice(["INT96", "TIMESTAMP_MICROS"]))
        self.spark.conf.set("spark.sql.parquet.compression.codec", self.rng.choice(["snappy", "zstd", "gzip", "lz4_raw"]))
        while not self.do(create):
            shutil.rmtree(self.path, ignore_errors=True)
        self.do(append)
        for _ in range(self.rng.randint(6, 12)):
            self.do(some_operation(self))
        return self.recorder.finish(self.rng)

    def do(self, operation):
        try:
            words = operation(self)
        except Exception as error:
            words = f"{operation.__name__}, which failed afterwards"
            self.refused.append(f"{operation.__name__}: {said(error)}")
        made = self.recorder.after(words, self.rng)
        if made:
            self.know_schema()
        return made > 0

    def know_schema(self):
        record = self.recorder.records[-1]
        self.all_fields = record["schema"]["fields"]
        self.fields = [field for field in self.all_fields if field["name"] not in FILLED - {"letters"}]
        self.partitions = record["partitionColumns"]
        fresh = Rows(self.rng, self.fields, self.partitions)
        self.rows.pools = fresh.pools | {name: pool for name, pool in self.rows.pools.items() if name in fresh.pools}
        key = next((i for i, field in enumerate(self.fields) if field["name"] == self.key), 0)
        self.fields.insert(0, self.fields.pop(key))

    def own_fields(self):
        return [field for field in self.fields if field["name"] not in FILLED]

    def sql(self, statement):
        return self.spark.sql(statement)

    def source(self, count=0, keys=None):
        """Makes the view `source` of new rows, and returns the names of its columns."""
        plain = [field | {"type": "string"} if field["type"] == "variant" else field for field in self.own_fields()]
        variants = [field["name"] for field in self.fields if field["type"] == "variant"]
        table = self.rows.table(plain, count, keys)
        for name in variants:
            position = table.schema.get_field_index(name)
            texts = [some_json(self.rng) for _ in range(table.num_rows)]
            table = table.set_column(position, name, [texts])
        frame = self.spark.createDataFrame(table)
        columns = []
        for field in plain:
            name = quoted(field["name"])
            columns.append(f"parse_json({name}) as {name}" if field["name"] in variants else name)
        if any(field["name"] == "letters" for field in self.all_fields):
            columns.append(f"concat('x', cast({quoted(plain[0]['name'])} % 100 as string)) as letters")
        frame.selectExpr(*columns).createOrReplaceTempView("source")
        return self.spark.table("source").columns


def said(error):
    """In Java's words, where the error comes from there unconverted."""
    java = getattr(error, "java_exception", None)
    return first_line(error) if java is None else java.toString().splitlines()[0]


def some_json(rng, depth=0):
    if depth == 0 and rng.random() < 0.1:
        return None
    return json.dumps(some_json_value(rng, depth))


def some_json_value(rng, depth):
    if depth < 3 and rng.random() < 0.5:
        if rng.random() < 0.5:
            return [some_json_value(rng, depth + 1) for _ in range(rng.randint(0, 3))]
        return {rng.choice(["a", "ü", "a.b", "x y", "z"]): some_json_value(rng, depth + 1) for _ in range(rng.randint(0, 3))}
    return rng.choice([None, True, False, 0, -1, 300, 70_000, 2**40, 1.5, -2.25, 1e30, "", "text", "ü" * 40, "😀"])


def create(history):
    history.features = Features(history.rng)
    fields, partitions, own = some_table(history.rng, history.features)
    history.key = fields[0]["name"]
    history.rows = Rows(history.rng, fields, partitions)
    history.sql(create_statement(history.path, fields, partitions, own, history.features))
    return f"create with {', '.join(history.features.properties)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, action="append", required=True)
    parser.add_argument("--jars", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="asyncdelta-spark-")
    spark = start(options.jars, scratch)
    print(json.dumps({"spark": spark.version, "delta": delta_version(options.jars)}), flush=True)
    for seed in options.seed:
        folder = os.path.join(options.out, str(seed))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        history = SparkHistory(seed, folder, spark)
        end = history.run()
        summary = {"seed": seed, "versions": len(history.recorder.records), "feeds": len(end["feeds"]), "refused": history.refused}
        print(json.dumps(summary, ensure_ascii=False), flush=True)
    spark.stop()
    shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
