# SPDX-License-Identifier: Apache-2.0
"""A hand at the panel of a board in QEMU, and a look at its lamps: what the board says of each edge, and where the beats are."""

import json
import socket

SWITCH = 4            # the first one's number; knobs come before
TICKS_PER_BEAT = 960 * 1024


class Hand:
    def __init__(self, pins):
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.line.connect(str(pins))

    def move(self, number, value):
        head = [0x80 | number, value >> 7, value & 0x7f]
        self.line.sendall(bytes([*head, sum(head) & 0x7f]))


def log_lines(path):
    """What happened at the panel so far."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def moves(path):
    return [line for line in log_lines(path) if "input" in line]


def edges(path, output):
    return [line for line in log_lines(path) if line.get("output") == output]


def sample_of(segment, tick):
    """The first sample at which a segment's music has come to that position, by exact arithmetic."""
    rate = 16 * segment["tempo_mbpm"]   # ticks in 46875 samples
    return segment["n0"] + max(0, -(-(tick - segment["tick0"]) * 46875 // rate))
