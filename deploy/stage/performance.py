# SPDX-License-Identifier: Apache-2.0
"""One performance: a show played from its first sample to its last while faults strike, then judged."""

import json
import signal
import time
from pathlib import Path

from cluster import COORDINATOR, Stage, StageError
from migration import begin_move, note_moves
from schedule import AUTO, TWIN, PlannedMove

COORDINATOR_BACK_AFTER_S = 1.0   # as a service supervisor would
PLAYING_WITHIN_S = 60            # importing, preparing and dating a show


class Performance:
    def __init__(self, stage: Stage, show: Path, seconds: float, faults, on_progress=lambda *_: None, moves=()):
        self.stage = stage
        self.show = show
        self.seconds = seconds
        self.faults = list(faults)
        self.moves = list(moves)
        self.on_progress = on_progress
        self.struck = []             # faults.json: what really happened, with media times
        self.moved = []              # what was moved, and what became of it
        self.status = None           # the newest one known
        self.selected = {}           # (node, task, incarnation) -> of its packets, those that receivers used
        self.coordinator_back_at = None
        self.resume = []             # (monotonic time, node) of SIGCONTs and mends still to come
        self.sample_zero_at = None   # monotonic time of the first sample
        self.cpu_before = self.cpu_seconds = 0.0

    def play(self):
        self.begin()
        self.run()
        self.finish()

    def begin(self):
        """Applies the show; returns when it is dated."""
        self.stage.continuo("show", "apply", self.show, "--seconds", f"{self.seconds:g}", timeout=PLAYING_WITHIN_S)
        self._wait_playing()
        self._check_moves()
        self.cpu_before = self.stage.cpu_seconds()

    def run(self):
        """Until the last sample."""
        pending = sorted(self.faults + self.moves, key=lambda due: due.at)
        last_shown = 0.0
        while True:
            now = time.monotonic()
            played = self.played()
            while pending and played >= pending[0].at:
                self._act(pending.pop(0))
            self.mend()
            if now - last_shown >= 1.0:
                last_shown = now
                self.stage.check_alive()
                note_moves(self.moved, self.look())
                self.on_progress(self, played)
                if self.status and self.status.get("phase") == "finished":
                    break
            if played > self.seconds + 15:
                break  # the judge says what is missing
            time.sleep(self._pause(pending, last_shown))

    def finish(self):
        """Saves the take: everything that the judge needs."""
        self.cpu_seconds = self.stage.cpu_seconds() - self.cpu_before
        self._ensure_coordinator()
        note_moves(self.moved, self.look())
        self.stage.continuo("take", "save", "--out", self.stage.take)
        (self.stage.take / "faults.json").write_text(json.dumps(self.struck, indent=2) + "\n")

    def _act(self, due):
        if isinstance(due, PlannedMove):
            self.moved.append(begin_move(self, due))
        else:
            self.strike(due)

    def _check_moves(self):
        names = [t["name"] for t in self.status["tasks"]]
        for move in self.moves:
            if move.task not in names:
                raise StageError(f"--migrate: there is no task {move.task}; there are {', '.join(names)}")

    # -- timing

    def _pause(self, pending, last_shown):
        now = time.monotonic()
        ends = [last_shown + 1.0] + [at for at, _ in self.resume]
        if pending:
            ends.append(self.sample_zero_at + pending[0].at)
        if self.coordinator_back_at:
            ends.append(self.coordinator_back_at)
        return min(max(min(ends) - now, 0.001), 0.25)

    def _wait_playing(self):
        deadline = time.monotonic() + PLAYING_WITHIN_S
        while time.monotonic() < deadline:
            self.stage.check_alive()
            status = self.stage.status()
            told = time.monotonic()  # nearer to the answer than when it was asked: starting a program takes a while
            if status and status.get("phase") in ("playing", "finished"):
                ahead = (status["start_n"] - status["now"]) / 48000
                self.sample_zero_at = told + ahead
                self.status = status
                return
            if status and status.get("phase") == "failed":
                raise StageError(f"the show cannot be played: {status.get('error')}")
            time.sleep(0.05)
        if status is None:
            raise self.stage.trouble(f"the show did not begin within {PLAYING_WITHIN_S} s ({self.stage.complaint}); logs are in "
                                     f"{self.stage.run}")
        raise StageError(f"the show did not begin within {PLAYING_WITHIN_S} s, it is {status.get('phase')}; logs are in "
                         f"{self.stage.run}")

    def played(self):
        """Seconds since the first sample."""
        return time.monotonic() - self.sample_zero_at

    def media_now(self):
        """Media time as this process can tell it: from the first sample and the machine's clock."""
        return self.status["start_n"] + int((time.monotonic() - self.sample_zero_at) * 48000)

    # -- faults

    def look(self):
        """The newest status that can be had; an old one while the coordinator is away."""
        self.status = self.stage.status() or self.status
        self._note_selected()
        return self.status

    def _note_selected(self):
        """Receivers forget who is gone."""
        for task in (self.status or {}).get("tasks", []):
            for replica in task["replicas"]:
                which = (replica["node"], task["name"], replica["incarnation"])
                self.selected[which] = max(self.selected.get(which, 0), replica["selected_packets"])

    def selected_of(self, nodes):
        return sum(count for (node, _, _), count in self.selected.items() if node in nodes)

    def strike(self, fault):
        """Does it now, and returns what is noted about it."""
        status = self.look()
        choose = {AUTO: self._most_selected, TWIN: self._twin_of_board}.get(fault.target)
        target = choose(status) if choose else fault.target
        entry = {
            "kind": fault.kind, "node": target, "tasks": _tasks_of(status, target),
            "selected_packets_last_s": _node(status, target).get("selected_packets_last_s", 0)}
        if fault.seconds:
            entry["seconds"] = fault.seconds
        process = self.stage.processes.get(target)
        entry["at_sample"] = self.media_now()
        if fault.kind == "kill":
            process.kill()
            if target == COORDINATOR:
                self.coordinator_back_at = time.monotonic() + (fault.seconds or COORDINATOR_BACK_AFTER_S)
            elif fault.seconds:
                self.resume.append((time.monotonic() + fault.seconds, lambda: self.stage.restart(target)))
        elif fault.kind == "reset":
            self.stage.reset(target)
        elif fault.kind == "unplug":
            self.stage.plug(target, False)
            self.resume.append((time.monotonic() + fault.seconds, lambda: self.stage.plug(target, True)))
        elif fault.kind == "corrupt":
            process.signal(signal.SIGUSR1)
        elif fault.kind == "slow":
            process.signal(signal.SIGUSR2)
        elif fault.kind == "stop":
            process.signal(signal.SIGSTOP)
            self.resume.append((time.monotonic() + fault.seconds, lambda: process.signal(signal.SIGCONT)))
        elif fault.kind == "cut":
            self.stage.cut(target)
            if fault.seconds:
                self.resume.append((time.monotonic() + fault.seconds, lambda: self.stage.mend(target)))
        entry["at_seconds"] = round((entry["at_sample"] - status["start_n"]) / 48000, 3)
        self.struck.append(entry)
        return entry

    def mend(self):
        """Undoes what was struck for a while and is due."""
        now = time.monotonic()
        for item in [r for r in self.resume if now >= r[0]]:
            self.resume.remove(item)
            item[1]()
        if self.coordinator_back_at and now >= self.coordinator_back_at:
            self.coordinator_back_at = None
            self.stage.restart_coordinator()

    def _ensure_coordinator(self):
        if self.coordinator_back_at:
            self.coordinator_back_at = None
            self.stage.restart_coordinator()
        deadline = time.monotonic() + 10
        while self.stage.status() is None:
            if time.monotonic() > deadline:
                raise self.stage.trouble(f"the coordinator does not answer ({self.stage.complaint}); its log is in "
                                         f"{self.stage.run}")
            time.sleep(0.1)

    def _most_selected(self, status):
        alive = [n for n in status["nodes"] if n["name"] in self.stage.compute and
                 self.stage.processes[n["name"]].alive()]
        if not alive:
            raise StageError("no compute agent is left to kill")
        return max(alive, key=lambda n: (n.get("selected_packets_last_s", 0), n["name"]))["name"]

    def _twin_of_board(self, status):
        for task in status["tasks"]:
            hosts = [r["node"] for r in task["replicas"] if r["live"] and r["state"] == "in-sync"]
            twins = [node for node in hosts if node in self.stage.compute]
            if twins and any(node in self.stage.boards for node in hosts):
                return twins[0]
        raise StageError(f"{', '.join(self.stage.boards)} plays nothing; logs are in {self.stage.run}")


def _node(status, name):
    return next((n for n in (status or {}).get("nodes", []) if n["name"] == name), {})


def _tasks_of(status, node):
    return [t["name"] for t in (status or {}).get("tasks", [])
            if any(r["node"] == node for r in t.get("replicas", []))]
