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
                self.files.pop(action["remove"]["path"], None)
        for action in actions:
            if "add" in action:
                self.files[action["add"]["path"]] = action["add"]
            elif "metaData" in action:
                self.metadata = action["metaData"]
            elif "protocol" in action:
                self.protocol = action["protocol"]
            elif "txn" in action:
                self.transactions[action["txn"]["appId"]] = str(action["txn"]["version"])
        return actions

    def live_files(self):
        return [[add["path"], add["size"], add["partitionValues"]] for add in self.files.values()]


def commit_name(version):
    return f"{version:020d}.json"


def commit_path(table, version):
    return os.path.join(table, "_delta_log", commit_name(version))
