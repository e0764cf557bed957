# SPDX-License-Identifier: Apache-2.0
"""Scenarios in which an output plays on a JACK server as well: what is heard there is the take, bit for bit."""

import json
import os
import time

from cluster import Process
from world import Invalid, expect, expect_identical, scenario

FOH = "foh-a"
SHORTEST = 256  # frames of a piece
PATIENCE_S = 20


class Jack:
    """A JACK server without a sound card, with a name of its own, and programs that listen to it."""

    def __init__(self, world, channels=2):
        self.world = world
        self.channels = channels
        self.name = f"continuo-chaos-{os.getpid()}"
        self.server = Process("jackd", ["/usr/bin/jackd", "-n", self.name, "-S", "-R", "-P60", "-d", "dummy",
                                        "-r", "48000", "-p", "128"], world.folder / "jackd.log")
        self.listeners = []

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        for process in [*self.listeners, self.server]:
            self.end(process)

    @staticmethod
    def end(process):
        process.signal(15)
        try:
            process.popen.wait(5)
        except Exception:  # it must go whatever it does
            process.kill()

    def listen(self):
        """Begins to listen; returns when it hears the ports of the output."""
        number = len(self.listeners)
        out = self.world.folder / f"heard-{number}.f32"
        listener = Process("jack_listen", [self.world.options.binaries.parent / "tests/jack_listen", self.name,
                                           f"continuo-{FOH}:{FOH}.out_", str(self.channels), out],
                           self.world.folder / f"listen-{number}.log")
        listener.out = out
        listener.start()
        self.listeners.append(listener)
        deadline = time.monotonic() + PATIENCE_S
        while "listening" not in listener.log.read_text():
            expect(listener.alive() and time.monotonic() < deadline, f"nothing to hear: {listener.last_words()}")
            time.sleep(0.02)
        return listener

    def heard(self, listener):
        """What it has heard so far, and the end of it."""
        self.end(listener)
        return listener.out.read_bytes()


def pieces(heard, take, channels):
    """[(first frame heard, first frame of the take, frames)]: how what was heard is made of pieces of the take."""
    frame = 4 * channels
    size = SHORTEST * frame
    silence = bytes(size)
    found, h, expected = [], 0, 0
    lost = 0   # frames since the last piece: nearly all that are no part of one are a fade, and it goes on near there
    while h + size <= len(heard):
        needle = heard[h:h + size]
        t = -1 if needle == silence else _find(take, needle, expected, frame, lost % SHORTEST == 0)
        if t < 0:
            h += frame
            lost += 1
            continue
        lost = 0
        length = _equal(heard, h, take, t)
        length -= length % frame
        found.append((h // frame, t // frame, length // frame))
        h, expected = h + length, t + length
    return found


def _find(take, needle, expected, frame, everywhere):
    near = (max(0, expected - 8192 * frame), expected + 48000 * frame)
    for begin, end in (near, (0, len(take))) if everywhere else (near,):
        t = take.find(needle, begin, end)
        while t >= 0 and t % frame:
            t = take.find(needle, t + 1, end)
        if t >= 0:
            return t
    return -1


def _equal(a, i, b, j):
    """Bytes that are equal from there on."""
    low, high = 0, min(len(a) - i, len(b) - j)
    while low < high:
        middle = (low + high + 1) // 2
        if a[i:i + middle] == b[j:j + middle]:
            low = middle
        else:
            high = middle - 1
    return low


def device_of(status):
    return next(o["device"] for o in status["outputs"] if o["name"] == FOH)


def expect_take(heard, take, breaks, channels, least_s):
    """Is it the take in at most so many pieces more than one?"""
    found = pieces(heard, take, channels)
    frames = sum(length for _, _, length in found)
    expect(len(found) <= 1 + breaks, f"{len(found)} pieces although only {breaks} breaks were counted: {found}")
    if frames < least_s * 48000 and breaks > 50:
        raise Invalid(f"JACK was late {breaks} times")
    expect(frames >= least_s * 48000, f"only {frames / 48000:.2f} s of the take were heard: {found}")
    expect(all(b[1] >= a[1] for a, b in zip(found, found[1:])), f"not in the order of the take: {found}")


def _played_on_jack(world, scene, seconds, edit=lambda text: text, judge=expect_identical, **more):
    """Plays `minimal` with foh-a on a JACK server; the take must be proven whatever `scene` does to JACK."""
    with Jack(world) as jack, world.stage(jack={FOH: jack.name}, **more) as stage:
        performance, verdict = world.enact(stage, world.show(edit=edit), seconds,
                                           lambda performance: scene(performance, jack))
        judge(verdict)
        side = json.loads((stage.take / f"{FOH}.json").read_text())
        expect(side["channels"] == jack.channels, f"{side}")
        return performance, (stage.take / f"{FOH}.f32").read_bytes(), jack


def _heard_on_jack(world, **manner):
    """What it hears in five seconds, how the device is then, what the output has played, and the server."""
    heard = []

    def scene(performance, jack):
        listener = jack.listen()
        performance.pause(5)
        heard.append((jack.heard(listener), device_of(performance.look())))

    _, played, jack = _played_on_jack(world, scene, 9, **manner)
    return *heard[0], played, jack


@scenario
def what_jack_hears_is_the_take_bit_for_bit(world):
    sound, device, take, jack = _heard_on_jack(world)
    expect(device["running"] and device["error"] == "", f"{device}")
    expect(device["latency"] > 0, f"no latency is told: {device}")
    expect(device["refused"] + device["over"] + device["dc"] == 0, f"the guard acted: {device}")
    breaks = device["xruns"] + device["starved"] + device["slips"]
    expect_take(sound, take, breaks, jack.channels, 4.5 if breaks == 0 else 2)


@scenario
def what_jack_hears_of_a_prompt_output_is_what_it_plays_and_the_playout_is_no_latency(world):
    playout_ms, margin_ms = 19, 12
    sound, device, played, jack = _heard_on_jack(
        world, edit=lambda text: text.replace("playout: 300ms", f"playout: {playout_ms}ms"),
        judge=lambda verdict: None,  # a machine that stands still for longer than such a playout is heard
        jack_options=("--jack-margin", str(margin_ms), "--jack-prompt", "--device-clock", "slip"))
    breaks = device["xruns"] + device["starved"] + device["slips"]
    expect_take(sound, played, breaks, jack.channels, 4.5 if breaks == 0 else 2)
    expect(breaks or 0 < device["latency"] < (playout_ms + margin_ms) * 48, f"{device}")


@scenario
def death_of_the_jack_server_is_not_heard_in_the_take_and_it_is_played_on_again(world):
    heard = []

    def scene(performance, jack):
        jack.listen()
        performance.pause(1)
        jack.server.kill()
        expect(performance.wait(lambda s: device_of(s)["losses"] == 1), "the death of the server was not told")
        performance.pause(1)
        jack.server.start()
        expect(performance.wait(lambda s: device_of(s)["running"]), "it does not play on the server that is back")
        listener = jack.listen()
        performance.pause(3)
        heard.append((jack.heard(listener), device_of(performance.look())))

    performance, take, jack = _played_on_jack(world, scene, 14)
    sound, device = heard[0]
    told = {i["kind"] for i in performance.status["incidents"]}
    expect({"device-lost", "device-started"} <= told, f"told: {told}")
    breaks = device["xruns"] + device["starved"] + device["slips"]
    expect_take(sound, take, breaks, jack.channels, 1)
