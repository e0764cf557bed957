# SPDX-License-Identifier: Apache-2.0
"""Machines whose clocks drift, each in a network namespace of its own, on one switch of ours, under the real ptp4l.

All of it lives in namespaces (network and mount) of this process alone: nothing is left when it ends, however it ends.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from cluster import Process, StageError

INSIDE = "CONTINUO_VIRTUAL_STAGE"
PTP_PRIORITY = "78"   # below the switch
NETWORK = {"red": 1, "blue": 2}


def available():
    """Empty, or why there can be no such stage here."""
    missing = [tool for tool in ("ptp4l", "ip", "unshare", "chrt", "ethtool") if not shutil.which(tool)]
    if os.geteuid() != 0:
        return "it needs root, for network namespaces"
    if missing:
        return f"it needs {', '.join(missing)} (deploy/install netns)"
    if subprocess.run(["chrt", "-f", PTP_PRIORITY, "true"], capture_output=True).returncode != 0:
        return "it needs SCHED_FIFO: clocks that wait for a processor measure nothing"
    return ""


def enter():
    """Returns inside of the namespaces."""
    if not os.environ.get(INSIDE):
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "-n", "-m", sys.executable, *sys.argv])
    Path("/run/netns").mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run/netns"], check=True)
    run("ip", "link", "set", "lo", "up")


def own_folder():
    """A folder in memory that nobody else sees and that is gone with this process. Only inside of the namespaces."""
    folder = Path("/run/netns/.stage")   # a file system of ours is mounted there anyway
    folder.mkdir()
    return folder


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise StageError(f"`{' '.join(map(str, command))}`: {done.stderr.strip()}")
    return done.stdout


@dataclass
class Machine:
    name: str
    ppb: int                  # by which its oscillator is off
    step_ns: int = 0          # by which its time of day is off at first
    number: int = 0
    clock: Path = None
    begun: int = 0            # host time at which its clock began

    @property
    def host_end(self):
        return f"s{self.number}"

    def address(self, network="red"):
        return f"10.77.{NETWORK[network]}.{self.number}"

    def identity(self):
        """As a grandmaster: ptp4l makes it of the address of its interface."""
        link = json.loads(run("ip", "-n", self.name, "-j", "link", "show", "eth0"))[0]
        octets = link["address"].split(":")
        return "".join(octets[:3]) + ".fffe." + "".join(octets[3:])

    def raw(self, host):
        """CLOCK_MONOTONIC_RAW of the machine at that host time."""
        ran = host - self.begun
        whole, rest = divmod(ran, 10**9)
        return self.begun + ran + whole * self.ppb + rest * self.ppb // 10**9

    def host(self, raw):
        """Host time at which the machine's CLOCK_MONOTONIC_RAW is that."""
        return self.begun + round((raw - self.begun) * 10**9 / (10**9 + self.ppb))


