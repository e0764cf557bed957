# SPDX-License-Identifier: Apache-2.0
"""Scenarios with a live input: what a JACK server gives is in the take, and what is made of it is proven like all else."""

import json

from cluster import Process
from devices import Jack, pieces
from schedule import Planned
from world import Invalid, expect, expect_identical, scenario

MIC = "pi-3"
SHOW = """
show: live
redundancy: 2
quantum: 96
timing: {playout: 300ms, promise: 750ms, silence: 600ms, lead: 800ms}
tasks:
  mic: {kind: input, on: [pi-3]}
  warm: {kind: eq, inputs: [mic], on: [pi-1, pi-2], params: {gain.2: 6}}
  echo: {kind: delay, inputs: [warm], on: [pi-1, pi-2]}
  master: {kind: mixer, inputs: [warm, echo], on: [pi-1, pi-2], params: {gain.2: -9}}
outputs:
  foh: {from: master, feeds: {a: foh-a, b: foh-b}}
"""


class Voice:
    """Noise that comes into the input on a JACK server of its own."""

    def __init__(self, world):
        self.world = world
        self.jack = Jack(world)
        self.said = []

    def __enter__(self):
        self.jack.__enter__()
        return self

    def __exit__(self, *_):
        self.jack.__exit__()

    def speak(self):
        """Begins; the input may come later than this."""
        number = len(self.said)
        out = self.world.folder / f"said-{number}.f32"
        speaker = Process("jack_say", [self.world.options.binaries.parent / "tests/jack_say", self.jack.name,
                                       f"continuo-{MIC}:mic.in_", "2", out], self.world.folder / f"say-{number}.log")
        speaker.out = out
        speaker.start()
        self.jack.listeners.append(speaker)  # ended with the server
        self.said.append(speaker)
        return speaker

    def all_said(self, speaker):
        return self.jack.heard(speaker)

    def stage(self):
        return self.world.stage(jack={MIC: self.jack.name}, record={MIC: self.world.folder / "take"})


def device_of(status):
    mic = next(t for t in status["tasks"] if t["name"] == "mic")
    return mic["replicas"][0]["device"]


def show_of(world):
    show = world.folder / "live.yaml"
    show.write_text(SHOW)
    return show


def silent_frames(sound):
    frame = 8
    zero = bytes(frame)
    return sum(sound[at:at + frame] == zero for at in range(0, len(sound), frame))


def expect_heard(heard, said, breaks, least_s):
    """What was recorded is what was said, in at most so many pieces more than one, in its order."""
    found = pieces(heard, said, 2)
    frames = sum(length for _, _, length in found)
    if breaks > 50 and frames < least_s * 48000:
        raise Invalid(f"JACK was late {breaks} times")
    expect(frames >= least_s * 48000, f"only {frames / 48000:.2f} s were heard: {found}")
    expect(len(found) <= 1 + breaks, f"{len(found)} pieces although only {breaks} breaks were counted: {found}")
    expect(all(b[1] >= a[1] + a[2] for a, b in zip(found, found[1:])), f"something was heard twice: {found}")
    return found


@scenario
def what_a_jack_client_plays_is_in_the_take_bit_for_bit_and_a_kill_behind_it_alters_nothing(world):
    after = []

    def scene(performance, voice):
        speaker = voice.speak()
        performance.pause(2.5)
        performance.strike(Planned("kill", "pi-1", 2.5))
        performance.pause(3)
        after.append((device_of(performance.look()), voice.all_said(speaker)))

    with Voice(world) as voice, voice.stage() as stage:
        _, verdict = world.enact(stage, show_of(world), 8, lambda performance: scene(performance, voice))
        expect_identical(verdict)
        heard = (stage.take / "mic.input.f32").read_bytes()
        side = json.loads((stage.take / "mic.input.json").read_text())
    expect(verdict["kills"], "nobody was killed")
    expect(side["node"] == MIC and side["channels"] == 2, f"{side}")
    device, said = after[0]
    expect(device["running"] and device["error"] == "", f"{device}")
    expect(device["latency"] >= 0, f"{device}")
    found = expect_heard(heard, said, device["xruns"] + device["slips"], 4)
    # What is not of the pieces is silence: nothing is invented.
    expect(silent_frames(heard) >= len(heard) // 8 - sum(p[2] for p in found) - 256 * len(found), "noise of nobody")


@scenario
def death_of_the_jack_server_of_an_input_is_silence_and_then_it_hears_again(world):
    after = []

    def scene(performance, voice):
        speaker = voice.speak()
        performance.pause(2)
        voice.jack.server.kill()
        expect(performance.wait(lambda s: device_of(s)["losses"] == 1), "the death of the server was not told")
        voice.jack.end(speaker)
        voice.jack.server.start()
        expect(performance.wait(lambda s: device_of(s)["running"]), "it does not hear the server that is back")
        speaker = voice.speak()
        performance.pause(3)
        after.append((device_of(performance.look()), voice.all_said(speaker)))

    with Voice(world) as voice, voice.stage() as stage:
        performance, verdict = world.enact(stage, show_of(world), 13, lambda performance: scene(performance, voice))
        expect_identical(verdict)
        heard = (stage.take / "mic.input.f32").read_bytes()
    device, said = after[0]
    told = {i["kind"] for i in performance.status["incidents"]}
    expect({"device-lost", "device-started"} <= told, f"told: {told}")
    expect(device["silent"] > 48000 / 4, f"its silence was not counted: {device}")
    expect(len(heard) == 8 * 13 * 48000, f"{len(heard) / 8} samples of {13 * 48000}: time was shifted")
    expect_heard(heard[len(heard) // 3:], said, device["xruns"] + device["slips"], 1.5)
