# SPDX-License-Identifier: Apache-2.0
"""The cluster's status as it changes, from one `continuo status --watch` that outlives the coordinator."""

import json
import subprocess
import threading
import time

PERIOD_MS = 100


class StatusWatch:
    def __init__(self, stage):
        self.stage = stage
        self.newest = None   # (monotonic time it came, status)
        self.epoch = None    # monotonic time of n = 0, by the status that came soonest after it was made
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            [*self.stage.client(), "status", "--watch", "--json", "--period", str(PERIOD_MS)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def _read(self):
        for line in self.process.stdout:
            try:
                status = json.loads(line)
            except ValueError:
                continue  # cut off in its middle, as the process ended
            if "now" not in status:
                continue  # a complaint: the coordinator is away
            came = time.monotonic()
            self.newest = (came, status)
            epoch = came - status["now"] / 48000
            self.epoch = epoch if self.epoch is None else min(self.epoch, epoch)

    def status(self, max_age=1.0):
        """None if nothing came for so long: the coordinator is away."""
        newest = self.newest
        if newest is None or time.monotonic() - newest[0] > max_age:
            return None
        return newest[1]


# -- what a status says

def tasks_short(status):
    """Tasks that have fewer replicas in sync than they should."""
    return [t["name"] for t in status["tasks"] if t["in_sync"] < t["redundancy"]]


def open_operations(status):
    return [o for o in status.get("operations", []) if not o["done"]]


def find_operation(status, number):
    return next((o for o in (status or {}).get("operations", []) if o["operation"] == number), None)


def is_settled(status):
    """Nothing is missing and nothing is under way, and what joined is played already."""
    return (not tasks_short(status) and not open_operations(status)
            and all(g["until_n"] and g["until_n"] < status["now"] for g in status.get("redundancy", []))
            and not any(r.get("leaving") for t in status["tasks"] for r in t["replicas"]))


def hosts(task):
    """Nodes with a computing replica of it that counts."""
    return [r["node"] for r in task["replicas"]
            if r["live"] and r["state"] == "in-sync" and r.get("role", "compute") == "compute"
            and not r.get("leaving")]


def state_bytes(status, name):
    task = next((t for t in status["tasks"] if t["name"] == name), {"replicas": []})
    return max((r.get("state_bytes", 0) for r in task["replicas"]), default=0)
