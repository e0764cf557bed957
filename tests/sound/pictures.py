# SPDX-License-Identifier: Apache-2.0
"""One function for each picture. Everything that is measured comes out of the kernels themselves."""

import subprocess

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

RATE = 48000
SETTLE = 24000   # glides have arrived
PICTURES = {}


def picture(function):
    PICTURES[function.__name__.replace("_", "-")] = function
    return function


class Bench:
    """Runs kernels."""

    def __init__(self, program):
        self.program = program

    def run(self, kind, signal, *events, channels=1, **params):
        """What becomes of the signal [frames, channels]. Parameters are set at the first sample; a point in a name is
        written as two underscores. `events`: (at, name, value)."""
        signal = np.asarray(signal, dtype="<f4").reshape(-1, channels)
        words = [f"0:{name.replace('__', '.')}={value}" for name, value in params.items()]
        words += [f"{at}:{name}={value}" for at, name, value in events]
        done = subprocess.run([self.program, kind, str(channels), str(len(signal)), *words], check=True,
                              input=signal.tobytes(), stdout=subprocess.PIPE)
        out = np.frombuffer(done.stdout, dtype="<f4").reshape(-1, channels)
        return out[:, 0] if channels == 1 else out

    def play(self, kind, seconds, *events, **params):
        """What a source plays, in stereo; its left side."""
        return self.run(kind, np.zeros((int(seconds * RATE), 2)), *events, channels=2, **params)[:, 0]

    def response(self, kind, size=65536, **params):
        """Frequencies and gain in dB, once everything has settled."""
        impulse = np.zeros(SETTLE + size)
        impulse[SETTLE] = 1
        return np.fft.rfftfreq(size, 1 / RATE), decibels(np.fft.rfft(self.run(kind, impulse, **params)[SETTLE:]))


def decibels(amplitude):
    return 20 * np.log10(np.maximum(np.abs(amplitude), 1e-9))


def sine(hz, seconds, level=1.0):
    return level * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE)


def spectrum(signal):
    """Frequencies and level of sines in dB, seen through a Blackman window."""
    window = np.blackman(len(signal))
    return np.fft.rfftfreq(len(signal), 1 / RATE), decibels(2 * np.fft.rfft(signal * window) / window.sum())


def frequencies(axis, lowest=20):
    axis.set_xscale("log")
    axis.set_xlim(lowest, RATE / 2)
    axis.set_xticks([t for t in (20, 100, 1000, 10000) if t >= lowest])
    axis.set_xticklabels([f"{t:g}" if t < 1000 else f"{t // 1000} k" for t in axis.get_xticks().astype(int)])
    axis.set_xlabel("Hz")
    axis.grid(alpha=0.3)


def spectrogram(axis, signal, title, highest=RATE / 2):
    axis.specgram(signal, NFFT=2048, Fs=RATE, noverlap=1536, window=np.blackman(2048), cmap="magma", vmin=-140,
                  vmax=-30)
    axis.set_ylim(0, highest)
    axis.set_title(title)
    axis.set_xlabel("s")


@picture
def eq(bench):
    figure, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
    for gain in (-12, -6, 6, 12):
        axes[0].plot(*bench.response("eq", freq__4=1000, gain__4=gain, q__4=1.4), label=f"bell {gain:+d} dB")
    axes[0].plot(*bench.response("eq", freq__4=10000, gain__4=12, q__4=1.4), "k--", label="bell at 10 kHz")
    kinds = {"low shelf": 1, "high shelf": 2, "low cut": 3, "high cut": 4, "notch": 5, "tilt": 6}
    for name, kind in kinds.items():
        axes[1].plot(*bench.response("eq", type__4=kind, freq__4=1000, gain__4=9, q__4=0.7), label=name)
    for axis in axes:
        frequencies(axis)
        axis.set_ylim(-20, 14)
        axis.legend(fontsize=8)
    axes[0].set_ylabel("dB")
    return figure


@picture
def compressor(bench):
    figure, axes = plt.subplots(1, 2, figsize=(11, 4))
    levels = np.arange(-48, 1, 2.0)
    for ratio, knee in ((2, 0), (4, 0), (4, 12), (20, 0)):
        out = []
        for level in levels:
            tone = bench.run("compressor", sine(1000, 1.5, 10 ** (level / 20)), threshold=-24, ratio=ratio, knee=knee,
                             attack=1, release=500)
            out.append(decibels(np.max(np.abs(tone[RATE:]))))
        axes[0].plot(levels, out, label=f"{ratio}:1, knee {knee} dB")
    axes[0].plot(levels, levels, "k:", linewidth=1)
    axes[0].set_xlabel("dBFS in")
    axes[0].set_ylabel("dBFS out")
    loud = np.where((np.arange(2 * RATE) > 0.5 * RATE) & (np.arange(2 * RATE) < RATE), 1.0, 0.1)
    tone = bench.run("compressor", loud * sine(2000, 2), threshold=-20, ratio=4, attack=10, release=120)
    time = np.arange(len(tone)) / RATE
    axes[1].plot(time, tone, linewidth=0.4)
    axes[1].set_xlim(0.4, 1.6)
    axes[1].set_xlabel("s; 20 dB louder from 0.5 to 1 s; attack 10 ms, release 120 ms")
    for axis in axes:
        axis.grid(alpha=0.3)
    axes[0].legend(fontsize=8)
    return figure


