# SPDX-License-Identifier: Apache-2.0
"""From a judged take to the verdict that people and machines read."""

import json
from pathlib import Path

from cluster import StageError
from migration import describe_end, failed_moves

SAMPLE_BYTES = 4


def verdict_of(performance):
    """Judges the take and adds what the stage knows. Raises if the take cannot be judged."""
    stage = performance.stage
    done = stage.continuo("verify", stage.take, "--json", check=False, timeout=600)
    if not done.stdout.strip():
        raise StageError(done.stderr.strip() or "continuo verify said nothing")
    verdict = json.loads(done.stdout)
    status = performance.status or {}
    nodes = status.get("nodes", [])
    verdict["kills"] = [f for f in performance.struck if f["kind"] == "kill"]
    verdict["faults"] = [f for f in performance.struck if f["kind"] != "kill"]
    verdict["conceal_events"] = sum(o.get("concealed", 0) for o in status.get("outputs", []))
    verdict["nacks_sent"] = sum(n.get("nacks_sent", 0) for n in nodes)
    verdict["packets_late"] = sum(n.get("packets_late", 0) for n in nodes)
    verdict["divergences"] = status.get("divergences", [])
    verdict["redundancy"] = [restoring(gap) for gap in status.get("redundancy", [])]
    verdict["migrations"] = performance.moved
    verdict["migrations_failed"] = len(failed_moves(performance.moved, performance.struck))
    verdict["margin_min_samples"] = min(
        (o["margin_min"] for o in status.get("outputs", []) if o.get("frames", 0) > 0), default=None)
    verdict["cpu_cores"] = round(performance.cpu_seconds / max(performance.seconds, 1e-9), 3)
    verdict["stalls"] = stalls_beyond_playout(performance)
    verdict["feeds_equal"] = feeds_equal(stage.take, verdict["feeds"])
    if stage.boards:
        verdict["mcu_packets_selected"] = performance.selected_of(stage.boards)
    verdict["invalid"] = verdict["samples_altered"] > 0 and bool(verdict["stalls"])
    verdict["passed"] = (verdict["samples_altered"] == 0 and not verdict["silent"] and verdict["samples_played"] > 0
                         and verdict["migrations_failed"] == 0)
    return verdict


def feeds_equal(take: Path, feeds):
    """Whether recordings of one output hold the same bytes, as far as both of two reach; None: there are no two."""
    outputs = {}
    for feed in feeds:
        if (take / f"{feed['name']}.f32").exists():
            outputs.setdefault(feed["name"].rsplit("-", 1)[0], []).append(feed["name"])
    pairs = [(names[0], other) for names in outputs.values() for other in names[1:]]
    return all(same_bytes(take, *pair) for pair in pairs) if pairs else None


def same_bytes(take: Path, one, other, block=1 << 20):
    heads = [json.loads((take / f"{name}.json").read_text()) for name in (one, other)]
    begin = max(head["first_n"] for head in heads)
    with open(take / f"{one}.f32", "rb") as first, open(take / f"{other}.f32", "rb") as second:
        for file, head in ((first, heads[0]), (second, heads[1])):
            file.seek((begin - head["first_n"]) * head["channels"] * SAMPLE_BYTES)
        while True:
            blocks = first.read(block), second.read(block)
            shorter = min(map(len, blocks))
            if blocks[0][:shorter] != blocks[1][:shorter]:
                return False
            if shorter < block:
                return True


def clock_line(verdict):
    """Of machines with clocks of their own."""
    off = [abs(ppm) for ppm in verdict["clock_ppm"].values()]
    apart, error = verdict["feeds_apart_us_max"], verdict["clock_error_us_max"]
    return (f"{verdict['ptp4l_processes']} ptp4l, clocks off by up to {max(off):g} ppm: stage time wrong by at most "
            f"{'-' if error is None else f'{error:.1f}'} us on any machine, feeds at most "
            f"{'-' if apart is None else f'{apart:.1f}'} us apart (a sample is 20.8 us)")


def stalls_beyond_playout(performance):
    """Stalls that an altered feed's own process saw, longer than the playout and not of our making.

    Only they make a run invalid: the machine stood still for longer than the show can bridge.
    """
    status = performance.status or {}
    playout_ms = status.get("playout", 0) / 48
    found = []
    for output in status.get("outputs", []):
        node = output["node"]
        for stall in read_stalls(performance.stage.take / f"{node}.stalls.jsonl"):
            if stall["ms"] > playout_ms and not is_ours(performance, node, stall):
                found.append({"node": node, **stall})
    return found


