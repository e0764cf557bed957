# SPDX-License-Identifier: Apache-2.0
"""What the scenarios share: a world with cables of its own, the judge, and repeating what the machine made invalid."""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import network
from acting import Acting
from cluster import Stage
from judging import judge
from performance import Performance
from show_copy import copy_show
from verdict import verdict_of

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 6.0
REPEATS = 3
SCENARIOS = {}


def scenario(function):
    SCENARIOS[function.__name__] = function
    return function


class World:
    """What a scenario may use: the options, and cables of its own."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.cables = network.Cables()

    def show(self, name="minimal", edit=lambda text: text):
        """A copy of an example show, edited, beside the files it plays."""
        return copy_show(ROOT / f"deploy/shows/{name}.yaml", self.folder, edit)

    def stage(self, **more):
        take = self.folder / "take"
        shutil.rmtree(take, ignore_errors=True)
        return Stage(self.options.binaries, take, cables=self.cables, **more)

    def play(self, stage, show, faults=(), seconds=SECONDS, on_progress=lambda *_: None):
        stage.start()
        performance = Performance(stage, show, seconds, faults, on_progress)
        performance.play()
        return performance, verdict_of(performance)


    def enact(self, stage, show, seconds, scene):
        """A performance during which `scene` acts."""
        stage.start()
        performance = Acting(stage, show, seconds, scene)
        performance.play()
        return performance, judge(performance, [])


class Invalid(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise AssertionError(text)


def expect_identical(verdict):
    if verdict["invalid"]:
        raise Invalid(f"{verdict['samples_altered']} altered, stalls {verdict['stalls']}")
    expect(verdict["passed"], f"{verdict['samples_altered']} samples altered: {verdict['feeds']}")


def identical_in_spite_of(world, *faults, show="minimal", stage=None, seconds=SECONDS):
    with stage or world.stage() as playing:
        performance, verdict = world.play(playing, world.show(show), faults, seconds)
        expect_identical(verdict)
        return performance, verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--binaries", type=Path, default=ROOT / "build/bin", help=argparse.SUPPRESS)
    parser.add_argument("--relay", type=Path, default=ROOT / "build/tests/relay", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.list or options.name not in SCENARIOS:
        print("\n".join(SCENARIOS))
        return 0 if options.list else 2
    network.enter()
    for attempt in range(1 + REPEATS):
        with tempfile.TemporaryDirectory(prefix="continuo-chaos-") as folder:
            began = time.monotonic()
            world = World(options, Path(folder))
            try:
                SCENARIOS[options.name](world)
                print(f"{options.name}: passed in {time.monotonic() - began:.1f} s")
                return 0
            except Invalid as invalid:
                print(f"{options.name}: INVALID run {attempt + 1}, the machine stood still: {invalid}", flush=True)
            except AssertionError as failure:
                print(f"{options.name}: FAILED: {failure}")
                return 1
    print(f"{options.name}: FAILED: {1 + REPEATS} invalid runs")
    return 1
