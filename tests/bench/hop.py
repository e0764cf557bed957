# SPDX-License-Identifier: Apache-2.0
"""From one JACK client to another: latency, CPU, loss and the death of the sender, beside the peers in the same run."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "deploy/stage"), str(ROOT / "tests/chaos"), str(Path(__file__).resolve().parent / "peers")]

from carriers import (Idle, JackTrip, JackTripBack, NetJack, Ours, OursBack, OursBothWays, OursFarTask, Servers,  # noqa: E402
                      Zita, is_there, probe, tightest)
from cluster import StageError  # noqa: E402

PEERS = (Zita, JackTrip)
NEVER = float("nan")
LOST_PER_MILLE = (10, 50)


def row(name, ours, peer, unit, least=1e-9):
    """Less is better. `least`: nothing at all counts as so much, in the ratio."""
    return {"name": name, "ours": ours, "peer": peer, "ratio": peer / max(ours, least), "unit": unit}


def note(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.peers = [peer for peer in PEERS if is_there(peer)]

    # -- one hop, and there and back

    def latency_ms(self, kind, period):
        """At the least that loses nothing; none if it always loses something."""
        found = tightest(kind, self.options.probe, self.folder, period, self.options.search, self.options.confirm)
        note(f"{kind.NAME}, period {period}: {found or 'always loses something'}")
        return found[1]["latency_ms"]["p50"] if found else NEVER

    def hop_rows(self, period):
        ours = self.latency_ms(Ours, period)
        return [row(f"one hop, JACK client to JACK client, period {period} / {kind.NAME}", ours,
                    self.latency_ms(kind, period), "ms") for kind in self.peers]

    def back_rows(self, period):
        """Peers of each: netjack2's far machine has no clock and no device of its own, like a node that computes."""
        rows = [row(f"there and back, a task of the far node, period {period} / {NetJack.NAME}",
                    self.latency_ms(OursFarTask, period), self.latency_ms(NetJack, period), "ms")]
        if JackTrip in self.peers:
            rows.append(row(f"there and back, through the far JACK server, period {period} / {JackTrip.NAME}",
                            self.latency_ms(OursBack, period), self.latency_ms(JackTripBack, period), "ms"))
        return rows

    # -- CPU

    def cpu(self, kind, channels):
        with Servers(self.folder, 64) as servers, kind(self.folder, servers, self.at_ease(kind), channels) as carrier:
            time.sleep(3)
            before = carrier.cpu_seconds()
            time.sleep(self.options.cpu)
            return (carrier.cpu_seconds() - before) * 60 / self.options.cpu

    def at_ease(self, kind):
        """Tight, but not at its limit."""
        return {Ours: (6, 1), OursBothWays: (6, 1), Zita: 5, Idle: None}.get(kind, 4)

    def cpu_rows(self, channels):
        ours = self.cpu(Ours, channels)
        rows = [row(f"CPU a minute, {channels} channels one way / {Idle.NAME}", ours, self.cpu(Idle, channels),
                    "s")]
        for kind in self.peers:
            ways, mine = ("both ways", self.cpu(OursBothWays, channels)) if kind is JackTrip else ("one way", ours)
            theirs = self.cpu(kind, channels)
            note(f"CPU, {channels} channels {ways}: {mine:.2f}, {kind.NAME} {theirs:.2f}")
            rows.append(row(f"CPU a minute, {channels} channels {ways} / {kind.NAME}", mine, theirs, "s"))
        return rows

    # -- loss

    def lossy(self, kind, per_mille):
        tight = (8, 5) if kind is Ours else self.at_ease(kind)  # what is lost has to be asked for
        with Servers(self.folder, 64) as servers, kind(self.folder, servers, tight) as carrier:
            time.sleep(2)
            lose(per_mille)
            try:
                said = probe(self.options.probe, carrier.said, carrier.heard, self.options.loss)
            finally:
                lose(0)
        note(f"{per_mille / 10:g} % lost, {kind.NAME}: {said}")
        return 100 * said["damaged"] / max(1, said["samples"]), said["latency_ms"]["p50"]

    def loss_rows(self, per_mille):
        ours, latency = self.lossy(Ours, per_mille)
        rows = []
        for kind in self.peers:
            theirs, other = self.lossy(kind, per_mille)
            rows.append(row(f"damaged, {per_mille / 10:g} % lost, one leg at {latency:.1f} ms / {kind.NAME} at {other:.1f} ms",
                            ours, theirs, "%", least=100 / (self.options.loss * 48000)))
        return rows

    # -- death of the sender

    def silence(self, kind):
        with Servers(self.folder, 64) as servers, kind(self.folder, servers, self.at_ease(kind)) as carrier:
            time.sleep(2)
            said = probe(self.options.probe, carrier.said, carrier.heard, 8, carrier.restart_sender)
        note(f"sender killed, {kind.NAME}: {said}")
        return said["longest_ms"]

    def kill_rows(self):
        ours = self.twin_killed()
        return [row(f"silence after kill -9 of the sender, restarted at once / {kind.NAME}", ours, self.silence(kind), "ms",
                    least=1 / 48) for kind in self.peers]

    def twin_killed(self):
        """With a twin. What is heard is judged bit for bit, so a sample that differs counts like one that is missing."""
        from performance import Performance
        from schedule import AUTO, Planned
        from cluster import Stage
        from show_copy import copy_show
        from verdict import verdict_of
        with Stage(self.options.binaries, self.folder / "killed") as stage:
            stage.start()
            show = copy_show(ROOT / "deploy/shows/minimal.yaml", self.folder)
            performance = Performance(stage, show, 8, [Planned("kill", AUTO, 3.0, 0.01)])
            performance.play()
            verdict = verdict_of(performance)
        if not verdict["kills"]:
            raise StageError("nobody was killed: the row would prove nothing")
        return verdict["samples_altered"] / len(verdict["feeds"]) / 48


