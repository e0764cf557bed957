# SPDX-License-Identifier: Apache-2.0
"""A stage with several coordinators that share their state in a real etcd, each on cables of its own.

Every coordinator reaches etcd at an address that only it uses, and listens at one that nobody else has: so each can be
cut off from etcd, from agents and operators, or from both. Only inside a network namespace of one's own.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cluster import COORDINATOR, NETWORKS, Stage, StageError

PORT, BEATS_PORT, ETCD_PORT, PEER_PORT = 7400, 7401, 2379, 2380


@dataclass
class SharedStage(Stage):
    coordinators: int = 3
    etcd_nodes: int = 1
    late: tuple = ()   # nodes that are not started at first
    coordinator_binary: Path = None   # another one than that of `binaries`

    def __post_init__(self):
        super().__post_init__()
        # What is judged is not the disk of this machine, which may take seconds for an fsync.
        self.memory = Path(tempfile.mkdtemp(prefix="continuo-etcd-", dir="/dev/shm"))
        numbers = range(self.coordinators)
        self.listen = ",".join(self.listens_at(i) for i in numbers)
        self.beats = [",".join(self.beats_at(i, net) for i in numbers) for net in NETWORKS]

    # -- who is where

    def host(self, i):
        return f"127.0.60.{1 + i}"

    def listens_at(self, i):
        return f"{self.host(i)}:{PORT}"

    def beats_at(self, i, network):
        return f"127.0.{1 + NETWORKS.index(network)}.{240 + i}:{BEATS_PORT}"

    def etcd_host(self, node, i):
        """Where coordinator `i` reaches that node of etcd."""
        return f"127.0.{50 + node}.{1 + i}"

    def name(self, i):
        return f"{COORDINATOR}-{1 + i}"

    # -- processes

    def start(self):
        for node in range(self.etcd_nodes):
            self._add(f"etcd-{1 + node}", self._etcd_command(node))
            self.processes[f"etcd-{1 + node}"].start()
        for i in range(self.coordinators):
            self._add(self.name(i), self._coordinator_command(i))
            self.processes[self.name(i)].start()
        for node in self.nodes:
            self._add(node, self._agent_command(node))
            if node in self.late:
                self.processes[node].ended = True  # nobody misses it yet
            else:
                self.processes[node].start()
        self._wait_attached()

    def _etcd_command(self, node):
        def peer(k):
            return f"http://127.0.49.{1 + k}:{PEER_PORT}"

        clients = ",".join(f"http://{self.etcd_host(node, i)}:{ETCD_PORT}" for i in range(self.coordinators))
        return ["etcd", "--name", f"etcd-{1 + node}", "--data-dir", self.memory / f"etcd-{1 + node}",
                "--listen-client-urls", clients, "--advertise-client-urls", clients,
                "--listen-peer-urls", peer(node), "--initial-advertise-peer-urls", peer(node),
                "--initial-cluster", ",".join(f"etcd-{1 + k}={peer(k)}" for k in range(self.etcd_nodes)),
                "--log-level", "warn"]

    def _coordinator_command(self, i):
        endpoints = ",".join(f"{self.etcd_host(node, i)}:{ETCD_PORT}" for node in range(self.etcd_nodes))
        beats = [word for net in NETWORKS for word in ("--beats", self.beats_at(i, net))]
        program = self.coordinator_binary or self.binaries / "continuo-coordinator"
        return [program, "--listen", self.listens_at(i), *beats,
                "--state", self.run / self.name(i), "--store", f"etcd://{endpoints}/stage"]

    def restart_coordinator(self):
        for i in range(self.coordinators):
            if not self.processes[self.name(i)].alive():
                self.restart(self.name(i))

    def stop(self):
        for process in self.processes.values():
            process.signal(signal.SIGCONT)
        super().stop()
        shutil.rmtree(self.memory, ignore_errors=True)

    # -- who leads

    def leader(self):
        """Number of the coordinator that leads by what the logs say last; None: none does. One that is stopped cannot
        say that it leads no longer, so the highest term counts."""
        leading = [i for i in range(self.coordinators) if self.processes[self.name(i)].alive() and self.leads(i)]
        terms = self.terms()  # after that: one may begin meanwhile
        return max(leading, key=lambda i: terms[i][-1], default=None)

    def leads(self, i):
        log = (self.run / f"{self.name(i)}.log").read_text(errors="replace")
        words = re.findall(r"listening on|term \d+ begins|leads no longer", log)
        return bool(words) and words[-1].startswith("term")

    def terms(self):
        """Of each coordinator, those that it began."""
        return [[int(n) for n in re.findall(r"term (\d+) begins", (self.run / f"{self.name(i)}.log").read_text())]
                for i in range(self.coordinators)]

    def wait_leader(self, other_than=None, seconds=10):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            leader = self.leader()
            if leader is not None and leader != other_than:
                return leader
            time.sleep(0.02)
        raise StageError(f"no coordinator leads after {seconds} s")

    # -- cables of a coordinator

    def cut_from_etcd(self, i):
        for node in range(self.etcd_nodes):
            self.cables.unplug(self.etcd_host(node, i))

    def cut_from_agents(self, i):
        self.cables.unplug(self.host(i))
        for net in NETWORKS:
            self.cables.unplug(self.beats_at(i, net).split(":")[0])


def available():
    return os.geteuid() == 0 and subprocess.run(["sh", "-c", "command -v etcd"], capture_output=True).returncode == 0
