# SPDX-License-Identifier: Apache-2.0
"""A performance during which somebody acts: asks for operations, strikes, waits for what the status says."""

import json
import time

from cluster import StageError
from performance import Performance
from status_watch import StatusWatch, find_operation, is_settled, state_bytes

PATIENCE_S = 20.0    # until an operation has its verdict, and until everything is whole


class Acting(Performance):
    """`scene` is called with the performance once the show is whole, and may last as long as the show."""

    def __init__(self, stage, show, seconds, scene):
        super().__init__(stage, show, seconds, [])
        self.scene = scene
        self.watch = None
        self.operations = {}   # number -> what is noted of those that ended

    def run(self):
        with StatusWatch(self.stage) as self.watch:
            self.wait(is_settled)
            self.scene(self)
            while self.played() < self.seconds + 15 and (self.look() or {}).get("phase") != "finished":
                self.pause(0.1)
            self.pause(0.3)

    # -- waiting

    def pause(self, seconds):
        until = time.monotonic() + seconds
        while True:
            self.mend()
            self.stage.check_alive()
            self.note_operations()
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.02))

    def pause_until(self, n):
        self.pause(max(0, (n - self.media_now()) / 48000))

    def wait(self, condition, seconds=PATIENCE_S):
        """True when a fresh status fulfils it, False after so long or at the end of the show."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.played() < self.seconds - 0.3:
            status = self.watch.status()
            if status is not None and status["tasks"] and condition(status):
                return True
            self.pause(0.02)
        return False

    def wait_whole(self, since=None, seconds=PATIENCE_S):
        """Until nothing is missing or under way, said later than a second after `since` (n; default: now)."""
        since = self.media_now() if since is None else since
        return self.wait(lambda s: s["now"] > since + 48000 and is_settled(s), seconds)

    def media_now(self):
        if self.watch is None or self.watch.epoch is None:
            return super().media_now()
        return int((time.monotonic() - self.watch.epoch) * 48000)

    def look(self):
        self.status = (self.watch and self.watch.status(60)) or self.stage.status() or self.status
        self._note_selected()
        return self.status

    def note_operations(self):
        status = self.watch.status() if self.watch else None
        for o in (status or {}).get("operations", []):
            if not o["done"] or o["operation"] in self.operations or not o["started_n"]:
                continue
            self.operations[o["operation"]] = {
                "operation": o["operation"], "kind": o["kind"], "task": o["task"], "ok": o["ok"],
                "verdict": o["verdict"], "seconds": (o["ended_n"] - o["started_n"]) / 48000, "attempts": o["attempts"],
                "state_bytes": max(o["join"]["snapshot_total"], state_bytes(status, o["task"]))}

    # -- asking

    def computing(self):
        return [n for n in self.stage.compute if self.stage.processes[n].alive()]

    def order(self, *words):
        """The number of the operation that it began; StageError with the coordinator's words if it was refused."""
        done = self.stage.continuo(*words, "--json", timeout=15)
        return json.loads(done.stdout).get("operation")

    def await_verdict(self, number):
        """The operation as it ended; StageError if it has no verdict in time, None if the show ended first."""
        if not self.wait(lambda s: (find_operation(s, number) or {}).get("done")):
            if self.played() < self.seconds - 0.5:
                raise StageError(f"operation {number} has no verdict after {PATIENCE_S:g} s: "
                                 f"{find_operation(self.look(), number)}")
            return None
        return find_operation(self.look(), number)
