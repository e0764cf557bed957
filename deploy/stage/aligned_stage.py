# SPDX-License-Identifier: Apache-2.0
"""A stage whose every node is a machine with a clock of its own, all of them following PTP."""

import json
from bisect import bisect_right
from dataclasses import dataclass, field

from cluster import COORDINATOR, NETWORKS, Process, Stage, StageError
from virtual_stage import VirtualStage, grandmaster

DESK = "desk"   # the coordinator's machine
GRANDMASTER = "gm-a"
LISTEN, BEATS, MAP, AUDIO = 7400, 7401, 7402, 5004
FOLLOWS = """slaveOnly 1
pi_proportional_const 0.7
pi_integral_const 0.015
first_step_threshold 0.00002
step_threshold 0.001
"""


@dataclass
class AlignedStage(Stage):
    virtual: VirtualStage = None
    clocks_ppb: dict = field(default_factory=dict)   # node -> by how much its oscillator is off
    allowed: tuple = ()                              # grandmasters that agents follow; none: any
    profile: str = "default"                         # of PTP
    grandmaster: str = GRANDMASTER                   # the first one: its time is stage time
    grandmaster_ppb: int = 0                         # by how much its oscillator is off
    truth: object = None                             # host's CLOCK_MONOTONIC in ns -> stage time, while it lives

    def __post_init__(self):
        self.run = self.take / "run"
        self.run.mkdir(parents=True, exist_ok=True)
        self.nodes = self.compute + self.boards + self.feeds
        self.port = AUDIO

    def build(self, seed, has_another=True):
        """The machines and the switch between them. `gm-b` is 300 ms and 20 ppm off, and there if `has_another`."""
        self.virtual.add(GRANDMASTER, self.grandmaster_ppb)
        self.truth = self.virtual.time_of(GRANDMASTER)
        self.virtual.add("gm-b", 20_000, -300_000_000)
        self.virtual.add(DESK, 3_000, 20_000_000)
        for number, node in enumerate(self.machines()):
            self.virtual.add(node, self.clocks_ppb.get(node, 0), (-1) ** number * 40_000_000)
        self.virtual.start_switch(seed)
        self.virtual.start_ptp(GRANDMASTER, grandmaster(self.virtual, GRANDMASTER, 100, self.profile))
        self.virtual.start_ptp(DESK, grandmaster(self.virtual, DESK, 255, self.profile) + FOLLOWS)
        self.has_another = has_another
        if self.profile == "gptp":
            self.virtual.start_bridge(grandmaster(self.virtual, "bridge", 248, self.profile) + FOLLOWS.split("\n", 1)[1])

    def machines(self):
        """Nodes that are whole computers."""
        return [node for node in self.nodes if node not in self.boards]

    def add_boards(self):
        """Of a stage that has some: aligned_board.py."""

    def start_another(self):
        """It measures, and is not steered: what it shows when it takes over is its own time."""
        if self.has_another:
            self.virtual.start_ptp("gm-b", grandmaster(self.virtual, "gm-b", 110, self.profile) + "free_running 1\n")

    def address(self, node, network):
        return self.virtual.machines[node].address(network)

    def at_desk(self, port, network="red"):
        return f"{self.address(DESK, network)}:{port}"

    def start(self):
        self.listen = self.at_desk(LISTEN)
        self.beats = [self.at_desk(BEATS, network) for network in NETWORKS]
        allow = [word for identity in self.allowed for word in ("--ptp-allow", identity)]
        self._add_on(COORDINATOR, DESK, [
            self.binaries / "continuo-coordinator", "--listen", self.listen, *self._beats(), "--no-announce",
            "--state", self.run / COORDINATOR, "--ptp", self.virtual.socket(DESK),
            "--clock-map", self.at_desk(MAP), "--clock-log", self.clock_log(DESK), *allow,
            *(["--ptp-sdo", "1"] if self.profile == "gptp" else [])])
        for node in self.machines():
            self._add_on(node, node, self._agent_command(node) + [
                "--assets", f"{self.address(node, 'red')}:0", "--ptp-run", "eth0", "--ptp-priority", "255", "--ptp-profile", self.profile,
                "--clock-map", self.at_desk(MAP), "--clock-log", self.clock_log(node), *allow])
        self.add_boards()
        for process in self.processes.values():
            process.start()
        self.processes[GRANDMASTER] = self.virtual.processes[f"ptp4l-{GRANDMASTER}"]   # may be struck like any other
        self._wait_attached(75)   # cold, and on a network that jitters
        self.start_another()

    def check_alive(self):
        super().check_alive()
        if self.virtual.switch.poll() is not None:
            raise StageError(f"the switch of the stage ended by itself (exit {self.virtual.switch.returncode}); logs are in "
                             f"{self.virtual.logs}")

    def _add_on(self, name, machine, command):
        self.processes[name] = Process(name, [str(c) for c in self.virtual.on(machine, command)],
                                       self.run / f"{name}.log")

    def clock_log(self, machine):
        return self.run / f"{machine}.clock.jsonl"

    def client(self):
        return ["ip", "netns", "exec", DESK, *super().client()]


class StageTime:
    """Stage time as one machine draws it, at any instant of the host: computed from its log, without reading a clock."""

    def __init__(self, machine, log):
        self.machine = machine
        self.lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
        self.begins = [line["local"] for line in self.lines]

    @property
    def first(self):
        """Host time from which on it is known."""
        return self.machine.host(self.begins[0]) if self.begins else 2**63

    @property
    def last(self):
        return self.machine.host(self.begins[-1]) if self.begins else 0

    def line_at(self, host):
        return self.lines[max(0, bisect_right(self.begins, self.machine.raw(host)) - 1)]

    def lines_between(self, begin, end):
        return [self.line_at(begin), *(line for line in self.lines
                                       if self.machine.raw(begin) < line["local"] <= self.machine.raw(end))]

    def at(self, host):
        line = self.line_at(host)
        ran = self.machine.raw(host) - line["local"]
        return line["stage"] + ran + ran * line["rate_ppb"] // 10**9


    def errors(self, truth, begin, end, every=10**7):
        """(host time, by how much it is ahead of `truth` in ns)."""
        return [(host, self.at(host) - truth(host))
                for host in range(max(begin, self.first), min(end, self.last), every)]


def compared(one, other, begin, end, every=10**7):
    """(host time, difference in ns) of two StageTimes."""
    return [(host, one.at(host) - other.at(host)) for host in range(begin, end, every)]
