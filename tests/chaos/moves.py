# SPDX-License-Identifier: Apache-2.0
"""Scenarios in which replicas come and go while the show plays: moves, drains, healing, repair, cold failover."""

from cluster import StageError
from schedule import Planned
from show_copy import one_replica, three_replicas
from status_watch import find_operation, hosts, is_settled
from world import Invalid, expect, expect_identical, scenario

COMPUTE = ("pi-1", "pi-2", "pi-3", "pi-4")


def tasks(performance):
    return performance.look()["tasks"]


def hosts_of(status, name):
    return next(hosts(t) for t in status["tasks"] if t["name"] == name)


def nodes_of(status, name):
    """Wherever a replica of it is, whatever it does there."""
    return next([r["node"] for r in t["replicas"]] for t in status["tasks"] if t["name"] == name)


def free_nodes(performance, task):
    return [n for n in performance.computing() if n not in [r["node"] for r in task["replicas"]]]


def refusal(performance, *words):
    """What the coordinator says to that. It must not do it."""
    try:
        performance.order(*words)
    except StageError as refused:
        return str(refused)
    raise AssertionError(f"`continuo {' '.join(words)}` was not refused")


def expect_refused(performance, words, *said):
    text = refusal(performance, *words)
    for part in said:
        expect(part in text, f"`continuo {' '.join(words)}` was refused without saying \"{part}\": {text}")


def expect_done(operation, what):
    expect(operation is not None and operation["ok"], f"{what}: {operation}")


@scenario
def every_task_moves_and_what_cannot_be_is_refused(world):
    """Each move is of its own; redundancy is never lower than before."""
    def scene(performance):
        some = next(t for t in tasks(performance) if t["name"] == "lead")
        expect_refused(performance, ("task", "migrate", "laed", "--to", "pi-1"), "laed", "lead")
        expect_refused(performance, ("task", "migrate", "lead", "--to", "pi-9"), "pi-9")
        expect_refused(performance, ("task", "migrate", "lead", "--to", "foh-a"), "foh-a")
        expect_refused(performance, ("task", "migrate", "lead", "--to", hosts(some)[0]), hosts(some)[0])
        expect_refused(performance, ("task", "migrate", "lead", "--to", free_nodes(performance, some)[0],
                                     "--from", free_nodes(performance, some)[-1]), "lead")
        begun = [performance.order("task", "migrate", t["name"], "--to", free_nodes(performance, t)[0],
                                   "--from", hosts(t)[0]) for t in tasks(performance)]
        for number in begun:
            operation = performance.await_verdict(number)
            expect_done(operation, "a move")
            expect(operation["class"] == "exact", f"not said to be exact: {operation}")
            moved = performance.wait(lambda s, o=operation: o["to"] in hosts_of(s, o["task"]) and
                                     o["from"] not in nodes_of(s, o["task"]))
            expect(moved, f"{operation}: {[t for t in tasks(performance) if t['name'] == operation['task']]}")

    with world.stage(compute=COMPUTE) as stage:
        performance, verdict = world.enact(stage, world.show("band"), 24, scene)
        expect_identical(verdict)
        expect(len(performance.operations) >= 15, f"only {len(performance.operations)} moves ended in time")
        expect(not verdict["redundancy"], f"a move cost redundancy: {verdict['redundancy']}")


@scenario
def a_drained_node_may_be_unplugged_and_a_node_that_returns_is_used(world):
    def scene(performance):
        expect_done(performance.await_verdict(performance.order("node", "drain", "pi-2")), "the drain")
        empty = performance.wait(lambda s: not any("pi-2" in nodes_of(s, t["name"]) for t in s["tasks"]))
        expect(empty, f"still on the drained node: {tasks(performance)}")
        performance.strike(Planned("kill", "pi-2", 0, 1.0))
        performance.pause(2.5)
        expect(not performance.look()["redundancy"], "unplugging a drained node cost redundancy")
        # `master` has three replicas: with pi-2 drained the other three nodes are all needed.
        expect_refused(performance, ("node", "drain", "pi-3"), "pi-3")
        performance.stage.continuo("node", "undrain", "pi-2")
        performance.strike(Planned("kill", "pi-1", 0, 1.0))
        performance.pause(1.5)
        expect(performance.wait_whole(), f"redundancy did not come back: {performance.look()['tasks']}")
        used = {n for t in tasks(performance) for n in hosts(t)}
        expect("pi-2" in used, f"the node that returned is not used; there are {used}")

    with world.stage(compute=COMPUTE) as stage:
        _, verdict = world.enact(stage, world.show("band"), 24, scene)
        expect_identical(verdict)


