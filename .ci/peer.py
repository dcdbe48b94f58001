"""Runs a Python script of the tests, and ends where the script ends: peer.py SCRIPT [ARGUMENT...]

The readers that the tests compare with have threads of their own, over which an orderly end of the interpreter crashes at
times ("terminate called without an active exception"), after all has been said. What goes wrong before that, output that
cannot be written included, is a failure as ever.
"""
import os
import runpy
import sys
import traceback


def run(script):
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:  # noqa: BLE001: what would end the interpreter ends this
        traceback.print_exc()
        return 1
    return 0


del sys.argv[0]
sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
status = run(sys.argv[0])
try:
    sys.stdout.flush()
except OSError:
    traceback.print_exc()
    status = status or 1
sys.stderr.flush()
os._exit(status & 0xFF)