def is_ours(performance, node, stall):
    """Did we stop that node then?"""
    return any(f["kind"] == "stop" and f["node"] == node and
               f["at_sample"] - 48000 <= stall["n"] <= f["at_sample"] + int(f.get("seconds", 0) * 48000) + 48000
               for f in performance.struck)


def read_stalls(path: Path):
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def restoring(gap):
    """A gap in redundancy with the time it took to close it; None: it was not."""
    until_n = gap.get("until_n")
    return {**gap, "restored_ms": round((until_n - gap["from_n"]) / 48) if until_n else None}


def redundancy_lines(gaps):
    """Two lines at most for all tasks that shared a node's fate: those that are whole again, and those that are not."""
    fates = {}
    for gap in gaps:
        fates.setdefault((gap["from_n"], gap["restored_ms"] is not None), []).append(gap)
    lines = []
    for (from_n, restored), shared in fates.items():
        names = ", ".join(gap["task"] for gap in shared)
        times = [gap["restored_ms"] for gap in shared]
        fate = "not restored"
        if restored:
            spread = f"{min(times)} to {max(times)}" if min(times) < max(times) else f"{times[0]}"
            fate = f"restored after {spread} ms"
        lines.append(f"redundancy down from n = {from_n}, {fate}: {names}")
    return lines


def divergence_lines(divergences):
    """Several receivers may report the same packet; it is told once."""
    told = [f"divergence: {d['task']} at n = {d['n']}, {d['differing']} sent another packet than {d['kept']}"
            for d in divergences]
    return list(dict.fromkeys(told))


def print_verdict(screen, verdict, take):
    say = screen.say
    say()
    for feed in verdict["feeds"]:
        judged = "identical" if feed["altered"] == 0 else f"{feed['altered']} samples altered"
        paint = screen.good if feed["altered"] == 0 else screen.bad
        apart = "  (its own agent was killed: judged up to then)" if feed.get("killed") else ""
        say(f"  feed {feed['name']:<8} {feed['played']:>9} samples played  {paint(judged)}{apart}")
        if feed["altered"]:
            say(f"       first altered at n = {feed['first_altered_n']}: {feed['differing']} differ, "
                f"{feed['missing']} missing, {feed['surplus']} surplus")
    say(f"  FOH    sha256 {verdict['foh_sha256']}")
    say(f"  oracle sha256 {verdict['oracle_sha256']}")
    say("  oracle level per second (dBFS): " + " ".join(f"{x:.0f}" for x in verdict["oracle_level_dbfs"]))
    for line in redundancy_lines(verdict["redundancy"]):
        say(f"  {line}")
    for entry in verdict["migrations"]:
        say(("  moved " if entry["ok"] else screen.bad("  not moved ")) + describe_end(entry))
    for line in divergence_lines(verdict["divergences"]):
        say(screen.bad(f"  {line}"))
    say(f"  packets late {verdict['packets_late']}, NACKs {verdict['nacks_sent']}, concealed "
        f"{verdict['conceal_events']}; CPU of all processes {verdict['cpu_cores']:.2f} cores")
    if "mcu_packets_selected" in verdict:
        say(f"  {verdict['mcu_packets_selected']} packets of the microcontroller were used by those who heard it")
    if "clock_ppm" in verdict:
        say(f"  {clock_line(verdict)}")
    if verdict["feeds_equal"] is not None:
        say("  feeds against each other: " + ("the same bytes" if verdict["feeds_equal"] else screen.bad("they differ")))
    say(f"  the take: {take}  (anyone can run: continuo verify {take})")
    say()
    if verdict["passed"]:
        say(screen.good(f"  PASSED: {verdict['samples_played']} samples played, 0 altered"))
    elif verdict["invalid"]:
        stall = max(s["ms"] for s in verdict["stalls"])
        say(screen.bad(f"  INVALID: the machine stood still for {stall:.0f} ms, longer than the playout; "
                       f"{verdict['samples_altered']} samples altered. This run proves nothing; run it again."))
    elif verdict["samples_altered"] == 0 and verdict["migrations_failed"]:
        say(screen.bad(f"  FAILED: 0 samples altered, but {verdict['migrations_failed']} of "
                       f"{len(verdict['migrations'])} moves failed"))
    elif verdict.get("mcu_packets_selected", 1) == 0:
        say(screen.bad("  FAILED: nobody used a packet of the microcontroller"))
    elif verdict["silent"]:
        say(screen.bad("  FAILED: the show is silent"))
    else:
        say(screen.bad(f"  FAILED: {verdict['samples_altered']} of {verdict['samples_played']} samples altered"))
