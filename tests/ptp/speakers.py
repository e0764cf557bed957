# SPDX-License-Identifier: Apache-2.0
"""When a sample of the take was heard at a sound card that follows the media clock by resampling: its place among the
samples of the card's crystal, to hundredths of one, by least squares."""

import math
from array import array

PIECE = 512      # samples that are looked for
REACH = 40       # how far from where they should be
TURNS = 4        # of Gauss and Newton
WIDTH = 12       # of the windowed sinc on each side
ALIKE = 0.01     # of what is heard may be something else
LOUD = 0.001     # RMS of a piece that says where it is


def left_of(interleaved):
    """The first of two channels."""
    return array("f", interleaved[:len(interleaved) // 8 * 8])[0::2]


def _between(sound, at):
    whole = math.floor(at)
    total = 0.0
    for k in range(whole - WIDTH + 1, whole + WIDTH + 1):
        x = math.pi * (at - k)
        total += sound[k] if x == 0 else sound[k] * math.sin(x) / x * 0.5 * (1 + math.cos(x / WIDTH))
    return total


def _rms(values):
    return math.sqrt(sum(x * x for x in values) / len(values))


def place_of(take, first, heard, near):
    """Where in `heard` the piece of the take from `first` on begins, `near` there; None: it says nothing, or is not there."""
    piece = take[first:first + PIECE]
    near = round(near)
    if len(piece) < PIECE or near < REACH + WIDTH or near + PIECE + REACH + WIDTH > len(heard) or _rms(piece) < LOUD:
        return None

    def difference(shift):
        return sum((x - y) ** 2 for x, y in zip(piece, heard[near + shift:near + shift + PIECE]))

    place = near + min(range(-REACH, REACH + 1), key=difference)
    for _ in range(TURNS):
        there = [_between(heard, place + i) for i in range(PIECE)]
        slope = [_between(heard, place + i + 0.5) - _between(heard, place + i - 0.5) for i in range(PIECE)]
        steep = sum(s * s for s in slope)
        if steep == 0:
            return None
        place += sum((x - y) * s for x, y, s in zip(piece, there, slope)) / steep
        if abs(place - near) > REACH + 1:
            return None
    return place if _rms([x - y for x, y in zip(piece, there)]) < ALIKE * _rms(piece) else None
