#!/usr/bin/env python3
"""Compares our reading of Parquet files, written as Arrow IPC files, with pyarrow's, value by value.

    compare_parquet.py PAIRS

PAIRS is a file of lines `PARQUET<tab>IPC`. Prints one JSON object: how many files, values and differences.
The exit status is 1 when there is a difference.

pyarrow may give other types (it obeys an ARROW:schema in the file, and reads nanoseconds as such), so values are
compared in one plain form: integers for dates and timestamps (microseconds, rounded down), bits for floats, bytes for
text, pairs for maps, tuples for structs.
"""
import json
import struct
import sys

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

TO_MICROS = {"s": (1_000_000, 1), "ms": (1_000, 1), "us": (1, 1), "ns": (1, 1_000)}


def plain(array):
    """The values of an Arrow array as a list of plain, comparable Python values."""
    kind = array.type
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in plain(chunk)]
    if isinstance(array, pa.ExtensionArray):
        return plain(array.storage)
    if pa.types.is_dictionary(kind):
        return plain(array.dictionary_decode())
    if pa.types.is_struct(kind):
        members = [plain(member) for member in array.flatten()] or [[] for _ in array]
        return mask(array, list(zip(*members)) if array.type.num_fields else [()] * len(array))
    if pa.types.is_map(kind):
        pairs = list(zip(plain(array.keys), plain(array.items)))
        return lists(array, pairs)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return lists(array, plain(array.values))
    if pa.types.is_timestamp(kind):
        factor, divisor = TO_MICROS[kind.unit]
        return [None if v is None else v * factor // divisor for v in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_date32(kind):
        return array.cast(pa.int32()).to_pylist()
    if pa.types.is_time(kind):
        return array.cast(pa.int32() if kind.bit_width == 32 else pa.int64()).to_pylist()
    if pa.types.is_float16(kind):
        return [None if v is None else struct.pack("<e", v) for v in array.to_pylist()]
    if pa.types.is_floating(kind):
        code = "<f" if kind.bit_width == 32 else "<d"
        return [None if v is None else "nan" if v != v else struct.pack(code, v) for v in array.to_pylist()]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        # pyarrow has bytes for what is annotated as ENUM.
        return array.cast(pa.large_binary()).to_pylist()
    return array.to_pylist()


def mask(array, values):
    return [value if valid else None for value, valid in zip(values, array.is_valid().to_pylist())]


def lists(array, items):
    offsets = array.offsets.to_pylist()
    return mask(array, [items[a:b] for a, b in zip(offsets, offsets[1:])])


def count(value):
    return sum(map(count, value)) if isinstance(value, (list, tuple)) else 1


def compare(parquet, path):
    with ipc.open_file(path) as reader:
        ours = reader.read_all()
        ours.validate(full=True)
    theirs = pq.ParquetFile(parquet, coerce_int96_timestamp_unit="us").read()
    if ours.column_names != theirs.column_names:
        return 0, [f"columns {ours.column_names} for {theirs.column_names}"]
    differences, values = [], 0
    for index, name in enumerate(ours.column_names):
        mine, right = plain(ours.column(index)), plain(theirs.column(index))
        values += count(right)
        if len(mine) != len(right):
            differences.append(f"{name}: {len(mine)} rows for {len(right)}")
        elif mine != right:
            row = next(i for i, (a, b) in enumerate(zip(mine, right)) if a != b)
            differences.append(f"{name}, row {row}: {mine[row]!r:.200} for {right[row]!r:.200}")
    return values, differences


def main():
    files, values, wrong = 0, 0, []
    for line in open(sys.argv[1], encoding="utf-8"):
        parquet, path = line.rstrip("\n").split("\t")
        files += 1
        try:
            n, differences = compare(parquet, path)
        except Exception as error:  # noqa: BLE001: any failure of a reader is a difference
            n, differences = 0, [f"{type(error).__name__}: {error}"]
        values += n
        wrong += [f"{parquet}: {difference}" for difference in differences]
    print(json.dumps({"files": files, "values": values, "differences": wrong}, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
