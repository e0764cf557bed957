# SPDX-License-Identifier: Apache-2.0
"""Scheduled moves: what is read, asked for, noted, and held against the show."""

import json
import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "deploy/stage"))

from cluster import COMPUTE, StageError  # noqa: E402
from migration import begin_move, describe_end, failed_moves, note_moves  # noqa: E402
from schedule import AUTO, PlannedMove, plan_moves  # noqa: E402
from verdict import redundancy_lines, restoring  # noqa: E402

START = 48_000_000


def planned(*texts, seconds=30):
    return plan_moves(SimpleNamespace(migrate=list(texts), mcu=None, seconds=seconds), COMPUTE)


class Reading(unittest.TestCase):
    def test_a_node_may_be_named_or_left_to_the_stage(self):
        self.assertEqual(planned("lead@8.5:pi-2", "solo@3"),
                         [PlannedMove("solo", 3.0, AUTO), PlannedMove("lead", 8.5, "pi-2")])

    def test_what_cannot_be_is_refused_with_an_example(self):
        for text in ("lead", "lead@", "lead@8:", "lead@x", "@8", "lead@8:pi-2:pi-3"):
            with self.subTest(text), self.assertRaisesRegex(StageError, "lead@8:pi-2"):
                planned(text)

    def test_a_node_that_is_not_there_and_a_date_after_the_end_are_refused(self):
        with self.assertRaisesRegex(StageError, "there is no pi-9"):
            planned("lead@8:pi-9")
        with self.assertRaisesRegex(StageError, "within the 5 s"):
            planned("lead@8", seconds=5)


def operation(**more):
    join = {"donor": "pi-1", "snapshot_total": 3_400_000, "state_equal": True, "catch_up": 5.2,
            "in_sync_at": START + 48_000 * 9, **more.pop("join", {})}
    return {"operation": 7, "from": "pi-1", "class": "exact", "attempts": 1, "join": join, "started_n": START + 48_000 * 8,
            "ended_n": None, "done": False, "ok": False, "verdict": "", **more}


def status(**more):
    return {"start_n": START, "operations": [],
            "tasks": [{"name": "lead", "replicas": [{"node": "pi-1"}, {"node": "pi-2"}]}],
            "nodes": [{"name": name, "load": 0.1} for name in (*COMPUTE, "foh-a")], **more}


class Playing:
    """Of a performance what a move needs."""

    def __init__(self, dead=(), code=0):
        self.asked = []
        self.code = code
        self.stage = SimpleNamespace(
            compute=COMPUTE, continuo=self.continuo,
            processes={n: SimpleNamespace(alive=lambda n=n: n not in dead) for n in COMPUTE})

    def look(self):
        return status()

    def media_now(self):
        return START + 48_000 * 8

    def continuo(self, *words, check):
        self.asked.append(words)
        return SimpleNamespace(returncode=self.code, stdout=json.dumps({"operation": 7}),
                               stderr="continuo: pi-3 has no room\n")


class Asking(unittest.TestCase):
    def test_the_node_that_runs_nothing_of_it_is_chosen(self):
        playing = Playing()
        entry = begin_move(playing, PlannedMove("lead", 8))
        self.assertEqual(playing.asked, [("task", "migrate", "lead", "--to", "pi-3", "--json")])
        self.assertEqual((entry["kind"], entry["operation"], entry["at_seconds"]), ("migrate", 7, 8.0))
        self.assertFalse(entry["done"])

    def test_a_dead_node_is_not_chosen(self):
        entry = begin_move(Playing(dead=("pi-3",)), PlannedMove("lead", 8))
        self.assertTrue(entry["done"] and not entry["ok"])
        self.assertIn("every node", entry["text"])

    def test_a_refusal_is_noted_in_the_words_of_the_core(self):
        entry = begin_move(Playing(code=1), PlannedMove("lead", 8))
        self.assertTrue(entry["done"] and not entry["ok"])
        self.assertEqual(entry["text"], "pi-3 has no room")


class Noting(unittest.TestCase):
    def setUp(self):
        self.entry = begin_move(Playing(), PlannedMove("lead", 8))

    def test_times_and_figures_are_noted_when_it_has_ended(self):
        note_moves([self.entry], status(operations=[operation()]))
        self.assertFalse(self.entry["done"])
        end = operation(done=True, ok=True, ended_n=START + 48_000 * 9 + 24_000, verdict="lead runs on pi-3")
        note_moves([self.entry], status(operations=[end]))
        self.assertTrue(self.entry["ok"])
        self.assertEqual((self.entry["in_sync_seconds"], self.entry["took_ms"]), (9.0, 1500))
        self.assertEqual(describe_end(self.entry),
                         f"lead: lead runs on pi-3 (snapshot 3400.0 kB from pi-1, state equal, in sync at 9.000 s "
                         f"(n = {START + 432_000}), took 1500 ms)")

    def test_figures_that_come_after_the_verdict_are_noted_and_nothing_else(self):
        end = operation(done=True, ok=True, ended_n=START + 48_000 * 9, verdict="lead runs on pi-3",
                        join={"in_sync_at": None, "snapshot_total": 0})
        note_moves([self.entry], status(operations=[end]))
        self.assertNotIn("in_sync_seconds", self.entry)
        later = operation(done=True, ok=True, ended_n=START + 48_000 * 9, verdict="lead runs on pi-3")
        note_moves([self.entry], status(operations=[later]))
        self.assertEqual((self.entry["in_sync_seconds"], self.entry["took_ms"]), (9.0, 1000))

    def test_what_the_coordinator_has_forgotten_changes_nothing(self):
        note_moves([self.entry], status())
        self.assertFalse(self.entry["done"])
        self.assertIn("did not end", describe_end(self.entry))

    def test_a_move_that_never_ended_failed(self):
        self.assertEqual(failed_moves([self.entry], []), [self.entry])

    def test_a_move_that_was_struck_is_not_held_against_the_show(self):
        self.entry.update(done=True, ended_at_sample=START + 48_000 * 10)
        strike = {"at_sample": START + 48_000 * 9}
        self.assertEqual(failed_moves([self.entry], [strike]), [])
        before = {"at_sample": START + 48_000 * 7}
        after = {"at_sample": START + 48_000 * 11}
        self.assertEqual(failed_moves([self.entry], [before, after]), [self.entry])


class Redundancy(unittest.TestCase):
    def test_the_time_it_took_to_restore_it_is_told(self):
        gaps = [{"task": "lead", "from_n": START, "until_n": START + 48_000},
                {"task": "solo", "from_n": START, "until_n": START + 72_000},
                {"task": "mix", "from_n": START, "until_n": None}]
        self.assertEqual(redundancy_lines([restoring(g) for g in gaps]),
                         [f"redundancy down from n = {START}, restored after 1000 to 1500 ms: lead, solo",
                          f"redundancy down from n = {START}, not restored: mix"])


if __name__ == "__main__":
    unittest.main()
