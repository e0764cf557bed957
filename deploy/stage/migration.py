# SPDX-License-Identifier: Apache-2.0
"""Moves of running tasks at a date: asked for as an operator would, and what became of them."""

import json

from schedule import AUTO

RATE = 48000


def begin_move(performance, planned):
    """Asks for it, and returns what is noted about it; note_moves completes that."""
    status = performance.look()
    entry = {"kind": "migrate", "task": planned.task, "at_sample": performance.media_now(), "done": False, "ok": False}
    entry["at_seconds"] = _seconds(status, entry["at_sample"])
    node = _free_node(performance, status, planned.task) if planned.node == AUTO else planned.node
    if node is None:
        return _end(entry, "every node that computes runs it already")
    entry["to"] = node
    asked = performance.stage.continuo("task", "migrate", planned.task, "--to", node, "--json", check=False)
    if asked.returncode != 0:
        return _end(entry, asked.stderr.strip().removeprefix("continuo: "))
    entry["operation"] = json.loads(asked.stdout)["operation"]
    return entry


def note_moves(moves, status):
    """Enters what the status says about them. Figures may come later than the verdict."""
    operations = {o["operation"]: o for o in status.get("operations", [])}
    for entry in moves:
        operation = operations.get(entry.get("operation"))
        if operation is None:
            continue
        join = operation["join"]
        entry.update({
            "from": operation["from"], "class": operation["class"], "attempts": operation["attempts"],
            "snapshot_bytes": join["snapshot_total"], "donor": join["donor"], "state_equal": join["state_equal"],
            "catch_up": join["catch_up"], "in_sync_at": join["in_sync_at"]})
        if join["in_sync_at"]:
            entry["in_sync_seconds"] = _seconds(status, join["in_sync_at"])
        if operation["done"] and not entry["done"]:
            entry["ended_at_sample"] = operation["ended_n"]
            entry["took_ms"] = round((operation["ended_n"] - operation["started_n"]) / RATE * 1000)
            _end(entry, operation["verdict"], operation["ok"])


def failed_moves(moves, faults):
    """Those that ended badly, or not at all, though nothing was struck meanwhile."""
    def is_excused(entry):
        end = entry.get("ended_at_sample") or float("inf")
        return any(entry["at_sample"] <= fault["at_sample"] <= end for fault in faults)
    return [m for m in moves if not m["ok"] and not is_excused(m)]


def describe_begin(entry):
    to = f" to {entry['to']}" if "to" in entry else ""
    return f"move {entry['task']}{to} at {entry['at_seconds']:.3f} s (n = {entry['at_sample']})"


def describe_end(entry):
    if not entry["done"]:
        return f"{entry['task']}: the move did not end while the show played"
    facts = []
    if entry.get("snapshot_bytes"):
        facts.append(f"snapshot {entry['snapshot_bytes'] / 1e3:.1f} kB from {entry['donor']}")
    if entry.get("state_equal"):
        facts.append("state equal")
    if entry.get("in_sync_at"):
        facts.append(f"in sync at {entry['in_sync_seconds']:.3f} s (n = {entry['in_sync_at']})")
    if "took_ms" in entry:
        facts.append(f"took {entry['took_ms']} ms")
    return f"{entry['task']}: {entry['text']}" + (f" ({', '.join(facts)})" if facts else "")


def _end(entry, text, ok=False):
    entry.update(done=True, ok=ok, text=text)
    return entry


def _seconds(status, n):
    return round((n - status["start_n"]) / RATE, 3)


def _free_node(performance, status, task):
    """The node that computes least and nothing of that task."""
    hosts = {r["node"] for t in status["tasks"] if t["name"] == task for r in t["replicas"]}
    free = [n for n in status["nodes"] if n["name"] in performance.stage.compute and n["name"] not in hosts and
            performance.stage.processes[n["name"]].alive()]
    return min(free, key=lambda n: (n["load"], n["name"]))["name"] if free else None
