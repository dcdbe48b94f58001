#!/usr/bin/env python3
"""Makes random histories of Delta tables with deltalake, and writes down what each version must be found to hold:

    python generate.py --seed 17 --out FOLDER              one history, in FOLDER/17
    python generate.py --seed 17 --seed 18 --out FOLDER    two of them

Needs the packages of .ci/interop-requirements.txt. What is written is described in `recorder.py`. The same seed makes the
same history, file names and times apart; another is made in its place where deltalake cannot open what it has written (it fails on the
statistics of some required fields of structs). An operation that deltalake refuses leaves the table as it was; it is noted, and
the history goes on.
"""
import argparse
import json
import os
import random
import shutil
import sys

from deltalake import DeltaTable
from deltalake_reader import DeltalakeReader
from operations import create, some_operation
from recorder import Recorder, first_line
from schemas import some_schema
from values import Rows


class History:
    """The table of one seed, and what is known of it between operations."""

    def __init__(self, seed, folder, attempt=0):
        self.rng = random.Random(seed + attempt * 1_000_003)
        self.path = os.path.join(folder, "table")
        self.recorder = Recorder(folder, DeltalakeReader())
        self.app_versions = 0
        self.refused = []
        self.start()

    def start(self):
        self.fields, self.partitions = some_schema(self.rng)
        self.rows = Rows(self.rng, self.fields, self.partitions)
        self.configuration = {}
        if self.rng.random() < 0.5:
            self.configuration["delta.enableChangeDataFeed"] = "true"
        if self.rng.random() < 0.3:
            self.configuration["delta.checkpointInterval"] = str(self.rng.randint(2, 5))

    def table(self):
        return DeltaTable(self.path)

    def next_application_version(self):
        self.app_versions += 1
        return self.app_versions

    def run(self):
        while not self.do(create):
            shutil.rmtree(self.path, ignore_errors=True)
            self.start()
        for _ in range(self.rng.randint(5, 15)):
            self.do(some_operation(self))
        return self.recorder.finish(self.rng)

    def do(self, operation):
        """Runs an operation; whether it made a version."""
        try:
            words = operation(self)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # A panic of deltalake is no Exception.
            words = f"{operation.__name__}, which failed afterwards"
            self.refused.append(f"{operation.__name__}: {first_line(error)}")
        made = self.recorder.after(words, self.rng)
        if made:
            self.know_schema()
        return made > 0

    def know_schema(self):
        table = self.table()
        self.fields = json.loads(table.schema().to_json())["fields"]
        self.partitions = table.metadata().partition_columns
        # A restored table may be partitioned as it once was.
        fresh = Rows(self.rng, self.fields, self.partitions)
        self.rows.pools = fresh.pools | {name: pool for name, pool in self.rows.pools.items() if name in fresh.pools}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, action="append", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    for seed in options.seed:
        folder = os.path.join(options.out, str(seed))
        unreadable = []
        while True:
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            history = History(seed, folder, attempt=len(unreadable))
            try:
                end = history.run()
                break
            except ValueError as error:
                unreadable.append(f"history given up: {first_line(error)}")
        summary = {
            "seed": seed,
            "versions": len(history.recorder.records),
            "feeds": len(end["feeds"]),
            "refused": unreadable + history.refused,
        }
        print(json.dumps(summary, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
