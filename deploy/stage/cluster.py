# SPDX-License-Identifier: Apache-2.0
"""A whole stage on one machine: one coordinator and its agents as separate processes on loopback addresses.

The demo and the chaos tests drive it. It starts only what it can stop again, by pid, and leaves nothing behind.
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

COMPUTE = ("pi-1", "pi-2", "pi-3")
FEEDS = ("foh-a", "foh-b")
COORDINATOR = "coordinator"
NETWORKS = ("red", "blue")


ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _interrupt(*_):
    raise KeyboardInterrupt


class StageError(Exception):
    """Something a person can act on; its text says what."""


class TooSlow(StageError):
    """A program that takes hundredths of a second had no answer in many: it hangs, or the machine has no time for it."""


_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def _die_with_parent():
    """In the child: what was started here ends even when whoever started it is killed with -9."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Process:
    name: str
    command: list
    log: Path
    popen: subprocess.Popen = None
    ended: bool = False  # by us
    cpu_before: float = 0.0  # seconds, of lives that were ended

    def start(self):
        self.ended = False
        with open(self.log, "ab") as log:
            self.popen = subprocess.Popen(
                self.command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=_die_with_parent)

    def alive(self):
        return self.popen is not None and self.popen.poll() is None

    def signal(self, number):
        if self.alive():
            os.kill(self.popen.pid, number)

    def cpu_seconds(self):
        """User plus system time of all its lives."""
        if not self.alive():
            return self.cpu_before
        fields = Path(f"/proc/{self.popen.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return self.cpu_before + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def most_memory(self):
        """Bytes that it had resident at most, while it lives."""
        lines = Path(f"/proc/{self.popen.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))

    def kill(self):
        self.cpu_before = self.cpu_seconds()
        self.ended = True
        self.signal(signal.SIGKILL)
        self.popen.wait()

    def last_words(self):
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join("    " + line for line in lines[-5:])


def run_continuo(command, arguments, check, timeout):
    """`command`: how the operator's program is begun here, without what is asked of it."""
    asked = " ".join(map(str, arguments))
    try:
        done = subprocess.run([*map(str, command), *map(str, arguments)], capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise TooSlow(f"`continuo {asked}` did not end within {timeout} s") from None
    if check and done.returncode != 0:
        raise StageError(f"`continuo {asked}`: {(done.stderr or done.stdout).strip()}")
    return done


def free_tcp_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_udp_port(addresses):
    """One port that is free on all the addresses, so that several stages can live on one machine."""
    for _ in range(200):
        probes = []
        try:
            port = 0
            for address in addresses:
                probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                probes.append(probe)
                probe.bind((address, port))
                port = probe.getsockname()[1]
            return port
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise StageError("no UDP port is free on all of " + ", ".join(addresses))


@dataclass
class Stage:
    """Coordinator plus agents. `take` receives what the agents record and, at the end, the take."""

    binaries: Path
    take: Path
    compute: tuple = COMPUTE
    feeds: tuple = FEEDS
    boards: tuple = ()                              # nodes that are microcontrollers: board_stage.py
    advertise: dict = field(default_factory=dict)  # (node, network) -> "host:port" seen by the others
    cables: object = None                           # network.Cables, where networks may be cut
    record: dict = field(default_factory=dict)      # node -> folder, or None, where not the take's; of one that computes, too
    jack: dict = field(default_factory=dict)        # node -> name of the JACK server that it plays on as well
    jack_options: tuple = ("--jack-margin", "20")   # a shared machine keeps threads waiting
    alsa: dict = field(default_factory=dict)        # node -> ALSA configuration whose "card" it plays on as well
    alsa_options: tuple = ("--device-margin", "20", "--device-clock", "slip")
    networks: tuple = NETWORKS                      # that agents are on
    agents: dict = field(default_factory=dict)      # node -> how its agent is begun, where not as `continuo-agent` of `binaries`
    cores: int = 0                                  # of each agent that computes; 0: what it takes by itself
    processes: dict = field(default_factory=dict)
    complaint: str = ""                             # the last one, of a coordinator that gave no status
    trouble: type = StageError                      # what that was
    handlers: dict = field(default_factory=dict)    # of signals, as they were before

    def __post_init__(self):
        self.run = self.take / "run"
        self.run.mkdir(parents=True, exist_ok=True)
        self.nodes = self.compute + self.boards + self.feeds
        self.listen = f"127.0.0.1:{free_tcp_port()}"
        self.beats = [f"127.0.{1 + i}.250:{free_tcp_port()}" for i in range(len(NETWORKS))]  # one on each network
        self.port = free_udp_port([self.address(n, net) for n in self.nodes for net in NETWORKS])

    def address(self, node, network):
        return f"127.0.{1 + NETWORKS.index(network)}.{1 + self.nodes.index(node)}"

    def endpoint(self, node, network):
        return f"{self.address(node, network)}:{self.port}"

    # -- processes

    def start(self):
        self._add(COORDINATOR, [
            self.binaries / "continuo-coordinator", "--listen", self.listen, *self._beats(),
            "--state", self.run / COORDINATOR])
        self.processes[COORDINATOR].start()
        for node in self.nodes:
            self._begin_node(node)
        self._wait_attached()

    def _begin_node(self, node):
        self._add(node, self._agent_command(node))
        self.processes[node].start()

    def _agent_command(self, node):
        command = [
            *self.agents.get(node, (self.binaries / "continuo-agent",)), "--name", node, "--coordinator", self.listen,
            *self._beats(), "--state", self.run / node, "--chaos"]
        for network in self.networks:
            command += ["--net", f"{network}={self.endpoint(node, network)}"]
            if (node, network) in self.advertise:
                command += ["--advertise", f"{network}={self.advertise[node, network]}"]
        folder = self.record.get(node, self.take if node in self.feeds else None)
        if folder:
            command += ["--record", folder]
        if node in self.feeds:
            command += ["--no-compute"]
        elif self.cores:
            command += ["--cores", self.cores]
        if node in self.jack:
            command += ["--jack", self.jack[node], *self.jack_options]
        if node in self.alsa:
            command = ["env", f"ALSA_CONFIG_PATH={self.alsa[node]}", *command, "--alsa", "card", *self.alsa_options]
        return command

    def _beats(self):
        return [word for address in self.beats for word in ("--beats", address)]

    def _add(self, name, command):
        self.processes[name] = Process(name, [str(c) for c in command], self.run / f"{name}.log")

    def _wait_attached(self, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check_alive()
            status = self.status()
            attached = {n["name"] for n in (status or {}).get("nodes", []) if n.get("attached")}
            if attached >= {node for node in self.nodes if not self.processes[node].ended}:
                return
            time.sleep(0.1)
        raise StageError(f"not all agents attached within {seconds} s; logs are in {self.run}")

    def check_alive(self):
        for process in self.processes.values():
            if not process.ended and not process.alive():
                raise StageError(
                    f"{process.name} ended by itself (exit {process.popen.returncode}):\n{process.last_words()}")

    def stop(self):
        """Ends everything that was started, gently first."""
        for process in self.processes.values():
            process.signal(signal.SIGCONT)
            process.signal(signal.SIGTERM)
        deadline = time.monotonic() + 3
        for process in self.processes.values():
            if process.popen is None:
                continue
            try:
                process.popen.wait(max(0.05, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def check_journal(self):
        """What the coordinator wrote down gives one state, however often it is read. Of a stage that was stopped."""
        journal = self.run / COORDINATOR / "journal.sqlite"
        if not journal.exists():
            return
        done = subprocess.run([self.binaries / "continuo-coordinator", "--check-journal", journal],
                              capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            raise StageError(f"the journal of this stage: {(done.stderr or done.stdout).strip()}")

    # -- the operator

    def client(self):
        """The command line of `continuo`, where the coordinator can be reached from."""
        return [str(self.binaries / "continuo"), "--coordinator", self.listen]

    def continuo(self, *arguments, check=True, timeout=60):
        return run_continuo(self.client(), arguments, check, timeout)

    def status(self):
        """The cluster's status, or None while the coordinator is away."""
        try:
            done = self.continuo("status", "--json", check=False, timeout=5)
        except TooSlow as failure:
            self.complaint, self.trouble = str(failure), TooSlow
            return None
        if done.returncode != 0:
            self.trouble = StageError
            self.complaint = (done.stderr or done.stdout).strip()
            return None
        return json.loads(done.stdout)

    # -- faults

    def cut(self, network):
        self.cables.cut(network)

    def mend(self, _network):
        self.cables.mend()

    def restart(self, name):
        """A process that was killed comes back, with the state it left on disk."""
        self.processes[name].start()

    def restart_coordinator(self):
        self.restart(COORDINATOR)

    def cpu_seconds(self):
        """User plus system time of all processes, also of those that were killed meanwhile."""
        return sum(process.cpu_seconds() for process in self.processes.values())

    def __enter__(self):
        self.handlers = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
        for number, before in self.handlers.items():
            if before != signal.SIG_IGN:  # as nohup wants it
                signal.signal(number, _interrupt)
        return self

    def __exit__(self, failed, *_):
        for number in self.handlers:  # an impatient second Ctrl-C must not leave half of it running
            signal.signal(number, signal.SIG_IGN)
        self.stop()
        for number, before in self.handlers.items():
            signal.signal(number, before)
        if failed is None:
            self.check_journal()
