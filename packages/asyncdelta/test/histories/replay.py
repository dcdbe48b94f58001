"""The state of a table by a plain replay of its JSON commits, independent of deltalake."""
import json
import os


class Replay:
    """Takes the commits one by one, each of them whole."""

    def __init__(self):
        self.files = {}
        self.metadata = None
        self.protocol = None
        self.transactions = {}

    def commit(self, path):
        """Replays a commit; what it adds stands whatever the order of its lines."""
        with open(path, encoding="utf-8") as lines:
            actions = [json.loads(line) for line in lines if line.strip()]
        for action in actions:
            if "remove" in action:
                self.files.pop(file_key(action["remove"]), None)
        for action in actions:
            if "add" in action:
                self.files[file_key(action["add"])] = action["add"]
            elif "metaData" in action:
                self.metadata = action["metaData"]
            elif "protocol" in action:
                self.protocol = action["protocol"]
            elif "txn" in action:
                self.transactions[action["txn"]["appId"]] = str(action["txn"]["version"])
        return actions

    def live_files(self):
        """Path, size, partition values and the id of the deletion vector, if there is one, of each file."""
        return [[add["path"], add["size"], add["partitionValues"], *vector_id(add)] for add in self.files.values()]


def file_key(action):
    return (action["path"], *vector_id(action))


def vector_id(action):
    vector = action.get("deletionVector")
    if vector is None:
        return []
    offset = f"@{vector['offset']}" if "offset" in vector else ""
    return [f"{vector['storageType']}{vector['pathOrInlineDv']}{offset}"]


def commit_name(version):
    return f"{version:020d}.json"


def commit_path(table, version):
    return os.path.join(table, "_delta_log", commit_name(version))
