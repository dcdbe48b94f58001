"""Reads an Arrow stream from stdin with pyarrow: prints {"rows", "types"}, or {"error"} where pyarrow refuses it."""
import json
import sys

import pyarrow as pa

try:
    table = pa.ipc.open_stream(sys.stdin.buffer).read_all()
    table.validate(full=True)
    print(json.dumps({"rows": table.num_rows, "types": [f"{field.name} {field.type}" for field in table.schema]}))
except pa.ArrowInvalid as error:
    print(json.dumps({"error": str(error)}))
