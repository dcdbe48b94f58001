"""Compares tables of this repository with those of the Python generator: OURS THEIRS SHAPE…

Commits, checksums and JSON checkpoints must be the same bytes, apart from the sizes of Parquet files that they name;
Parquet checkpoints must have the same schema and the same rows in the same order.
"""

import os
import re
import sys

import pyarrow.parquet as pq

ours, theirs, *shapes = sys.argv[1:]


def files(root):
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, root)] = path
    return found


def text(path):
    with open(path, encoding="utf-8") as file:
        return re.sub(r'"sizeInBytes":\d+', '"sizeInBytes":0', file.read())


for shape in shapes:
    a, b = files(os.path.join(ours, shape)), files(os.path.join(theirs, shape))
    assert a.keys() == b.keys(), (shape, a.keys() ^ b.keys())
    for name in a:
        if name.endswith(".parquet"):
            x, y = pq.read_table(a[name]), pq.read_table(b[name])
            assert x.schema.equals(y.schema), (shape, name, x.schema, y.schema)
            assert x.combine_chunks().equals(y.combine_chunks()), (shape, name)
        else:
            assert text(a[name]) == text(b[name]), (shape, name)
    print(shape, len(a))
