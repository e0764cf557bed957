# SPDX-License-Identifier: Apache-2.0
"""Is a round of the soak proven? Judges samples, acknowledged events, operations, and how fit the machine was."""

import json
import re
from pathlib import Path

from verdict import is_ours, read_stalls, verdict_of

BEFORE_ALTERED_S = 5.0  # a stall explains what is altered so much later, at most


def judge(performance, storms):
    """The verdict of deploy/stage, with `missing_events`, `first_altered_n` and a wider look at the machine."""
    verdict = verdict_of(performance)
    verdict["missing_events"] = missing_events(performance.stage.take / "events.jsonl", storms)
    verdict["first_altered_n"] = min(
        (f["first_altered_n"] for f in verdict["feeds"] if f["altered"]), default=None)
    if verdict["samples_altered"] and not verdict["invalid"]:
        verdict["stalls"] += second_faults(performance, verdict["first_altered_n"])
        verdict["invalid"] = bool(verdict["stalls"])
    verdict["passed"] = verdict["passed"] and not verdict["missing_events"]
    return verdict


def missing_events(events_file: Path, storms):
    """Numbers of events that were acknowledged and are not in the take, or expired and are."""
    taken = {json.loads(line)["id"] for line in events_file.read_text().splitlines() if line}
    wrong = []
    for storm in storms:
        for line in storm.read_text().splitlines():
            told = json.loads(line)
            if (told["verdict"] == "committed") != (told["event"] in taken):
                wrong.append(told["event"])
    return wrong


def second_faults(performance, first_altered_n):
    """Stalls that took a replica out of the agreement although nobody stopped it: the machine struck, and two faults
    at once are not promised. Only those that may explain the first altered sample."""
    limit_ms = 0.75 * silence_ms(performance.show)  # a process that slept so long fences itself
    found = []
    for node in performance.stage.compute:
        for stall in read_stalls(performance.stage.run / node / f"{node}.stalls.jsonl"):
            explains = -48000 <= first_altered_n - stall["n"] <= BEFORE_ALTERED_S * 48000
            if stall["ms"] > limit_ms and explains and not is_ours(performance, node, stall):
                found.append({"node": node, **stall})
    return found


def silence_ms(show: Path):
    match = re.search(r"silence:\s*([0-9.]+)\s*ms", show.read_text())
    return float(match.group(1)) if match else 250.0


def flip_a_sample(recording: Path):
    """So that a judge can be judged."""
    data = bytearray(recording.read_bytes())
    data[len(data) // 2 // 4 * 4] ^= 1
    recording.write_bytes(bytes(data))
