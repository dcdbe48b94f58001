"""Tables on an object store by deltalake, and what it reads of them.

    store_tables.py write|read URL...   the store's options as JSON in STORE_OPTIONS

`write` makes one table for each name that is the last segment of a URL; `read` prints a JSON line for each URL, with
version, files and rows.
"""

import json
import os
import sys

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

OPTIONS = json.loads(os.environ["STORE_OPTIONS"])
ODD = ["a b", "a+b", "a%b", "a%20b", "a=b", "a/b", "a//b", "a&b", "a'b", 'a"b', "a:b", "a?b#c", "a\\b", "a*b",
       "[a]", "~a!(b)", "日本", "é", "🚀", ".", "..", "", None]


def rows(first, count, partition=None):
    ids = range(first, first + count)
    return pa.table(
        {
            "id": pa.array(ids, pa.int64()),
            "text": pa.array([None if i % 7 == 0 else f"row {i} é" for i in ids]),
            "number": pa.array([i / 8 for i in ids], pa.float64()),
            "p": pa.array(partition or [f"p{i % 3}" for i in ids]),
        }
    )


def odd(url):
    """One file for each odd value of a partition column."""
    write_deltalake(url, rows(0, len(ODD), ODD), partition_by=["p"], storage_options=OPTIONS)


def history(url):
    """Appends, a delete, an overwrite of a part, a checkpoint in between."""
    for commit in range(12):
        write_deltalake(url, rows(commit * 50, 50), partition_by=["p"], mode="append", storage_options=OPTIONS)
    table = DeltaTable(url, storage_options=OPTIONS)
    table.create_checkpoint()
    table.delete("id % 5 = 0")
    write_deltalake(url, rows(5_000, 30, ["p1"] * 30), mode="overwrite", predicate="p = 'p1'", storage_options=OPTIONS)


def large(url):
    """Files with several row groups, larger than what is fetched beside a footer."""
    for part in range(3):
        write_deltalake(url, rows(part * 200_000, 200_000), mode="append", storage_options=OPTIONS)


def read(url):
    table = DeltaTable(url, storage_options=OPTIONS)
    data = table.to_pyarrow_table()
    columns = [data.column(name).to_pylist() for name in ("id", "text", "number", "p")]
    return {
        "version": table.version(),
        "files": len(table.file_uris()),
        "rows": sorted([list(row) for row in zip(*columns)]) if len(data) <= 10_000 else None,
        "count": len(data),
        "sum": sum(columns[0]),
    }


if __name__ == "__main__":
    command, *urls = sys.argv[1:]
    for url in urls:
        if command == "write":
            {"odd": odd, "history": history, "large": large}[url.rsplit("/", 1)[-1]](url)
        else:
            print(json.dumps(read(url)), flush=True)
