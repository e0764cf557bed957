# SPDX-License-Identifier: Apache-2.0
"""Definitions for scsynth, written without its language: the file format SCgf, version 2, and scores in OSC.

Formats: "Synth Definition File Format" and "Server Command Reference" of the SuperCollider documentation; OSC 1.0.
"""

import struct

AUDIO = 2
MULTIPLY, ADD, TANH = 2, 0, 36   # special indices of operators


class SynthDef:
    """Unit generators in the order in which they compute. An input is a number, or what `unit` returned."""

    def __init__(self, name):
        self.name = name
        self.constants = []
        self.units = []

    def unit(self, kind, *inputs, outputs=1, special=0):
        """All outputs of the new unit."""
        self.units.append((kind, inputs, outputs, special))
        made = [("unit", len(self.units) - 1, i) for i in range(outputs)]
        return made[0] if outputs == 1 else made

    def times(self, signal, factor):
        return self.unit("BinaryOpUGen", signal, factor, special=MULTIPLY)

    def plus(self, one, other):
        return self.unit("BinaryOpUGen", one, other, special=ADD)

    def bytes(self):
        body = b"".join(self._unit(unit) for unit in self.units)
        head = _pascal(self.name) + struct.pack(">i", len(self.constants))
        head += b"".join(struct.pack(">f", c) for c in self.constants)
        head += struct.pack(">iii", 0, 0, len(self.units))
        return b"SCgf" + struct.pack(">ih", 2, 1) + head + body + struct.pack(">h", 0)

    def _unit(self, unit):
        kind, inputs, outputs, special = unit
        head = _pascal(kind) + struct.pack(">biih", AUDIO, len(inputs), outputs, special)
        return head + b"".join(self._input(i) for i in inputs) + bytes([AUDIO]) * outputs

    def _input(self, value):
        if isinstance(value, tuple):
            return struct.pack(">ii", value[1], value[2])
        if value not in self.constants:
            self.constants.append(value)
        return struct.pack(">ii", -1, self.constants.index(value))


def _pascal(text):
    return bytes([len(text)]) + text.encode()


def _padded(text):
    raw = text.encode() + b"\0"
    return raw + b"\0" * (-len(raw) % 4)


def message(address, *arguments):
    tags, data = ",", b""
    for a in arguments:
        if isinstance(a, int):
            tags, data = tags + "i", data + struct.pack(">i", a)
        elif isinstance(a, bytes):
            tags, data = tags + "b", data + struct.pack(">i", len(a)) + a + b"\0" * (-len(a) % 4)
        else:
            tags, data = tags + "s", data + _padded(a)
    return _padded(address) + _padded(tags) + data


def bundle(at_s, *messages):
    """As a score holds it: with its size before it."""
    raw = b"#bundle\0" + struct.pack(">Q", int(at_s * 2**32))
    raw += b"".join(struct.pack(">i", len(m)) + m for m in messages)
    return struct.pack(">i", len(raw)) + raw
