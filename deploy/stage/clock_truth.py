# SPDX-License-Identifier: Apache-2.0
"""How wrong the clocks of a virtual stage were while a show played: computed from what each machine says it has drawn
over its oscillator, whose error is known, at one instant for all. No clock is read for it."""

import os
from pathlib import Path

from aligned_stage import DESK, StageTime, compared

EVERY_NS = 10**7


def clock_figures(performance):
    """What the verdict says of clocks, of the time in which the show played."""
    stage = performance.stage
    began = round(performance.sample_zero_at * 1e9)   # host's CLOCK_MONOTONIC
    ended = began + round(performance.seconds * 1e9)
    machines = stage.virtual.machines
    names = (DESK, *stage.machines())
    drawn = {name: StageTime(machines[name], stage.clock_log(name)) for name in names}
    # As long as the first grandmaster lives its time is stage time, and that is what all others are held against.
    until = min([ended, *(began + round(fault["at_seconds"] * 1e9) for fault in performance.struck
                          if fault["node"] == stage.grandmaster)])
    errors = {name: worst(drawn[name].errors(stage.truth, began, until)) for name in names}
    known = [error for error in errors.values() if error is not None]
    return {
        "clock_ppm": {name: machines[name].ppb / 1000 for name in machines},
        "clock_error_us": errors,
        "clock_error_us_max": max(known, default=None),
        "feeds_apart_us_max": worst(apart(drawn, stage.feeds, began, ended))}


def worst(differences):
    """In us; None of nothing."""
    found = [abs(ns) for _, ns in differences]
    return round(max(found) / 1000, 3) if found else None


def apart(drawn, feeds, began, ended):
    """Differences of the two feeds while both could be looked at."""
    one, other = (drawn[name] for name in feeds)
    return compared(one, other, max(began, one.first, other.first), min(ended, one.last, other.last), EVERY_NS)


def descendants(of):
    """(process, name) of all that live and were begun by that process, or by what it began."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name, rest = (entry / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
        except OSError:   # it has ended meanwhile
            continue
        state, parent = rest.split()[:2]
        if state != "Z":
            parents.setdefault(int(parent), []).append((int(entry.name), name))
    found, asked = [], [of]
    while asked:
        for process, name in parents.get(asked.pop(), []):
            found.append((process, name))
            asked.append(process)
    return found


def count_ptp4l():
    return sum(name == "ptp4l" for _, name in descendants(os.getpid()))