@dataclass
class VirtualStage:
    tools: Path               # where ptp-clock, ptp-switch and the shim are
    folder: Path              # for clocks and sockets, whose names must be short
    logs: Path = None         # None: there, too
    machines: dict = field(default_factory=dict)
    taps: dict = field(default_factory=dict)   # board -> interface that its emulator opens
    processes: dict = field(default_factory=dict)
    switch: subprocess.Popen = None

    def __post_init__(self):
        self.logs = self.logs or self.folder

    def add(self, name, ppb=0, step_ns=0):
        machine = Machine(name, ppb, step_ns, number=1 + len(self.machines), clock=self.folder / f"{name}.clock")
        self.machines[name] = machine
        made = json.loads(run(self.tools / "ptp-clock", "make", machine.clock, ppb, step_ns))
        machine.begun = made["begun"]
        run("ip", "netns", "add", name)
        run("ip", "link", "add", machine.host_end, "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "link", "set", machine.host_end, "up")
        run("ip", "-n", name, "link", "set", "lo", "up")
        for network in NETWORK:
            run("ip", "-n", name, "addr", "add", f"{machine.address(network)}/24", "dev", "eth0")
        # Frames must come one by one and with their checksums: there is no card that could finish them.
        for end in (["ip", "netns", "exec", name, "ethtool", "-K", "eth0"], ["ethtool", "-K", machine.host_end]):
            run(*end, "tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off")
        run("ip", "-n", name, "link", "set", "eth0", "up")
        run("ip", "-n", name, "route", "add", "default", "dev", "eth0")
        return machine

    def add_tap(self, board):
        """An end of a cable for a board in an emulator of ours, whose oscillator is the host's."""
        end = f"t{1 + len(self.taps)}"
        run("ip", "tuntap", "add", "dev", end, "mode", "tap")
        run("ip", "link", "set", end, "up")
        self.taps[board] = end

    def end_of(self, name):
        return self.taps.get(name) or self.machines[name].host_end

    def start_switch(self, seed=1, delay_us=50):
        names = [*self.machines, *self.taps]
        ends = [self.end_of(name) for name in names]
        with open(self.logs / "switch.log", "w") as log:
            self.switch = subprocess.Popen([self.tools / "ptp-switch", str(seed), *ends], stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, stderr=log, text=True)
        if self.switch.stdout.readline().strip() != "switching":
            raise StageError((self.logs / "switch.log").read_text())
        for name in names:
            self.cable(name, delay_us)

    def cable(self, name, delay_us=50, jitter_us=0, asymmetry_us=0, loss=0, plugged=True):
        self.switch.stdin.write(f"cable {self.end_of(name)} {delay_us} {jitter_us} {asymmetry_us} {loss} {int(plugged)}\n")
        self.switch.stdin.flush()

    def on(self, name, command, priority=None):
        """What runs a program on that machine, under its clock."""
        shim = ["env", f"LD_PRELOAD={self.tools / 'libptp-clock-shim.so'}",
                f"CONTINUO_VIRTUAL_CLOCK={self.machines[name].clock}"]
        return ["ip", "netns", "exec", name, *(["chrt", "-f", priority] if priority else []), *shim, *command]

    def start(self, process, name, command, priority=None):
        self.processes[process] = Process(process, [str(c) for c in self.on(name, command, priority)],
                                          self.logs / f"{process}.log")
        self.processes[process].start()
        return self.processes[process]

    def socket(self, name):
        return self.folder / f"{name}.ptp4l"

    def start_ptp(self, name, configuration):
        """ptp4l with that text as configuration file."""
        file = self.folder / f"{name}.ptp4l.conf"
        file.write_text(configuration)
        return self.start(f"ptp4l-{name}", name, ["ptp4l", "-m", "-q", "-f", file, "-i", "eth0"], PTP_PRIORITY)

    def start_bridge(self, configuration):
        """The switch takes part in PTP: ptp4l on its end of every cable, with a clock of its own."""
        clock, file = self.folder / "bridge.clock", self.folder / "bridge.ptp4l.conf"
        run(self.tools / "ptp-clock", "make", clock, 7_000, 10_000_000)
        file.write_text(configuration)
        ends = [word for machine in self.machines.values() for word in ("-i", machine.host_end)]
        self.processes["ptp4l-bridge"] = Process("ptp4l-bridge", [str(word) for word in (
            "chrt", "-f", PTP_PRIORITY, "env", f"LD_PRELOAD={self.tools / 'libptp-clock-shim.so'}",
            f"CONTINUO_VIRTUAL_CLOCK={clock}", "ptp4l", "-m", "-q", "-f", file, *ends)],
            self.logs / "ptp4l-bridge.log")
        self.processes["ptp4l-bridge"].start()

    def compare(self, *names):
        """Offsets of the machines' CLOCK_REALTIME from that of the first, in ns, all read at one instant."""
        clocks = [self.machines[name].clock for name in names]
        read = json.loads(run(self.tools / "ptp-clock", "compare", *clocks))
        return [t - read["realtime"][0] for t in read["realtime"]]

    def time_of(self, name):
        """Host's CLOCK_MONOTONIC in ns -> CLOCK_REALTIME of that machine, as long as nobody steers it."""
        machine = self.machines[name]
        read = json.loads(run(self.tools / "ptp-clock", "compare", machine.clock))
        begun = read["realtime"][0] - machine.raw(read["host"])
        return lambda host: begun + machine.raw(host)

    def step(self, name, ns):
        """An operator sets the clock of that machine."""
        run(self.tools / "ptp-clock", "step", self.machines[name].clock, ns)

    def stop(self):
        for process in self.processes.values():
            process.signal(15)
        deadline = time.monotonic() + 3
        for process in self.processes.values():
            if process.popen is not None:
                try:
                    process.popen.wait(max(0.05, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    process.kill()
        if self.switch is not None:
            self.switch.stdin.close()
            report = self.switch.stdout.read()
            self.switch.wait()
            return report
        return ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        for name, machine in self.machines.items():   # for who wants the same names again
            for words in (("link", "del", machine.host_end), ("netns", "del", name)):
                subprocess.run(["ip", *words], capture_output=True, check=False)
        for end in self.taps.values():
            subprocess.run(["ip", "link", "del", end], capture_output=True, check=False)


PROFILES = {
    "default": """logAnnounceInterval -2
logSyncInterval -4
logMinDelayReqInterval -4
announceReceiptTimeout 3
""",
    "aes67": """logAnnounceInterval 0
logSyncInterval -3
logMinDelayReqInterval 0
announceReceiptTimeout 3
""",
    # As linuxptp's gPTP.cfg, with a limit for the neighbour's delay that software stamps can keep.
    "gptp": """network_transport L2
delay_mechanism P2P
ptp_dst_mac 01:80:C2:00:00:0E
transportSpecific 0x1
gmCapable 1
logAnnounceInterval 0
logSyncInterval -3
syncReceiptTimeout 3
neighborPropDelayThresh 20000000
min_neighbor_prop_delay -20000000
assume_two_step 1
path_trace_enabled 1
follow_up_info 1
"""}


def grandmaster(stage, name, priority, profile="default"):
    """Configuration of a machine that is a clock and nothing else."""
    return f"""[global]
time_stamping software
priority1 {priority}
uds_address {stage.socket(name)}
{PROFILES[profile]}"""
