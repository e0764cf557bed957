# SPDX-License-Identifier: Apache-2.0
"""What is done to a playing stage on purpose, and when."""

import random
import re
from dataclasses import dataclass

from board_stage import BOARD
from cluster import COORDINATOR, NETWORKS, StageError

AUTO = "auto"  # whoever's packets are being selected most when the moment comes
TWIN = "twin"  # who computes, when the moment comes, what the board computes
BOARD_PLAYS_AT = 1.5  # a board gets its task so many seconds after the first sample
BOARD_NEEDS = 20      # seconds for all that is done with a board


@dataclass
class Planned:
    kind: str       # kill, corrupt, slow, stop, cut; of a board also reset, unplug
    target: str     # node, network or AUTO
    at: float       # seconds after the first sample
    seconds: float = 0.0  # for how long; 0 for good (a killed coordinator comes back all the same)


@dataclass
class PlannedMove:
    task: str
    at: float         # seconds after the first sample
    node: str = AUTO  # AUTO: one that runs nothing of it yet


def parse_at(text, option):
    """NODE@SECONDS."""
    match = re.fullmatch(r"([A-Za-z0-9_-]+)@([0-9]+(?:\.[0-9]+)?)", text)
    if not match:
        raise StageError(f"{option} {text}: expected NODE@SECONDS, for example {option} pi-2@12.5")
    return match.group(1), float(match.group(2))


def plan_moves(options, nodes):
    moves = []
    for text in options.migrate:
        match = re.fullmatch(r"([A-Za-z0-9_-]+)@([0-9]+(?:\.[0-9]+)?)(?::([A-Za-z0-9_-]+))?", text)
        if not match:
            raise StageError(f"--migrate {text}: expected TASK@SECONDS or TASK@SECONDS:NODE, for example "
                             "--migrate lead@8:pi-2")
        node = _known(match.group(3), nodes, "--migrate") if match.group(3) else AUTO
        moves.append(PlannedMove(match.group(1), float(match.group(2)), node))
        _check_within(f"move of {match.group(1)}", moves[-1].at, options)
    if options.mcu:
        moves.append(PlannedMove(options.mcu, BOARD_PLAYS_AT, BOARD))
    return sorted(moves, key=lambda m: m.at)


def plan_faults(options, nodes, rng: random.Random):
    faults = []
    for text in options.kill:
        node, at = parse_at(text, "--kill")
        faults.append(Planned("kill", _known(node, (*nodes, COORDINATOR), "--kill"), at))
    for text in options.corrupt:
        node, at = parse_at(text, "--corrupt")
        faults.append(Planned("corrupt", _known(node, nodes, "--corrupt"), at))
    if options.mcu and not options.kill and not options.no_kill:
        # One after the other, with time to be whole again in between: the feeds hear the board alone, then no board.
        faults.append(Planned("kill", TWIN, options.seconds * rng.uniform(0.3, 0.4)))
        faults.append(Planned("kill", BOARD, options.seconds * rng.uniform(0.6, 0.8)))
    elif not options.kill and not options.no_kill:
        faults.append(Planned("kill", AUTO, options.seconds * rng.uniform(0.3, 0.7)))
    for fault in faults:
        _check_within(fault.kind, fault.at, options)
    return sorted(faults, key=lambda f: f.at)


def _check_within(what, at, options):
    if not 0 < at < options.seconds:
        raise StageError(f"{what} at {at:g} s: must lie within the {options.seconds:g} s that are played")


def _known(node, names, option):
    if node not in names:
        raise StageError(f"{option}: there is no {node}; there are {', '.join(names)}")
    return node


__all__ = ["AUTO", "BOARD_NEEDS", "NETWORKS", "TWIN", "Planned", "PlannedMove", "parse_at", "plan_faults", "plan_moves"]
