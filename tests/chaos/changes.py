# SPDX-License-Identifier: Apache-2.0
"""Scenarios in which another show is applied while one plays."""

from cluster import StageError
from schedule import Planned
from world import expect, expect_identical, scenario

ROOM = """  room:
    kind: reverb
    inputs: [lead]
    params: {mix: 0.3}
"""


def with_room(text):
    return text.replace("\noutputs:", "\n" + ROOM + "\noutputs:").replace("from: lead", "from: room")


@scenario
def a_show_changes_while_it_plays_and_a_node_dies_meanwhile(world):
    """A task comes in behind another and the outputs move to it; a parameter; back again. What is not touched goes on."""
    def scene(performance):
        def apply(edit):
            path = world.show(edit=edit)
            return performance.stage.continuo("show", "apply", path).stdout

        def incarnations(name):
            return [r["incarnation"] for t in performance.look()["tasks"] if t["name"] == name for r in t["replicas"]]

        before = incarnations("lead")
        expect("nothing changes" in apply(lambda text: text), "the same show is a change")
        said = apply(with_room)
        expect("room" in said and "foh-a" in said, f"not told what changes: {said}")
        expect(incarnations("lead") == before, "a task that did not change was touched")
        try:
            apply(lambda text: with_room(text).replace("mix: 0.3", "mix: 0.6"))
            raise AssertionError("a change in the middle of another was not refused")
        except StageError as refused:
            expect("under way" in str(refused), str(refused))
        performance.pause(7)
        performance.strike(Planned("kill", "pi-1", 0, 1.0))
        performance.pause(2.5)
        expect("mix" in apply(lambda text: with_room(text).replace("mix: 0.3", "mix: 0.6")), "no event")
        performance.pause(4)
        apply(lambda text: text)
        performance.pause(7)
        expect([t["name"] for t in performance.look()["tasks"]] == ["conductor", "lead"], "the room is still there")

    with world.stage() as stage:
        _, verdict = world.enact(stage, world.show(), 34, scene)
        expect_identical(verdict)
