# SPDX-License-Identifier: Apache-2.0
"""What carries sound from one JACK server to another: ours and the peers, begun and ended alike, and what is measured of
each: what a client of the one server plays and a client of the other hears."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from cluster import Process, Stage, StageError

PATIENCE_S = 15
JACK = {"JACK_NO_AUDIO_RESERVATION": "1", "JACK_NO_START_SERVER": "1"}


class Group:
    """Processes that end together, last begun first."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []

    def begin(self, name, command, server=None):
        words = [f"{key}={value}" for key, value in JACK.items()]
        words += [f"JACK_DEFAULT_SERVER={server}"] if server else []
        process = Process(name, ["/usr/bin/env", *words, *map(str, command)], self.folder / f"{name}.log")
        process.start()
        self.processes.append(process)
        return process

    def end(self):
        for process in reversed(self.processes):
            process.signal(15)
            try:
                process.popen.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
        self.processes = []


class Servers:
    """Two JACK servers without a sound card."""

    def __init__(self, folder, period, count=2):
        self.group = Group(folder)
        self.names = [f"continuo-bench-{os.getpid()}-{i}" for i in range(count)]
        self.period = period

    def __enter__(self):
        for name in self.names:
            self.group.begin(name, ["jackd", "-n", name, "-S", "-R", "-P70", "-d", "dummy", "-r", 48000,
                                    "-p", self.period])
        for name in self.names:
            wait_for_port(name, "system:capture_1")
        return self

    def __exit__(self, *_):
        self.group.end()


def note(text):
    print(text, file=sys.stderr, flush=True)


def ports(server):
    try:
        done = subprocess.run(["jack_lsp"], env={**os.environ, **JACK, "JACK_DEFAULT_SERVER": server},
                              capture_output=True, text=True, timeout=3)
    except subprocess.TimeoutExpired:
        return []
    return done.stdout.split()


def wait_for_port(server, port):
    deadline = time.monotonic() + PATIENCE_S
    while port not in ports(server):
        if time.monotonic() > deadline:
            raise StageError(f"no port {port} on the JACK server {server}")
        time.sleep(0.05)


def probe(program, said, heard, seconds, meanwhile=None):
    """What became of what was played into `said` and heard of `heard`: (server, ports) each."""
    asked = subprocess.Popen([program, *said, *heard, str(seconds)], env={**os.environ, **JACK}, stdout=subprocess.PIPE,
                             text=True)
    try:
        begun = asked.stdout.readline()
        if begun and meanwhile:
            time.sleep(seconds / 4)
            meanwhile()
        text, _ = asked.communicate(timeout=seconds + 30)
    except subprocess.TimeoutExpired as late:
        raise StageError(f"{program} between {said} and {heard} did not end") from late
    finally:
        if asked.poll() is None:
            asked.kill()
    if asked.returncode != 0 or not text:
        raise StageError(f"{program} failed between {said} and {heard}")
    return json.loads(text)


class Carrier:
    """`tight`: how little it may hold back, in its own unit; grows until nothing is lost."""
    SERVERS = 2

    def __init__(self, folder, servers, tight, channels=2):
        self.folder, self.servers, self.tight, self.channels = folder, servers.names, tight, channels
        self.period = servers.period
        self.group = Group(folder)

    def __exit__(self, *_):
        self.group.end()

    def __enter__(self):
        self.start()
        wait_for_port(self.said[0], f"{self.said[1]}{self.channels}")
        wait_for_port(self.heard[0], f"{self.heard[1]}{self.channels}")
        return self

    def cpu_seconds(self):
        return sum(process.cpu_seconds() for process in self.group.processes)

    def restart_sender(self):
        self.sender.kill()
        self.sender.start()