def lose(per_mille):
    """Datagrams of sound that are lost on the way, of whatever carries it."""
    import network
    network.apart(per_mille > 0)
    subprocess.run(["nft", "delete table ip continuo_bench"], capture_output=True)
    if per_mille == 0:
        return
    for command in ("add table ip continuo_bench",
                    "add chain ip continuo_bench in { type filter hook input priority 0; }",
                    "add rule ip continuo_bench in meta l4proto udp "
                    f"numgen random mod 1000 < {per_mille} drop"):
        subprocess.run(["nft", command], check=True)


def main():
    """In a network namespace of its own, since it loses datagrams: rows as JSON on stdout."""
    import network
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binaries", type=Path)
    parser.add_argument("probe", type=Path)
    parser.add_argument("--only", nargs="*", default=["hop", "back", "cpu", "loss", "kill"])
    parser.add_argument("--search", type=int, default=4, help="seconds of a window that is tried")
    parser.add_argument("--confirm", type=int, default=60, help="seconds of the one that counts")
    parser.add_argument("--cpu", type=int, default=15)
    parser.add_argument("--loss", type=int, default=12)
    options = parser.parse_args()
    network.enter()
    Ours.binaries = options.binaries.resolve()
    Idle.probe = options.probe.resolve()
    rows = []
    with tempfile.TemporaryDirectory(prefix="continuo-hop-") as name:
        bench = Bench(options, Path(name))
        if "hop" in options.only:
            rows += bench.hop_rows(64) + bench.hop_rows(48)
        if "back" in options.only:
            rows += bench.back_rows(64)
        if "cpu" in options.only:
            rows += bench.cpu_rows(2) + bench.cpu_rows(64)
        if "loss" in options.only:
            for per_mille in LOST_PER_MILLE:
                rows += bench.loss_rows(per_mille)
        if "kill" in options.only:
            rows += bench.kill_rows()
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
