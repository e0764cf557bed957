# SPDX-License-Identifier: Apache-2.0
"""Scenarios in which somebody hands in what nobody can play, while the music plays."""

import time

from world import expect, expect_identical, scenario
from wrong_files import wrong_shows

LONGEST_ANSWER_S = 5.0  # on a machine that others load too; by itself each takes a tenth of a second


@scenario
def what_nobody_can_play_is_refused_and_the_music_goes_on(world):
    """Each show is applied to a cluster that plays another: an answer that names what is wrong, and no sample altered."""
    def refused(performance, words, said):
        begun = time.monotonic()
        done = performance.stage.continuo(*words, check=False)
        took = time.monotonic() - begun
        text = done.stdout + done.stderr
        command = f"`continuo {' '.join(map(str, words))}`"
        expect(done.returncode in (1, 2), f"{command} ended with {done.returncode}: {text[:300]}")
        expect(said in text, f"{command} did not say \"{said}\": {text[:300]}")
        expect(took < LONGEST_ANSWER_S, f"{command} took {took:.1f} s")

    def scene(performance):
        version = performance.look()["plan_version"]
        for path, said in wrong_shows(world.folder):
            refused(performance, ("show", "apply", path), said)
            performance.pause(0.02)
        for value, said in (("nan", "no number"), ("loud", "no number"), ("1e39", ""), ("200000", "20 to 18000"),
                            ("19.9", "20 to 18000")):
            refused(performance, ("task", "set", "lead", "cutoff", value), said)
            performance.pause(0.02)
        now = performance.look()["plan_version"]
        expect(now == version, f"what was refused changed the plan from version {version} to {now}")

    with world.stage() as stage:
        _, verdict = world.enact(stage, world.show(), 14, scene)
        expect_identical(verdict)
