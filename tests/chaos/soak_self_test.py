# SPDX-License-Identifier: Apache-2.0
"""A judge that cannot say no is worth nothing: what the soak must notice, and what it must not blame on the product."""

import json
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "deploy/stage"), str(HERE)]

from judging import flip_a_sample, missing_events, second_faults  # noqa: E402
from soak_round import WEIGHTS, Round, step_of, without_room  # noqa: E402
from status_watch import is_settled  # noqa: E402
from tally import Tally, quantile  # noqa: E402

SECOND = 48000


class Folder(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = Path(self.scratch.name)

    def write(self, name, *values):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(v) + "\n" for v in values))
        return path


class Events(Folder):
    def test_a_committed_event_that_the_take_lacks_is_missing(self):
        take = self.write("events.jsonl", {"id": 1})
        storm = self.write("storm.jsonl", {"event": 1, "verdict": "committed"}, {"event": 2, "verdict": "committed"})
        self.assertEqual(missing_events(take, [storm]), [2])

    def test_an_expired_event_that_the_take_has_is_wrong(self):
        take = self.write("events.jsonl", {"id": 1})
        storm = self.write("storm.jsonl", {"event": 1, "verdict": "expired"}, {"event": 3, "verdict": "expired"})
        self.assertEqual(missing_events(take, [storm]), [1])


class Machine(Folder):
    def performance(self, stall, struck=()):
        self.write("pi-1/pi-1.stalls.jsonl", stall)
        show = self.write("show.yaml")
        show.write_text("timing: {playout: 300ms, silence: 600ms}")
        stage = SimpleNamespace(compute=("pi-1",), run=self.folder)
        return SimpleNamespace(stage=stage, show=show, struck=list(struck))

    def test_a_stall_beyond_the_fence_shortly_before_is_a_second_fault(self):
        self.assertTrue(second_faults(self.performance({"n": 100 * SECOND, "ms": 500}), 102 * SECOND))

    def test_a_short_stall_excuses_nothing(self):
        self.assertFalse(second_faults(self.performance({"n": 100 * SECOND, "ms": 400}), 102 * SECOND))

    def test_a_stall_of_another_time_excuses_nothing(self):
        self.assertFalse(second_faults(self.performance({"n": 100 * SECOND, "ms": 500}), 107 * SECOND))
        self.assertFalse(second_faults(self.performance({"n": 100 * SECOND, "ms": 500}), 98 * SECOND))

    def test_a_stall_that_the_soak_made_itself_excuses_nothing(self):
        struck = [{"kind": "stop", "node": "pi-1", "at_sample": 100 * SECOND, "seconds": 2.0}]
        self.assertFalse(second_faults(self.performance({"n": 100 * SECOND, "ms": 2000}, struck), 102 * SECOND))


class Verdicts(unittest.TestCase):
    def entry(self, **more):
        return {"round": 1, "seed": 5, "passed": True, "invalid": False, "samples_played": 10, "samples_altered": 0,
                "why": "", **more}

    def test_one_altered_sample_fails_the_soak(self):
        tally = Tally()
        tally.rounds = [self.entry(), self.entry(passed=False, samples_altered=1, why="1 samples altered")]
        self.assertTrue(tally.verdict_line(5).startswith("FAILED"))
        self.assertIn("seed 5", tally.verdict_line(5))

    def test_an_invalid_round_is_no_pass(self):
        tally = Tally()
        tally.rounds = [self.entry(passed=False, invalid=True, samples_altered=7)]
        self.assertTrue(tally.verdict_line(5).startswith("FAILED"))
        self.assertIn("1 invalid", tally.verdict_line(5))
        tally.rounds.append(self.entry())
        self.assertTrue(tally.verdict_line(5).startswith("PASSED"))

    def test_the_highest_time_is_in_the_99th_percentile_of_a_few(self):
        self.assertEqual(quantile([1, 2, 9], 0.99), 9)
        self.assertIsNone(quantile([], 0.5))

    def test_a_flipped_sample_differs_in_one_bit(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.f32"
            path.write_bytes(bytes(64))
            flip_a_sample(path)
            self.assertEqual(sum(bin(b).count("1") for b in path.read_bytes()), 1)


class Settled(unittest.TestCase):
    def status(self, in_sync=2, leaving=False, done=True, until_n=None):
        replicas = [{"leaving": leaving}]
        gaps = [{"until_n": until_n}] if until_n else []
        return {"now": 1000, "redundancy": gaps, "tasks": [{"name": "a", "in_sync": in_sync, "redundancy": 2, "replicas": replicas}],
                "operations": [{"done": done}]}

    def test_the_next_fault_waits_for_replicas_operations_and_leavers(self):
        self.assertTrue(is_settled(self.status()))
        self.assertFalse(is_settled(self.status(in_sync=1)))
        self.assertFalse(is_settled(self.status(leaving=True)))
        self.assertFalse(is_settled(self.status(done=False)))
        self.assertTrue(is_settled(self.status(until_n=999)))
        self.assertFalse(is_settled(self.status(until_n=1001)))


class Redundancy(unittest.TestCase):
    def test_a_task_that_wants_more_replicas_than_nodes_are_left_has_no_room(self):
        nodes = [{"name": name, "can_compute": name != "foh", "liveness": "dead" if name == "c" else "alive",
                  "drained": name == "e"} for name in ("a", "b", "c", "d", "e", "f", "foh")]
        tasks = [{"name": "two", "redundancy": 2}, {"name": "three", "redundancy": 3}]
        status = {"nodes": nodes, "tasks": tasks}
        self.assertEqual(without_room(status, "c"), [])
        self.assertEqual(without_room(status, "a"), [])
        nodes[1]["liveness"] = "dead"
        self.assertEqual(without_room(status, "a"), ["three"])

    def test_the_last_task_counts_and_only_what_had_no_room_is_told_by_itself(self):
        since = 100 * SECOND
        gaps = [{"task": "a", "from_n": since + 10, "until_n": since + SECOND},
                {"task": "b", "from_n": since + 10, "until_n": since + 2 * SECOND},
                {"task": "c", "from_n": since + 10, "until_n": since + 3 * SECOND},
                {"task": "a", "from_n": since - SECOND, "until_n": since + 4 * SECOND}]
        step = {"no_room": ["c"]}
        Round.note_gaps(step, gaps, since)
        self.assertEqual((step["restored_s"], step["waited_s"]), (2.0, 3.0))
        step = {}
        Round.note_gaps(step, [], since)
        self.assertIsNone(step["restored_s"])


class Schedule(unittest.TestCase):
    def test_everything_that_can_be_chosen_can_be_done(self):
        for kind in WEIGHTS:
            self.assertTrue(callable(getattr(Round, "do_" + kind)), kind)

    def test_a_join_is_told_by_its_newcomer_and_the_rest_by_the_operation(self):
        self.assertIn("shadow", step_of({"phase": "joining", "newcomer": "shadow"}))
        self.assertEqual(step_of({"phase": "retiring", "newcomer": "in-sync"})[0], "retiring")


if __name__ == "__main__":
    unittest.main()