@picture
def limiter(bench):
    """A sine at a quarter of the rate, whose samples all miss its peaks by 3 dB."""
    figure, axis = plt.subplots(figsize=(11, 4))
    tone = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)
    out = bench.run("limiter", tone, ceiling=-1)
    size, times = 4096, 16
    for name, signal in (("in: samples at -3 dBFS, peaks at 0 dBTP", tone), ("out, ceiling -1 dBTP", out)):
        part = signal[RATE // 2:RATE // 2 + size]
        fine = np.fft.irfft(np.concatenate([np.fft.rfft(part), np.zeros(size // 2 * (times - 1))]), size * times) * times
        line, = axis.plot(np.arange(24 * times) / times, fine[1000 * times:1024 * times], label=name)
        axis.plot(np.arange(24), part[1000:1024], "o", color=line.get_color(), markersize=4)
    for level in (-1, 1):
        axis.axhline(level * 10 ** (-1 / 20), color="k", linestyle=":", linewidth=1)
    axis.set_xlabel("samples")
    axis.legend(fontsize=8, loc="lower right")
    axis.grid(alpha=0.3)
    return figure


@picture
def shaper(bench):
    """What folds back: everything that is no multiple of 5 kHz."""
    figure, axes = plt.subplots(1, 4, figsize=(13, 3.6), sharey=True)
    for stage, axis in enumerate(axes):
        out = bench.run("shaper", sine(5000, 2, 0.8), curve=1, drive=12, oversampling=stage)
        axis.plot(*spectrum(out[RATE:]), linewidth=0.6)
        axis.set_title(f"{2 ** stage} times the rate" if stage else "no oversampling")
        axis.set_ylim(-140, 10)
        axis.set_xlim(0, RATE / 2)
        axis.set_xlabel("Hz")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("dBFS")
    return figure


@picture
def synth(bench):
    figure, axes = plt.subplots(1, 2, figsize=(11, 4))
    keys = range(48, 109, 4)
    events = [e for i, key in enumerate(keys) for e in ((i * RATE // 4, "on", key), (i * RATE // 4 + 9000, "off", key))]
    spectrogram(axes[0], bench.play("synth", len(keys) / 4, *events, cutoff=18000, keyfollow=1, osc2=0, detune=0, envelope=0), "a saw climbs: nothing folds back")
    sweep = [(int(t * RATE), "cutoff", round(100 * 100 ** (t / 4), 1)) for t in np.arange(0.05, 4, 0.05)]
    spectrogram(axes[1], bench.play("synth", 4, (0, "on", 36), *sweep, cutoff=100, resonance=0.8),
                "its filter opens, 100 Hz to 10 kHz", 12000)
    axes[0].set_ylabel("Hz")
    return figure


@picture
def reverb(bench):
    figure, axes = plt.subplots(1, 2, figsize=(11, 4))
    impulse = np.zeros((4 * RATE, 2))
    impulse[SETTLE] = 1
    room = bench.run("reverb", impulse, channels=2, mix=1, decay=2, size=0.8, damping=0.5)[SETTLE:, 0]
    spectrogram(axes[0], room * 30, "decay 2 s, damping 0.5")
    axes[0].set_xlim(0, 2.5)
    axes[0].set_ylabel("Hz")
    spectrum_of_room = np.fft.rfft(room)
    hz = np.fft.rfftfreq(len(room), 1 / RATE)
    for centre in (125, 500, 2000, 8000):
        octaves = np.log2(np.maximum(hz, 1) / centre)
        band = spectrum_of_room * np.exp(-(octaves / 0.4) ** 2)  # smooth, or the filter rings longer than the room
        energy = np.cumsum(np.fft.irfft(band, len(room))[::-1] ** 2)[::-1]
        axes[1].plot(np.arange(len(room)) / RATE, 10 * np.log10(energy / energy[0] + 1e-12), label=f"{centre} Hz")
    axes[1].set_ylim(-70, 2)
    axes[1].set_xlim(0, 2.5)
    axes[1].set_xlabel("s")
    axes[1].set_ylabel("energy that is still to come, dB")
    axes[1].legend(fontsize=8)
    axes[1].grid(alpha=0.3)
    return figure


@picture
def modulation(bench):
    figure, axes = plt.subplots(1, 3, figsize=(13, 4), sharey=True)
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, 8 * RATE)
    spectrogram(axes[0], bench.run("flanger", noise, rate=0.25, feedback=0.6), "flanger on noise", 10000)
    spectrogram(axes[1], bench.run("phaser", noise, rate=0.25, stages=8, feedback=0.5), "phaser on noise", 10000)
    tone = sum(sine(440 * h, 8, 0.2 / h) for h in range(1, 9))
    spectrogram(axes[2], bench.run("chorus", tone, rate=0.6), "chorus on eight harmonics", 4000)
    axes[0].set_ylabel("Hz")
    return figure


@picture
def delay(bench):
    figure, axis = plt.subplots(figsize=(11, 3))
    clicks = np.zeros((3 * RATE, 2))
    clicks[SETTLE:SETTLE + 48, 0] = 1
    out = bench.run("delay", clicks, channels=2, left=250, right=250, feedback=0.7, cross=1, mix=0.7)
    time = (np.arange(len(out)) - SETTLE) / RATE
    axis.plot(time, out[:, 0], label="left")
    axis.plot(time, -out[:, 1], label="right (drawn downwards)")
    axis.set_xlim(-0.1, 2.4)
    axis.set_xlabel("s; a click on the left, 250 ms, cross 1")
    axis.legend(fontsize=8)
    axis.grid(alpha=0.3)
    return figure


def draw(name, program, folder):
    figure = PICTURES[name](Bench(program))
    figure.tight_layout()
    figure.savefig(folder / f"{name}.png", dpi=64, metadata={"Software": None}, pil_kwargs={"optimize": True})
    plt.close(figure)
