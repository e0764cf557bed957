# SPDX-License-Identifier: Apache-2.0
"""What is done to a playing stage on purpose, and when."""

import random
import re
from dataclasses import dataclass

from cluster import COORDINATOR, NETWORKS, StageError

AUTO = "auto"  # whoever's packets are being selected most when the moment comes


@dataclass
class Planned:
    kind: str       # kill, corrupt, stop, cut
    target: str     # node, network or AUTO
    at: float       # seconds after the first sample
    seconds: float = 0.0  # for how long; 0 for good (a killed coordinator comes back all the same)


def parse_at(text, option):
    """NODE@SECONDS."""
    match = re.fullmatch(r"([A-Za-z0-9_-]+)@([0-9]+(?:\.[0-9]+)?)", text)
    if not match:
        raise StageError(f"{option} {text}: expected NODE@SECONDS, for example {option} pi-2@12.5")
    return match.group(1), float(match.group(2))


def plan_faults(options, nodes, rng: random.Random):
    faults = []
    for text in options.kill:
        node, at = parse_at(text, "--kill")
        faults.append(Planned("kill", _known(node, (*nodes, COORDINATOR), "--kill"), at))
    for text in options.corrupt:
        node, at = parse_at(text, "--corrupt")
        faults.append(Planned("corrupt", _known(node, nodes, "--corrupt"), at))
    if not options.kill and not options.no_kill:
        faults.append(Planned("kill", AUTO, options.seconds * rng.uniform(0.3, 0.7)))
    for fault in faults:
        if not 0 < fault.at < options.seconds:
            raise StageError(
                f"{fault.kind} at {fault.at:g} s: must lie within the {options.seconds:g} s that are played")
    return sorted(faults, key=lambda f: f.at)


def _known(node, names, option):
    if node not in names:
        raise StageError(f"{option}: there is no {node}; there are {', '.join(names)}")
    return node


__all__ = ["AUTO", "NETWORKS", "Planned", "parse_at", "plan_faults"]