class Zita(Carrier):
    """zita-njbridge."""
    NAME, PROGRAM, PORT = "zita-njbridge", "zita-j2n", 5000
    TIGHT = (2, 3, 4, 5, 7, 10)

    def start(self):
        a, b = self.servers
        every = ",".join(str(c + 1) for c in range(self.channels))
        self.group.begin("zita-n2j", ["zita-n2j", "--jserv", b, "--buff", self.tight, "--chan", every, "127.0.0.1",
                                      self.PORT])
        self.sender = self.group.begin("zita-j2n", ["zita-j2n", "--jserv", a, "--chan", self.channels, "--24bit",
                                                    "127.0.0.1", self.PORT])
        self.said, self.heard = (a, "zita-j2n:in_"), (b, "zita-n2j:out_")


class JackTrip(Carrier):
    NAME, PROGRAM, PORT = "JackTrip", "jacktrip", 4464
    TIGHT = (2, 3, 4, 5, 7)

    def start(self):
        a, b = self.servers
        both = ["-n", self.channels, "-b", 24 if self.channels > 2 else 16, "-q", self.tight, "-D", "--udprt", "-z"]
        self.group.begin("jacktrip-b", ["jacktrip", "-s", *both, "-J", "jtB", "-B", self.PORT], server=b)
        time.sleep(0.5)
        self.sender = self.group.begin("jacktrip-a", ["jacktrip", "-c", "127.0.0.1", *both, "-J", "jtA", "-P", self.PORT,
                                                      "-B", self.PORT + 10], server=a)
        self.said, self.heard = (a, "jtA:send_"), (b, "jtB:receive_")


def connect(server, pairs):
    """Each channel's two ports, by name without the number, on one server."""
    for one, other in pairs:
        for channel in (1, 2):
            subprocess.run(["jack_connect", f"{one}{channel}", f"{other}{channel}"], check=True, capture_output=True,
                           env={**os.environ, **JACK, "JACK_DEFAULT_SERVER": server})


class NetJack:
    """There and back: netjack2 makes the second server a slave of the first, without a clock of its own. `tight`: cycles
    that the way back may take."""
    NAME, PROGRAM, SERVERS = "netjack2", "jackd", 1
    TIGHT = (1, 2, 3)

    def __init__(self, folder, servers, tight):
        self.servers, self.tight = servers, tight
        self.slave = f"{servers.names[0]}-slave"
        self.group = Group(folder)

    def __enter__(self):
        a = self.servers.names[0]
        there = self.far_machine()
        subprocess.run(["jack_load", "netmanager"], env={**os.environ, **JACK, "JACK_DEFAULT_SERVER": a}, check=True,
                       capture_output=True, timeout=PATIENCE_S)
        self.group.begin("netjack2", [*there, "jackd", "-n", self.slave, "-S", "-R", "-P70", "-d", "net", "-C", 2, "-P", 2,
                                      "-l", self.tight, "-n", "far"])
        wait_for_port(a, "far:to_slave_1")
        wait_for_port(self.slave, "system:capture_1")
        connect(self.slave, [("system:capture_", "system:playback_")])
        self.said, self.heard = (a, "far:to_slave_"), (a, "far:from_slave_")
        return self

    def far_machine(self):
        """A network namespace at the other end of a cable, since a slave that hears its own multicast crashes; it goes
        with its only process. How to begin something there."""
        machine = self.group.begin("far machine", ["unshare", "-n", "sleep", "infinity"])
        there = ["nsenter", "-t", str(machine.popen.pid), "-n"]
        time.sleep(0.2)
        for command in (["ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", machine.popen.pid],
                        ["ip", "address", "add", "10.99.0.1/24", "dev", "near"], ["ip", "link", "set", "near", "up"],
                        ["ip", "route", "replace", "224.0.0.0/4", "dev", "near"],
                        [*there, "ip", "address", "add", "10.99.0.2/24", "dev", "far"],
                        [*there, "ip", "link", "set", "far", "up"],
                        [*there, "ip", "route", "replace", "224.0.0.0/4", "dev", "far"]):
            subprocess.run(list(map(str, command)), check=True, capture_output=True)
        return there

    def __exit__(self, *_):
        self.group.end()