@scenario
def a_node_that_becomes_slow_is_relieved_before_it_misses_a_deadline(world):
    """Every packet takes 150 us longer there: with what it has, nearly its whole quantum. Nobody asks for anything."""
    seen = {}

    def scene(performance):
        performance.pause(4)  # what is normal is known by then
        expect(not performance.look()["operations"], f"something moved for no reason: {performance.status['operations']}")
        victim = max(performance.computing(), key=lambda n: sum(n in hosts(t) for t in tasks(performance)))
        seen["before"] = sum(victim in hosts(t) for t in tasks(performance))
        performance.strike(Planned("slow", victim, 0))
        relieved = performance.wait(lambda s: any(o["kind"] == "rebalance" and o["done"] for o in s["operations"]))
        expect(relieved, f"nothing was moved: {performance.look()['operations']}")
        relief = next(o for o in performance.look()["operations"] if o["kind"] == "rebalance")
        expect_done(relief, "the relief")
        expect(victim in relief["text"] and "measured at" in relief["text"], f"no reason: {relief}")
        expect(performance.wait(is_settled), "not whole")
        seen["after"] = sum(victim in hosts(t) for t in tasks(performance))
        performance.pause(13)  # longer than it rests after a relief: there is no reason for another
        seen["operations"] = performance.look()["operations"]

    with world.stage(compute=COMPUTE) as stage:
        performance, verdict = world.enact(stage, world.show("band"), 34, scene)
        expect_identical(verdict)
        expect(0 < seen["after"] < seen["before"], f"{seen['before']} tasks before, {seen['after']} after")
        expect(not verdict["redundancy"], f"it cost redundancy: {verdict['redundancy']}")
        expect(all(t["concealed"] == 0 for t in performance.status["tasks"]), "a deadline was missed")
        again = [o for o in seen["operations"] if o["kind"] == "rebalance"]
        expect(len(again) == 1, f"it went on and on: {again}")


@scenario
def a_replica_that_computes_something_else_is_replaced(world):
    """Several flipped bits in a row are a state gone wrong, which no packet alone would be. Of three replicas the one in
    the minority is wrong, even if it is the eldest."""
    ended = []

    def scene(performance):
        victim = hosts_of(performance.look(), "lead")[0]
        for _ in range(5):
            performance.strike(Planned("corrupt", victim, 0))
            performance.pause(0.15)
        repaired = performance.wait(lambda s: any(o["kind"] == "repair" and o["done"] for o in s["operations"]))
        operations = performance.look()["operations"]
        expect(repaired, f"nothing was repaired: {operations}")
        wrong = {(o["task"], o["from"]) for o in operations if o["kind"] == "repair"}
        expect(wrong == {("lead", victim)}, f"not the wrong one was repaired: {wrong}, struck was {victim}")
        expect(performance.wait(is_settled), "not whole again")
        ended.append(performance.media_now())

    with world.stage(compute=COMPUTE) as stage:
        performance, verdict = world.enact(stage, world.show(edit=three_replicas), 14, scene)
        expect(verdict["divergences"], "nobody noticed")
        late = [s for f in verdict["feeds"] for s in f["altered_stretches"] if s["to_n"] > ended[0]]
        if late and verdict["invalid"]:
            raise Invalid(f"stalls {verdict['stalls']}")
        expect(not late, f"still altered after the repair: {late}")


@scenario
def the_only_replica_resumes_from_its_checkpoint(world):
    """At most one gap for each death, counted, no longer than promised; identical after it."""
    struck = []

    def scene(performance):
        for _ in range(2):
            performance.pause(2.5)  # a checkpoint is taken every second
            victim = hosts(next(t for t in tasks(performance) if t["name"] == "lead"))[0]
            struck.append(performance.strike(Planned("kill", victim, 0, 1.0))["at_sample"])
            performance.pause(1.5)
            expect(performance.wait_whole(), f"not whole again: {performance.look()['operations']}")

    show = world.show(edit=one_replica)
    with world.stage(compute=COMPUTE) as stage:
        performance, verdict = world.enact(stage, show, 16, scene)
        for feed in verdict["feeds"]:
            stretches = feed["altered_stretches"]
            for stretch in stretches:
                cause = [n for n in struck if -24000 < stretch["from_n"] - n < 48000]
                if not cause and verdict["invalid"]:
                    raise Invalid(f"stalls {verdict['stalls']}")
                expect(cause, f"altered without a cause: {stretch}, struck at {struck}")
                expect(stretch["to_n"] - stretch["from_n"] < 48000, f"a gap of more than a second: {stretch}")
            expect(len(stretches) <= len(struck), f"more gaps than deaths: {stretches}")
        heard = any(f["altered_stretches"] for f in verdict["feeds"])  # what was sent ahead may bridge it all
        counted = any(r["gap"] for t in performance.status["tasks"] for r in t["replicas"])
        expect(counted or not heard, "the gap was not counted")
        expect(find_operation(performance.status, 1), "no operation healed it")
