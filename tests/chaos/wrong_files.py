# SPDX-License-Identifier: Apache-2.0
"""Shows that nobody can play, and the files they name: what a tired person, a broken disk or a joker hands in."""

import os
import struct

SHOW = """show: wrong
redundancy: 2
assets:
  sound: {{{kind}: {file}}}
tasks:
  lead: {{kind: player, samples: sound}}
outputs:
  foh: {{from: lead, feeds: [a, b]}}
"""
TUNE = """show: wrong
redundancy: 2
assets:
  song: {{midi: {file}}}
tasks:
  lead: {{kind: synth, notes: {{file: song}}}}
outputs:
  foh: {{from: lead, feeds: [a, b]}}
"""
TONE = """show: wrong
redundancy: 2
tasks:
  lead: {{kind: signal, params: {{level: {value}}}}}
outputs:
  foh: {{from: lead, feeds: [a, b]}}
"""


def wave_header(channels, rate, data):
    width = 2 * channels
    form = struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * width, width, 16)
    return b"RIFF" + struct.pack("<I", 36 + data) + b"WAVEfmt " + form + b"data" + struct.pack("<I", data)


def long_wave(frames):
    """Its header: RF64 (EBU Tech 3306), which knows no limit of 4 GB."""
    data = frames * 4
    sizes = struct.pack("<IQQQI", 28, data + 72, data, frames, 0)
    form = struct.pack("<IHHIIHH", 16, 1, 2, 48000, 192000, 4, 16)
    return (b"RF64\xff\xff\xff\xffWAVEds64" + sizes + b"fmt " + form + b"data\xff\xff\xff\xff", data)


def sounds(folder):
    """(file, what must be said of it)"""
    (folder / "nothing.wav").write_bytes(b"")
    (folder / "silence.wav").write_bytes(wave_header(2, 48000, 0))
    header, data = long_wave((10 << 30) // 4)
    (folder / "ten_gigabytes.wav").write_bytes(header)
    os.truncate(folder / "ten_gigabytes.wav", len(header) + data)  # a hole: takes no place
    for channels in (9, 64):
        (folder / f"wide{channels}.wav").write_bytes(wave_header(channels, 48000, 4000 * channels) + bytes(4000 * channels))
    for rate in (1, 192001):
        (folder / f"rate{rate}.wav").write_bytes(wave_header(2, rate, 4000) + bytes(4000))
    (folder / "broken.flac").write_bytes(b"fLaC" + bytes(range(256)) * 20)
    os.mkfifo(folder / "pipe.wav")
    (folder / "folder.wav").mkdir()
    return [("nothing.wav", "cannot be decoded"), ("silence.wav", "0 frames"), ("ten_gigabytes.wav", "60 minutes"),
            ("wide9.wav", "9 channels; 1 to 8"), ("wide64.wav", "64 channels; 1 to 8"),
            ("rate1.wav", "a rate of 1 Hz; 8000 to 192000"), ("rate192001.wav", "192001 Hz"),
            ("broken.flac", "cannot be decoded"), ("pipe.wav", "neither a file nor a folder"),
            ("folder.wav", "is a folder"), ("missing.wav", "does not exist"), ("/dev/zero", "neither a file nor a folder")]


def tunes(folder):
    (folder / "cut.mid").write_bytes((folder / "arpeggio.mid").read_bytes()[:60])
    (folder / "noise.mid").write_bytes(b"MThd\0\0\0\6\0\1\0\2\1\xe0MTrk\0\0\xff\xff" + bytes(range(256)))
    return [("cut.mid", "cut off in track 1 of 1"), ("noise.mid", "cut off in track 1 of 2"),
            ("/dev/zero", "neither a file nor a folder")]


def texts():
    """(text of a show, what must be said of it)"""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for i in range(1, 30):
        bomb += f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]\n"
    many = "".join(f"  t{i}: {{kind: signal}}\n" for i in range(16384))
    yield "", "this is not a show"
    yield "- a\n- b\n", "this is not a show"
    yield "show:\tx\n\ttasks: 3\n", "this is not YAML"
    yield bomb, "no key \"a0\""
    yield "show: " + "[" * 400_000, "nested too deeply"
    yield "show: " + "x" * 2_000_000, "longer than 1 MiB"
    yield f"show: many\nredundancy: 2\ntasks:\n{many}outputs:\n  foh: {{from: t0, feeds: [a, b]}}\n", "16384 tasks; at most"
    for value in (".nan", ".inf", "-.inf", "1e999", "-120.001", "0.001", "loud", "[1]"):
        yield TONE.format(value=value), "-120 to 0 dBFS"


def wrong_shows(folder):
    """(file of a show, what must be said of it); each and what it names lies in `folder`, where arpeggio.mid is."""
    shows = [(SHOW.format(kind="audio", file=file), said) for file, said in sounds(folder)]
    shows += [(TUNE.format(file=file), said) for file, said in tunes(folder)]
    shows += texts()
    for number, (text, said) in enumerate(shows):
        path = folder / f"wrong{number}.yaml"
        path.write_text(text)
        yield path, said
