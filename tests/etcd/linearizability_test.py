# SPDX-License-Identifier: Apache-2.0
"""The judge of histories: what it must let pass, and what it must not."""

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from linearizability import NEVER, OK, REFUSED, UNKNOWN, Call, Lock, Register, bounded, judge  # noqa: E402


def write(value, invoked, returned=NEVER):
    return Call("write", value, invoked, returned, UNKNOWN if returned == NEVER else OK)


def read(value, invoked, returned):
    return Call("read", value, invoked, returned)


def lock(owner, invoked, returned=NEVER, outcome=OK):
    return Call("lock", owner, invoked, returned, UNKNOWN if returned == NEVER else outcome)


def unlock(invoked, returned=NEVER, outcome=OK):
    return Call("unlock", None, invoked, returned, UNKNOWN if returned == NEVER else outcome)


class OfARegister(unittest.TestCase):
    def judge(self, *calls):
        return judge(calls, Register(0))

    def passes(self, *calls):
        finding = self.judge(*calls)
        self.assertTrue(finding.linear, finding.told())

    def fails(self, *calls):
        self.assertFalse(self.judge(*calls).linear)

    def test_one_after_the_other(self):
        self.passes(read(0, 0, 1), write(1, 2, 3), read(1, 4, 5), write(2, 6, 7), read(2, 8, 9))

    def test_nothing_at_all(self):
        self.passes()

    def test_at_the_same_time_in_any_order(self):
        self.passes(write(1, 0, 10), write(2, 0, 10), read(2, 1, 2), read(1, 3, 4), read(1, 11, 12))
        self.passes(write(1, 0, 10), read(0, 1, 2), read(1, 3, 4))

    def test_a_stale_read(self):
        self.fails(write(1, 0, 1), write(2, 2, 3), read(1, 4, 5))

    def test_a_lost_write(self):
        self.fails(write(1, 0, 1), read(0, 2, 3))

    def test_a_value_that_nobody_wrote(self):
        self.fails(write(1, 0, 1), read(7, 0, 3))

    def test_who_reads_later_reads_no_older(self):
        self.fails(write(1, 0, 10), read(1, 1, 2), read(0, 3, 4))

    def test_a_write_that_comes_back(self):
        self.fails(write(1, 0, 1), write(2, 2, 3), read(2, 4, 5), read(1, 6, 7))

    def test_read_by_two_in_different_orders(self):
        self.fails(write(1, 0, 10), write(2, 0, 10), read(1, 1, 2), read(2, 3, 4), read(1, 5, 6))

    def test_what_was_not_answered_may_have_been_done_at_any_time_or_never(self):
        self.passes(write(1, 0), read(0, 1, 2))
        self.passes(write(1, 0), read(1, 1, 2))
        self.passes(write(1, 0), write(2, 1, 2), read(2, 3, 4), read(1, 50, 51))

    def test_but_once_and_not_before_it_was_asked(self):
        self.fails(write(1, 0), read(1, 1, 2), write(2, 3, 4), read(1, 5, 6))
        self.fails(read(1, 0, 1), write(1, 2))

    def test_writes_that_nobody_read_decide_nothing(self):
        calls = [write(n, n) for n in range(1, 40)] + [write(50, 40, 41), read(50, 42, 43)]
        self.assertEqual(bounded(calls, Register(0)), calls[-2:])

    def test_what_does_not_fit_is_named(self):
        finding = self.judge(write(1, 0, 1), write(2, 2, 3), read(1, 4, 5))
        self.assertEqual(finding.stuck, (read(1, 4, 5),))
        self.assertIn("it holds 2", finding.told())

    def test_long_histories_of_an_honest_register_pass_and_one_wrong_answer_is_found(self):
        for seed in range(20):
            calls = made_by_an_honest_register(random.Random(seed), clients=6, each=60)
            self.assertTrue(self.judge(*calls).linear, seed)
            reads = [i for i, call in enumerate(calls) if call.kind == "read" and call.value != 0 and call.invoked > 50]
            wrong = list(calls)
            wrong[reads[0]] = Call("read", 0, calls[reads[0]].invoked, calls[reads[0]].returned)
            self.assertFalse(self.judge(*wrong).linear, seed)


def made_by_an_honest_register(dice, clients, each):
    """Every call takes effect somewhere between its ends; one in ten is not answered, and half of those are not done."""
    plans = []
    for client in range(clients):
        now = dice.random()
        for number in range(each):
            effect = now + dice.random() * 2
            end = effect + dice.random() * 2
            value = None if dice.random() < 0.5 else 1 + client * each + number
            plans.append((effect, now, end, value, dice.random() < 0.1, dice.random() < 0.5))
            now = end + dice.random()
    calls, state = [], 0
    for _, invoked, returned, value, lost, done in sorted(plans):
        if value is None:
            calls.append(read(state, invoked, returned))
        elif not lost or done:
            state = value
        if value is not None:
            calls.append(write(value, invoked) if lost else write(value, invoked, returned))
    return calls


class OfALock(unittest.TestCase):
    def passes(self, *calls):
        finding = judge(calls, Lock())
        self.assertTrue(finding.linear, finding.told())

    def fails(self, *calls):
        self.assertFalse(judge(calls, Lock()).linear)

    def test_one_owner_at_a_time(self):
        self.passes(lock("a", 0, 1), lock("b", 2, 3, REFUSED), read("a", 4, 5), unlock(6, 7), lock("b", 8, 9))
        self.fails(lock("a", 0, 1), lock("b", 2, 3))

    def test_refused_without_a_reason(self):
        self.fails(lock("a", 0, 1, REFUSED))
        self.fails(lock("a", 0, 1), unlock(2, 3, REFUSED))

    def test_what_was_not_answered_explains_a_refusal(self):
        self.passes(lock("a", 0), lock("b", 5, 6, REFUSED), read("a", 7, 8))
        self.passes(lock("a", 0, 1), unlock(2), lock("b", 5, 6))

    def test_a_lock_that_was_given_back_is_not_seen_again(self):
        self.fails(lock("a", 0, 1), unlock(2, 3), read("a", 4, 5))


if __name__ == "__main__":
    unittest.main()
