# SPDX-License-Identifier: Apache-2.0
"""The sound card that is none (tests/support/sound_card), for agents that are real processes: an ALSA plugin which the
agent loads; what it plays lies in a file."""

import struct
import time

CHANNELS = 2
SECONDS = 120                       # of sound in the air, from sample 0 of its crystal on
LAYOUT = struct.Struct("=qqIIqqII")  # card_file.h: epoch, ppb, unplugged, xruns, after, before, looped, opened


class SoundCard:
    """In an empty folder. Sample 0 of its crystal, which is `ppm` too fast, is now."""

    def __init__(self, folder, plugin, ppm=0):
        self.folder = folder
        self.ppm = ppm
        folder.mkdir()
        self.epoch = time.monotonic_ns()
        (folder / "card").write_bytes(LAYOUT.pack(self.epoch, round(ppm * 1000), 0, 0, 0, 0, 0, 0))
        for name in ("air", "voice"):
            with open(folder / name, "wb") as file:
                file.truncate(SECONDS * 48000 * CHANNELS * 4)
        self.config = folder / "asound.conf"
        self.config.write_text(f'pcm_type.continuo {{ lib "{plugin}" }}\n'
                               f'pcm.card {{ type continuo folder "{folder}" }}\n')

    def heard(self, until):
        """(what has sounded on it until then, host's CLOCK_MONOTONIC, ns; 32-bit float, interleaved; of which sample of the
        crystal on): without the silence before and after it. That takes long where the machine is busy, and may be asked later."""
        frame = 4 * CHANNELS
        with open(self.folder / "air", "rb") as file:
            air = file.read(self.sample_at(until) * frame).rstrip(b"\0")
        first = (len(air) - len(air.lstrip(b"\0"))) // frame
        return air[first * frame:len(air) // frame * frame], first

    def sample_at(self, host):
        """The newest sample of the crystal that has sounded by then."""
        return max(0, int((host - self.epoch) * 48e-6 * (1 + self.ppm * 1e-6)))

    def time_of(self, sample):
        """Host's CLOCK_MONOTONIC, ns, of a sample of the crystal."""
        return self.epoch + round(sample / (48000 * (1 + self.ppm * 1e-6)) * 1e9)

    def opened(self):
        return LAYOUT.unpack((self.folder / "card").read_bytes())[-1]
