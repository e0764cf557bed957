# SPDX-License-Identifier: Apache-2.0
"""Csound, not in real time: as fast as it can, on one core, with control blocks of 64 samples, in double precision."""

import tempfile
from pathlib import Path

from slope import cpu_seconds, instances_a_core

PROGRAM = "csound"
NAME = "csound"
SECONDS = 10

HEAD = """<CsoundSynthesizer>
<CsOptions>
-o out.wav -W -3 -d -m0
</CsOptions>
<CsInstruments>
sr=48000
ksmps=64
nchnls=2
0dbfs=1
gaL init 0
gaR init 0
instr 1
gaL rand 0.25
gaR rand 0.25
endin
instr 2
"""

TAIL = """endin
</CsInstruments>
<CsScore>
i 1 0 {seconds}
{score}
e
</CsScore>
</CsoundSynthesizer>
"""

BELLS = "".join(f"a1 pareq a1, {freq}, {1.41 if i % 2 == 0 else 0.71}, 0.7\n"
                for i, freq in enumerate((40, 120, 250, 500, 1200, 3000, 8000, 16000)))


def channel(source, target, delay):
    voices = "".join(f"""a4 oscili 4, 0.6, -1, {phase}
a5 vdelay3 a1, a4 + 12, 50
a3 = a3 + a5
""" for phase in (0, 0.33, 0.66))
    return f"""a1 = {source} * 0.7
a1 butterhp a1, 80
a1 pareq a1, 250, 1.41, 0.7
a1 pareq a1, 1200, 0.79, 0.7
a1 pareq a1, 3000, 1.26, 0.7
a1 compress2 a1, a1, -90, -18, -18, 3, 0.01, 0.12, 0.001
a1 = tanh(a1 * 2)
a3 = 0
{voices}a1 = a1 * 0.5 + a3 * 0.17
a6 comb a1, 2, {delay}
{target} = a1 + a6 * 0.3
"""


CHAIN = channel("gaL", "aL", 0.375) + channel("gaR", "aR", 0.5) + """aL = aL * 0.9
aR = aR * 1.1
aV, aW freeverb aL, aR, 0.6, 0.5
aL = aL * 0.7 + aV * 0.3
aR = aR * 0.7 + aW * 0.3
aL compress2 aL, aL, -90, -1, -1, 100, 0.001, 0.1, 0.0015
aR compress2 aR, aR, -90, -1, -1, 100, 0.001, 0.1, 0.0015
outs aL*0.001, aR*0.001
"""

# Name of the row, what computes the same, what it is called, how many of it.
ROWS = [
    ("a bell, mono", "a1 pareq gaL, 1000, 1.4, 0.7\nouts a1*0.001, a1*0.001\n", "pareq", 200),
    ("eight bells, mono", "a1 = gaL\n" + BELLS + "outs a1*0.001, a1*0.001\n", "8 pareq", 50),
    ("compressor, mono", "a1 compress2 gaL, gaL, -90, -18, -18, 3, 0.01, 0.12, 0.001\nouts a1*0.001, a1*0.001\n",
     "compress2", 200),
    ("reverb, stereo", "a1, a2 freeverb gaL, gaR, 0.6, 0.5\nouts a1*0.001, a2*0.001\n",
     "freeverb: combs, no modulation", 30),
    ("reverb, stereo", "a1, a2 reverbsc gaL, gaR, 0.85, 10000\nouts a1*0.001, a2*0.001\n",
     "reverbsc: 8 lines, modulated", 30),
    ("chain of ten, stereo", CHAIN, "the same chain, one instrument", 10),
]


def cost(folder, instrument, count):
    score = "\n".join(f"i 2 0 {SECONDS}" for _ in range(count))
    (folder / "work.csd").write_text(HEAD + instrument + TAIL.format(seconds=SECONDS, score=score))
    return cpu_seconds([PROGRAM, "work.csd"], folder)


def rows(_build):
    """(name of the row, what the peer calls it, instances a core)."""
    with tempfile.TemporaryDirectory(prefix="continuo-bench-") as name:
        return [(row, what, instances_a_core(lambda n: cost(Path(name), instrument, n), count, SECONDS))
                for row, instrument, what, count in ROWS]
