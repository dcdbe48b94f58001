"""Reads tables with deltalake: a folder a line on stdin, a line of JSON for each on stdout, with rows in canonical text or an error."""
import json
import os
import sys

from deltalake import DeltaTable

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "histories"))
from encoding import canonical, encode  # noqa: E402


def read(folder):
    table = DeltaTable(folder)
    fields = json.loads(table.schema().to_json())["fields"]
    batches = table.to_pyarrow_dataset().to_table()
    columns = [encode(batches.column(field["name"]), field["type"]) for field in fields]
    rows = sorted(canonical([column[row] for column in columns]) for row in range(batches.num_rows))
    return {"version": table.version(), "rows": rows}


for line in sys.stdin:
    try:
        result = read(line.rstrip("\n"))
    # Panics of its threads are no Exception.
    except BaseException as error:  # noqa: BLE001
        result = {"error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(result), flush=True)
