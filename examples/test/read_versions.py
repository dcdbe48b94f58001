"""Prints the rows of each version of a table as JSON, each cell a text, as deltalake and pyarrow read them."""
import datetime
import json
import sys

from deltalake import DeltaTable


def text(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value)


def rows(version):
    table = DeltaTable(sys.argv[1], version=version).to_pyarrow_table()
    return [{name: text(value) for name, value in row.items()} for row in table.to_pylist()]


print(json.dumps([rows(version) for version in range(DeltaTable(sys.argv[1]).version() + 1)]))
