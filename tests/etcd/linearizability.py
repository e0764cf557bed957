# SPDX-License-Identifier: Apache-2.0
"""Whether a history of calls could have been made to one object that carries each out at one instant.

The search is Wing and Gong's (Testing and Verifying Concurrent Objects, 1993) with Lowe's memory of what was tried
(Testing for Linearizability, 2017): a configuration is the set of calls that have been carried out and the value that
they left, and none is looked at twice. Each object is judged by itself, which decides for all of them together (Herlihy
and Wing's locality). A call without an answer may be carried out at any time after it was made, or never.
"""

import math
from dataclasses import dataclass, replace

OK, REFUSED, UNKNOWN = "ok", "refused", "unknown"
NEVER = math.inf


@dataclass(frozen=True)
class Call:
    """`value`: what was written, or read. REFUSED: for certain it changed nothing, and the object's state was why."""
    kind: str
    value: object
    invoked: float
    returned: float = NEVER
    outcome: str = OK

    def told(self):
        until = "never" if self.returned == NEVER else f"{self.returned:.3f}"
        return f"{self.kind} {self.value!r} {self.outcome} [{self.invoked:.3f}, {until}]"


class Impossible(Exception):
    """In that state the call cannot have had that answer."""


class Register:
    """`write` and `read`."""

    def __init__(self, initial):
        self.initial = initial

    @staticmethod
    def after(state, call):
        if call.kind == "write":
            return call.value
        if state != call.value:
            raise Impossible
        return state


class Lock:
    """`lock` with a value that names its owner, `unlock`, and `read` of the owner, None where there is none."""

    initial = None

    @staticmethod
    def after(state, call):
        if call.kind == "read":
            if state != call.value:
                raise Impossible
            return state
        free = state is None
        wants_free = call.kind == "lock"
        if call.outcome == UNKNOWN and free != wants_free:
            return state  # it would have been refused
        if (free == wants_free) != (call.outcome != REFUSED):
            raise Impossible
        if call.outcome == REFUSED:
            return state
        return call.value if wants_free else None


@dataclass
class Finding:
    """`linear`, or where the longest attempt ended: the state that it had come to, and the calls that do not fit."""
    linear: bool
    order: list
    state: object = None
    stuck: tuple = ()

    def told(self):
        last = "\n".join(f"    {call.told()}" for call in self.order[-5:])
        stuck = "\n".join(f"    {call.told()}" for call in self.stuck)
        return f"after\n{last}\n  it holds {self.state!r}, and none of these can be next\n{stuck}"


class Search:
    def __init__(self, calls, model):
        self.model = model
        self.calls = sorted(calls, key=lambda call: call.invoked)
        # What has no answer constrains nobody: it is tried, never awaited.
        self.answered = [i for i, call in enumerate(self.calls) if call.returned != NEVER]
        self.open = [i for i, call in enumerate(self.calls) if call.returned == NEVER]
        self.every_answered = sum(1 << i for i in self.answered)
        self.seen = set()
        self.order = []
        self.best = Finding(False, [], model.initial)

    def run(self):
        stack = [(0, self.model.initial, 0, iter(self.steps(0, self.model.initial, 0)))]
        while stack:
            done, state, first, steps = stack[-1]
            if done & self.every_answered == self.every_answered:
                return Finding(True, [self.calls[i] for i in self.order])
            step = next(steps, None)
            if step is None:
                stack.pop()
                if self.order:
                    self.order.pop()
                continue
            index, after = step
            key = (done | 1 << index, after)
            if key in self.seen:
                continue
            self.seen.add(key)
            self.order.append(index)
            first = self.first_left(key[0], first)
            stack.append((*key, first, iter(self.steps(*key, first))))
        return self.best

    def first_left(self, done, first):
        """Where in `answered` the first is that was not carried out."""
        while first < len(self.answered) and done >> self.answered[first] & 1:
            first += 1
        return first

    def candidates(self, done, first):
        """Those that may be next: nobody had his answer before they were made."""
        left, until = [], NEVER
        for i in self.answered[first:]:
            call = self.calls[i]
            if call.invoked > until:
                break
            if not done >> i & 1:
                left.append(i)
                until = min(until, call.returned)
        left = [i for i in left if self.calls[i].invoked <= until]
        return left, [i for i in self.open if not done >> i & 1 and self.calls[i].invoked <= until]

    def steps(self, done, state, first):
        """(call, state after it). A call that fits and changes nothing is carried out now: whatever can follow it later
        can follow it at once."""
        answered, open_ = self.candidates(done, first)
        steps = []
        for i in sorted(answered, key=lambda i: self.calls[i].returned):
            after = self.try_one(state, i)
            if after is not None and after[1] == state:
                return [after]
            if after is not None:
                steps.append(after)
        for i in open_:
            after = self.try_one(state, i)
            if after is not None and after[1] != state:
                steps.append(after)
        if len(self.order) >= len(self.best.order):
            self.best = Finding(False, [self.calls[i] for i in self.order], state,
                                tuple(self.calls[i] for i in answered))
        return steps

    def try_one(self, state, i):
        try:
            return i, self.model.after(state, self.calls[i])
        except Impossible:
            return None


def judge(calls, model):
    """A Finding. Every value is written once at most. Calls that read without an answer say nothing and are left out."""
    return Search(bounded([c for c in calls if c.kind != "read" or c.outcome == OK], model), model).run()


def bounded(calls, model):
    """What was not answered and is read was carried out before the first who read it had his answer; a write that is
    neither answered nor read may as well never have been carried out. Without this each would double the search."""
    seen = {}
    for call in calls:
        if call.kind == "read":
            seen[call.value] = min(call.returned, seen.get(call.value, NEVER))
    known = []
    for call in calls:
        if call.outcome == UNKNOWN and call.kind in ("write", "lock") and call.value in seen:
            known.append(replace(call, returned=seen[call.value], outcome=OK))
        elif call.outcome != UNKNOWN or not isinstance(model, Register):
            known.append(call)
    return known
