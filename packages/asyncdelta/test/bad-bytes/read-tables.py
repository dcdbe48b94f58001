"""Reads tables with deltalake: a folder a line on stdin, a line of JSON for each on stdout, with rows in canonical text or an error."""
import json
import os
import sys

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "histories"))
from encoding import canonical, encode  # noqa: E402


def read(folder):
    table = DeltaTable(folder)
    fields = json.loads(table.schema().to_json())["fields"]
    # Its other way, through pyarrow, has neither deletion vectors nor V2 checkpoints.
    answer = pa.table(QueryBuilder().register("t", table).execute("select * from t").read_all())
    columns = [encode(answer.column(field["name"]), field["type"]) for field in fields]
    rows = sorted(canonical([column[row] for column in columns]) for row in range(answer.num_rows))
    return {"version": table.version(), "rows": rows}


for line in sys.stdin:
    try:
        result = read(line.rstrip("\n"))
    # Panics of its threads are no Exception.
    except BaseException as error:  # noqa: BLE001
        result = {"error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(result), flush=True)
