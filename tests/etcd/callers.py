# SPDX-License-Identifier: Apache-2.0
"""Operators who call at the same time, each a thread that runs `continuo` again and again; what each said is kept.

Two parameters of one task are registers, each write with a value of its own; the lock of the show is a lock, each owner
with a reason of its own.
"""

import itertools
import json
import random
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict

from linearizability import NEVER, OK, REFUSED, UNKNOWN, Call

TASK = "lead"
# A parameter and where it begins to be turned; step by step, so that no value comes twice.
PARAMS = {"gain": -3.0, "detune": 10.0}
LOCK = "lock"
OBJECTS = (*PARAMS, LOCK)
STEP = 0.001
READ_PATIENCE_S = 1.0    # one who reads from a coordinator that is stopped soon reads anew
WRITE_PATIENCE_S = 6.0
PAUSE_S = (0.05, 0.35)
READERS = 12             # near each coordinator, over connections that they keep
NOT_DONE = "no coordinator answers at"   # said by who has one address, and never reached it


class History:
    """What was called, by object."""

    def __init__(self):
        self.calls = {name: [] for name in OBJECTS}
        self.events = {}    # number of an event -> (its text for people, verdict as it was told)
        self.unread = 0     # reads that had no answer
        self.mutex = threading.Lock()
        self.begun = time.monotonic()

    def now(self):
        return time.monotonic() - self.begun

    def add(self, name, call):
        with self.mutex:
            self.calls[name].append(call)

    def count(self, *outcomes, kinds=("write", "lock", "unlock")):
        return sum(c.outcome in outcomes and c.kind in kinds for calls in self.calls.values() for c in calls)

    def save(self, path):
        lines = [json.dumps({"object": name, **asdict(call)}, allow_nan=True)
                 for name, calls in self.calls.items() for call in calls]
        path.write_text("\n".join(lines) + "\n")

    @classmethod
    def load(cls, path):
        history = cls()
        for line in path.read_text().splitlines():
            call = json.loads(line)
            history.add(call.pop("object"), Call(**call))
        return history


class Caller(threading.Thread):
    """`share_of_reads`: of its calls. `addresses`: as `--coordinator` has them."""

    def __init__(self, number, binaries, addresses, share_of_reads, history, stopping, dice):
        super().__init__(daemon=True)
        self.number, self.addresses, self.share = number, addresses, share_of_reads
        self.program = str(binaries / "continuo")
        self.history, self.stopping, self.dice = history, stopping, dice
        self.several = "," in addresses

    def run(self):
        for turn in itertools.count(1):
            if self.stopping.wait(self.dice.uniform(*PAUSE_S)):
                return
            name = self.dice.choice(OBJECTS)
            if self.dice.random() < self.share:
                self.read(name)
            elif name == LOCK:
                self.turn_the_lock(f"{self.number}-{turn}")
            else:
                self.write(name, self.number * 1000 + turn)

    def ask(self, *words, patience):
        """(JSON that it said or {}, exit code or None)."""
        command = [self.program, "--coordinator", self.addresses, *words, "--json"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=patience)
        except subprocess.TimeoutExpired:
            return {}, None
        try:
            return json.loads(done.stdout.splitlines()[0]), done.returncode
        except (IndexError, ValueError):
            return {}, done.returncode

    def read(self, name):
        words = ("show", "history") if name == LOCK else ("task", "show", TASK)
        invoked = self.history.now()
        answer, code = self.ask(*words, patience=READ_PATIENCE_S)
        returned = self.history.now()
        if code != 0:
            self.history.unread += 1
        elif name == LOCK:
            owner = answer["lock"] and answer["lock"]["reason"]
            self.history.add(name, Call("read", owner, invoked, returned))
        else:  # one answer tells of all of them
            for param in PARAMS:
                value = value_of(param, answer["parameters"][param])
                self.history.add(param, Call("read", value, invoked, returned))

    def write(self, name, value):
        invoked = self.history.now()
        answer, code = self.ask("task", "set", TASK, name, f"{PARAMS[name] + value * STEP:.6f}",
                                patience=WRITE_PATIENCE_S)
        returned = self.history.now()
        verdict = answer.get("verdict")
        if "event" in answer:
            self.history.events[answer["event"]] = verdict
        if code == 0 and verdict == "committed":
            self.history.add(name, Call("write", value, invoked, returned))
        elif verdict != "expired" and not self.never_left(answer):
            self.history.add(name, Call("write", value, invoked, NEVER, UNKNOWN))

    def turn_the_lock(self, owner):
        kind = self.dice.choice(("lock", "unlock"))
        words = ("show", "lock", "--reason", owner) if kind == "lock" else ("show", "unlock")
        invoked = self.history.now()
        answer, code = self.ask(*words, patience=WRITE_PATIENCE_S)
        returned = self.history.now()
        error = answer.get("error", "")
        if code == 0:
            outcome = OK
        elif "was locked" in error or "is not locked" in error:
            outcome = REFUSED
        elif self.never_left(answer):
            return
        else:
            outcome, returned = UNKNOWN, NEVER
        self.history.add(LOCK, Call(kind, owner if kind == "lock" else None, invoked, returned, outcome))

    def never_left(self, answer):
        return not self.several and answer.get("error", "").startswith(NOT_DONE)


def value_of(param, told):
    """The number of the write that a parameter's value is of; 0: nobody has written it."""
    return 0 if told["at"] is None else number_of(param, told["committed"])


def number_of(param, value):
    return round((value - PARAMS[param]) / STEP)


class Callers:
    """Near each coordinator one that mostly reads and knows no other, and as many that know all and mostly write; and
    those of readers.cc."""

    def __init__(self, stage, seed, readers):
        self.history = History()
        self.stopping = threading.Event()
        places = [stage.listens_at(i) for i in range(stage.coordinators)]
        all_of_them = [",".join(places[i:] + places[:i]) for i in range(len(places))]
        self.callers = [
            Caller(1 + number, stage.binaries, addresses, 0.8 if number < len(places) else 0.3, self.history,
                   self.stopping, random.Random(f"{seed} {number}"))
            for number, addresses in enumerate(places + all_of_them)]
        self.reading = [readers, READERS, *places]
        self.looks = tempfile.TemporaryFile("w+")

    def __enter__(self):
        self.readers = subprocess.Popen([*map(str, self.reading)], stdin=subprocess.PIPE, stdout=self.looks)
        for caller in self.callers:
            caller.start()
        return self.history

    def __exit__(self, *_):
        self.stopping.set()
        self.readers.stdin.close()
        for caller in self.callers:
            caller.join()
        self.readers.wait(timeout=20)
        self.looks.seek(0)
        for line in self.looks:
            self.add_look(json.loads(line))

    def add_look(self, look):
        invoked, returned = (look[when] - self.history.begun for when in ("invoked", "returned"))
        self.history.add(LOCK, Call("read", look["lock"], invoked, returned))
        for param, value in look["params"].items():
            read = 0 if value is None else number_of(param, value)
            self.history.add(param, Call("read", read, invoked, returned))
