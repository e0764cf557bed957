# SPDX-License-Identifier: Apache-2.0
"""Where a show is at any instant, computed from its take's first plan and events, without any of the programs."""

import json

PLAY, STOP, LOCATE, TEMPO = 16, 17, 18, 19   # commands
NAMES = {"COMMAND_PLAY": PLAY, "COMMAND_STOP": STOP, "COMMAND_LOCATE": LOCATE, "COMMAND_TEMPO": TEMPO}
TICKS = 983_040                              # of a quarter note


class Music:
    def __init__(self, take):
        plan = json.loads((take / "plan-1.json").read_text())
        self.media, self.playout = plan["media"], int(plan["timing"]["playout"])
        begin = plan["session"]
        self.segments = [(int(begin["n0"]), int(begin.get("tick0", 0)), begin["tempo_mbpm"], True)]
        self.taken = []   # (command, value)
        for event in map(json.loads, (take / "events.jsonl").read_text().splitlines()):
            command, at = NAMES.get(event["command"], event["command"]), int(event["at"])
            value = int(event.get("value", 0))
            _, _, mbpm, rolls = self.segments[-1]
            self.taken.append((command, value))
            mbpm = value if command == TEMPO else mbpm
            rolls = command == PLAY if command in (PLAY, STOP) else rolls
            tick = value if command == LOCATE else int(self.tick(at))
            self.segments.append((at, tick, mbpm, rolls))

    def segment(self, n):
        """(n0, tick0, thousandths of a quarter note a minute, whether it rolls)"""
        return ([s for s in self.segments if s[0] <= n] or self.segments[:1])[-1]

    def tick(self, n):
        n0, tick0, mbpm, rolls = self.segment(n)
        return tick0 + rolls * max(0, n - n0) * mbpm * 16 / 46875

    def heard_n(self, mono):
        """The sample that is heard at that time of CLOCK_MONOTONIC, in ns."""
        return int(self.media["n0"]) + (mono - int(self.media["t0"])) * 48000 / 1e9 - self.playout

    def heard(self, mono):
        """(tick, tempo, whether it rolls) that is heard then."""
        n = self.heard_n(mono)
        return self.tick(n), *self.segment(n)[2:]
