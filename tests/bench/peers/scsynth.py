# SPDX-License-Identifier: Apache-2.0
"""SuperCollider's server, not in real time: as fast as it can, on one core, in blocks of 64 samples."""

import tempfile
from pathlib import Path

from slope import cpu_seconds, instances_a_core
from synthdef import TANH, SynthDef, bundle, message

PROGRAM = "scsynth"
NAME = "scsynth"
SECONDS = 10
SOURCE, SINK = 16, 32   # buses


def source():
    d = SynthDef("source")
    d.unit("ReplaceOut", SOURCE, d.times(d.unit("WhiteNoise"), 0.25), d.times(d.unit("WhiteNoise"), 0.25), outputs=0)
    return d


def mono(work):
    def define(name):
        d = SynthDef(name)
        d.unit("ReplaceOut", SINK, work(d, d.unit("In", SOURCE)), outputs=0)
        return d
    return define


def stereo(work):
    def define(name):
        d = SynthDef(name)
        d.unit("ReplaceOut", SINK, *work(d, *d.unit("In", SOURCE, outputs=2)), outputs=0)
        return d
    return define


def bell(d, x, freq=1000, db=3):
    return d.unit("BPeakEQ", x, freq, 1.4, db)


def bells(d, x):
    for i, freq in enumerate((40, 120, 250, 500, 1200, 3000, 8000, 16000)):
        x = bell(d, x, freq, 3 if i % 2 == 0 else -3)
    return x


def compressor(d, x):
    return d.unit("Compander", x, x, 0.125, 1, 0.33, 0.01, 0.12)


def reverb(d, left, right):
    return d.unit("FreeVerb2", left, right, 0.3, 0.6, 0.5, outputs=2)


def chorus(d, x):
    wet = None
    for i in range(3):
        slow = d.plus(d.times(d.unit("SinOsc", 0.6, 2.1 * i), 0.004), 0.012)
        voice = d.unit("DelayC", x, 0.05, slow)
        wet = voice if wet is None else d.plus(wet, voice)
    return d.plus(d.times(x, 0.5), d.times(wet, 0.17))


def chain(d, left, right):
    both = []
    for x, time in ((left, 0.375), (right, 0.5)):
        x = d.unit("BHiPass", d.times(x, 0.7), 80, 1.4)
        for freq, db in ((250, 3), (1200, -2), (3000, 2)):
            x = bell(d, x, freq, db)
        x = d.unit("UnaryOpUGen", d.times(compressor(d, x), 2), special=TANH)
        x = chorus(d, x)
        both.append(d.plus(x, d.times(d.unit("CombN", x, 2, time, 2), 0.3)))
    both = d.unit("Balance2", *both, 0.2, 1, outputs=2)
    return [d.unit("Limiter", x, 0.9, 0.0015) for x in reverb(d, *both)]


# Name of the row, what computes the same, what it is called, how many of it.
ROWS = [
    ("a bell, mono", mono(bell), "BPeakEQ", 500),
    ("eight bells, mono", mono(bells), "8 BPeakEQ", 100),
    ("compressor, mono", mono(compressor), "Compander", 500),
    ("reverb, stereo", stereo(reverb), "FreeVerb2: combs, no modulation", 50),
    ("chain of ten, stereo", stereo(chain), "the same chain, one SynthDef", 20),
]


def cost(folder, define, count):
    score = folder / "score.osc"
    score.write_bytes(
        bundle(0, message("/d_recv", source().bytes()), message("/d_recv", define("work").bytes()))
        + bundle(0.001, message("/s_new", "source", 1000, 0, 0))
        + b"".join(bundle(0.001, message("/s_new", "work", 1001 + i, 1, 0)) for i in range(count))
        + bundle(SECONDS, message("/n_free", 1000)))
    return cpu_seconds([PROGRAM, "-N", score.name, "_", "out.wav", "48000", "WAV", "int24", "-o", "2", "-z", "64",
                        "-n", "8192", "-m", "1048576", "-w", "512"], folder)


def rows(_build):
    """(name of the row, what the peer calls it, instances a core)."""
    with tempfile.TemporaryDirectory(prefix="continuo-bench-") as name:
        return [(row, what, instances_a_core(lambda n: cost(Path(name), define, n), count, SECONDS))
                for row, define, what, count in ROWS]
