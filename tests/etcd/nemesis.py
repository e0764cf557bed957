# SPDX-License-Identifier: Apache-2.0
"""Strikes one process at a time, from a seed: coordinators and nodes of etcd, those that lead and those that follow."""

import json
import random
import signal
import time
import urllib.error
import urllib.request

STOPPED_S = 5.0       # a lease, an election, and then some commands of whoever leads then
KILLED_S = 1.5        # until it is started again
LEADS, FOLLOWS = "leading", "following"
# The first turn has all that matters most; what comes after is drawn.
FIRST = (("stop", "coordinator", LEADS), ("kill", "etcd", LEADS), ("kill", "coordinator", LEADS), ("stop", "etcd", LEADS))
ALL = tuple((deed, what, rank) for deed in ("kill", "stop") for what in ("coordinator", "etcd")
            for rank in (LEADS, FOLLOWS))


class Nemesis:
    def __init__(self, stage, seed):
        self.stage, self.dice = stage, random.Random(f"nemesis {seed}")
        self.deeds = []   # (seconds since it began, what was done)
        self.begun = time.monotonic()

    def turns(self):
        first = list(FIRST)
        self.dice.shuffle(first)
        yield from first
        while True:
            yield self.dice.choice(ALL)

    def strike(self, deed, what, rank):
        """Does it; returns (how long it is to last, what ends it)."""
        name = self.coordinator(rank) if what == "coordinator" else self.etcd(rank)
        process = self.stage.processes[name]
        self.deeds.append((time.monotonic() - self.begun, f"{deed} {name} ({rank})"))
        if deed == "kill":
            process.kill()
            return KILLED_S, process.start
        process.signal(signal.SIGSTOP)
        return STOPPED_S, lambda: process.signal(signal.SIGCONT)

    def coordinator(self, rank):
        leader = self.stage.wait_leader()
        others = [i for i in range(self.stage.coordinators) if i != leader]
        return self.stage.name(leader if rank == LEADS else self.dice.choice(others))

    def etcd(self, rank):
        leader = wait_etcd(self.stage)
        others = [node for node in range(self.stage.etcd_nodes) if node != leader]
        return f"etcd-{1 + (leader if rank == LEADS else self.dice.choice(others))}"


def ask_etcd(stage, node, method, **request):
    """What a node of etcd answers, by its gateway for JSON; None: nothing."""
    call = urllib.request.Request(f"http://{stage.etcd_host(node, 0)}:2379/v3/{method}", data=json.dumps(request).encode())
    try:
        with urllib.request.urlopen(call, timeout=0.5) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        return json.loads(refused.read() or "{}")
    except (OSError, ValueError):
        return None


def etcd_status(stage, node):
    return ask_etcd(stage, node, "maintenance/status")


def etcd_history(stage):
    """(revision that etcd has come to, whether it has forgotten what was before its first hundred)."""
    node = wait_etcd(stage)
    revision = int(etcd_status(stage, node)["header"]["revision"])
    answer = ask_etcd(stage, node, "kv/range", key="YQ==", revision=min(100, revision)) or {}
    return revision, "compacted" in answer.get("error", "")


def wait_etcd(stage, seconds=15):
    """Until all nodes are there and agree; returns the one that leads."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        told = [etcd_status(stage, node) for node in range(stage.etcd_nodes)]
        leaders = {status.get("leader", "0") if status else "0" for status in told}
        if len(leaders) == 1 and leaders != {"0"}:
            leader = leaders.pop()
            return next(node for node, status in enumerate(told) if status["header"]["member_id"] == leader)
        time.sleep(0.1)
    raise AssertionError(f"the nodes of etcd do not agree who leads after {seconds} s")