WIDEST = 8  # channels of a task
HEAD = """
show: hop
redundancy: 1
quantum: {quantum}
timing: {{playout: {playout}ms, promise: 300ms, silence: 250ms, lead: 350ms, repair_after: 0.1ms}}
"""
SHOW = HEAD + """tasks:
{tasks}
outputs:
  out: {{from: {last}, feeds: {{x: rx}}}}
"""


class Ours(Carrier):
    """`tight`: (playout, margin) in ms; the margin is what costs latency, and the playout what a sample may take at most."""
    NAME, PROGRAM = "Continuo", "continuo-agent"
    TIGHT = ((6, 0), (6, 1.3), (6, 2.7), (8, 4))
    binaries = None

    def start(self):
        wide = self.channels > WIDEST
        tasks, last, first = self.tasks()
        self.play(SHOW, compute=("tx", "rx") if wide else ("tx",), feeds=() if wide else ("rx",), record={"rx": None},
                  tasks=tasks, last=last)
        self.said, self.heard = (self.servers[0], f"continuo-tx:{first}.in_"), (self.servers[-1], "continuo-rx:out-x.out_")
        self.channels = min(self.channels, WIDEST)

    def play(self, show, compute, feeds, record, **words):
        playout, margin = self.tight
        take = self.folder / "take"
        shutil.rmtree(take, ignore_errors=True)
        self.stage = Stage(self.binaries, take, compute=compute, feeds=feeds, record=record,
                           jack={"tx": self.servers[0], "rx": self.servers[-1]}, networks=("red",),
                           jack_options=("--jack-margin", str(margin), "--jack-prompt"))
        self.stage.__enter__()
        self.stage.start()
        file = take / "show.yaml"
        file.write_text(show.format(quantum=self.period, playout=playout, **words))
        self.stage.continuo("show", "apply", file)

    def tasks(self, said="tx", heard="rx", mark=""):
        """The lines of the show, the task that is heard, the task that is played to. What is wider than a task is so many
        of them; they are received by tasks on the other node, and their sum is heard."""
        mic = f"mic{mark}"
        if self.channels <= WIDEST:
            return f"  {mic}: {{kind: input, channels: {self.channels}, on: [{said}]}}", mic, mic
        lines, names = [], []
        for i in range(self.channels // WIDEST):
            names.append(f"got{mark}{i}")
            lines.append(f"  {mic}{i}: {{kind: input, channels: {WIDEST}, on: [{said}]}}")
            lines.append(f"  {names[-1]}: {{kind: gain, channels: {WIDEST}, inputs: [{mic}{i}], on: [{heard}]}}")
        lines.append(f"  sum{mark}: {{kind: mixer, channels: {WIDEST}, inputs: [{', '.join(names)}], on: [{heard}]}}")
        return "\n".join(lines), f"sum{mark}", f"{mic}0"

    def __exit__(self, *details):
        self.stage.__exit__(*details)

    def cpu_seconds(self):
        return sum(self.stage.processes[node].cpu_seconds() for node in self.stage.nodes)


BOTH = SHOW + """  back: {{from: {last_back}, feeds: {{y: tx}}}}
"""


class OursBothWays(Ours):
    """Two ways at once that have nothing to do with each other, which is all that JackTrip can do."""

    def start(self):
        there, last, first = self.tasks()
        back, last_back, _ = self.tasks("rx", "tx", "-back")
        self.play(BOTH, compute=("tx", "rx"), feeds=(), record={"tx": None, "rx": None}, tasks=f"{there}\n{back}", last=last,
                  last_back=last_back)
        self.said, self.heard = (self.servers[0], f"continuo-tx:{first}.in_"), (self.servers[-1], "continuo-rx:out-x.out_")
        self.channels = min(self.channels, WIDEST)


BACK = HEAD + """tasks:
  mic: {{kind: input, channels: 2, on: [tx]}}
  back: {{kind: input, channels: 2, on: [rx]}}
outputs:
  far: {{from: mic, feeds: {{x: rx}}}}
  near: {{from: back, feeds: {{y: tx}}}}
"""


class OursBack(Ours):
    """There, through the far machine's JACK server, and back."""
    TIGHT = ((8, 0), (8, 1.3), (8, 2.7))

    def start(self):
        a, b = self.servers
        self.play(BACK, compute=("tx", "rx"), feeds=(), record={"tx": None, "rx": None})
        wait_for_port(b, "continuo-rx:far-x.out_2")
        wait_for_port(b, "continuo-rx:back.in_2")
        connect(b, [("continuo-rx:far-x.out_", "continuo-rx:back.in_")])
        self.said, self.heard = (a, "continuo-tx:mic.in_"), (a, "continuo-tx:near-y.out_")


FAR_TASK = HEAD + """tasks:
  mic: {{kind: input, channels: 2, on: [tx]}}
  far: {{kind: gain, channels: 2, inputs: [mic], on: [rx]}}
outputs:
  near: {{from: far, feeds: {{y: tx}}}}
"""


class OursFarTask(OursBack):
    """There, through a task of the far machine, and back."""
    SERVERS = 1

    def start(self):
        self.play(FAR_TASK, compute=("tx", "rx"), feeds=(), record={"tx": None})
        self.said, self.heard = (self.servers[0], "continuo-tx:mic.in_"), (self.servers[0], "continuo-tx:near-y.out_")


class JackTripBack(JackTrip):
    """There, through the far machine's JACK server, and back."""

    def start(self):
        super().start()
        a, b = self.servers
        wait_for_port(b, "jtB:send_2")
        connect(b, [("jtB:receive_", "jtB:send_")])
        self.heard = (a, "jtA:receive_")


class Idle(Carrier):
    """Carries nothing: a JACK client at either end with as many ports as are carried, and what its server makes it take."""
    NAME, PROGRAM = "two JACK clients that do nothing", "jackd"
    probe = None

    def start(self):
        a, b = self.servers
        self.group.begin("idle-a", [self.probe, "idle", a, "in", self.channels])
        self.group.begin("idle-b", [self.probe, "idle", b, "out", self.channels])
        self.said, self.heard = (a, "idle:in_"), (b, "idle:out_")


def is_there(carrier):
    return shutil.which(carrier.PROGRAM) is not None


WINDOWS = 3  # a virtual machine stands still now and then, and how the two servers' periods lie is chance


def tightest(kind, program, folder, period, search_s, confirm_s):
    """The least that it may hold back without losing a sample, and what was measured then: (tight, probe's word). Of the
    windows, each with servers begun anew, the best in which nothing was lost."""
    for tight in kind.TIGHT:
        clean = [said for _ in range(WINDOWS) if (said := _window(kind, program, folder, period, tight, search_s, confirm_s))]
        if clean:
            return tight, min(clean, key=lambda said: said["latency_ms"]["p50"])
    return None


def _window(kind, program, folder, period, tight, *lengths_s):
    """The probe's word on the last of the lengths; none if something was lost in any of them."""
    try:
        with Servers(folder, period, kind.SERVERS) as servers, kind(folder, servers, tight) as carrier:
            time.sleep(2)
            for seconds in lengths_s:
                said = probe(program, carrier.said, carrier.heard, seconds)
                note(f"  {kind.NAME}, period {period}, {tight}, {seconds} s: {said}")
                if not _clean(said):
                    return None
            return said
    except (StageError, subprocess.CalledProcessError) as error:
        note(f"  {kind.NAME}, period {period}, {tight}: {error}")
        return None


def _clean(said):
    return said["samples"] > 0 and said["damaged"] == 0
