# SPDX-License-Identifier: Apache-2.0
"""What real processes on this machine's loopback do: an operator's waits, a storm's cost, what lost datagrams damage."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "deploy/stage"), str(ROOT / "tests/chaos")]

from cluster import Stage, StageError  # noqa: E402
from performance import Performance  # noqa: E402
from show_copy import copy_show, one_replica  # noqa: E402
from verdict import verdict_of  # noqa: E402

SHOW_S = 12
STORM_S = 6
SHOW = ROOT / "deploy/shows/minimal.yaml"
LOST_PER_MILLE = (10, 50)


def row(name, ours, bound, unit, least=1e-9):
    """`least`: nothing at all counts as so much, in the ratio."""
    return {"name": name, "ours": ours, "peer": bound, "ratio": bound / max(ours, least), "unit": unit}


def storm(stage, program, rate):
    """What the storm says of itself, and the CPU seconds per second that all processes took meanwhile."""
    before = stage.cpu_seconds()
    done = subprocess.run([program, "--coordinator", stage.listen, "--rate", str(rate), "--seconds", str(STORM_S / 2),
                           "--seed", "1", "--out", stage.run / f"storm-{rate}.jsonl", "lead.gain:-12:0"],
                          stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout), (stage.cpu_seconds() - before) / (STORM_S / 2)


def operator_rows(binaries, program, folder):
    with Stage(binaries, folder / "take") as stage:
        stage.start()
        performance = Performance(stage, copy_show(SHOW, folder), SHOW_S, [])
        asked = time.monotonic()
        performance.begin()
        first = performance.sample_zero_at - asked
        time.sleep(max(0, performance.sample_zero_at - time.monotonic()) + 1)
        before = stage.cpu_seconds()
        time.sleep(1)
        quiet = stage.cpu_seconds() - before
        gentle, _ = storm(stage, program, 10)
        hard, busy = storm(stage, program, 1000)
        if hard["committed"] < 0.9 * hard["asked"]:
            raise StageError(f"a storm was not acknowledged: {hard}")
        return [
            row("show apply to first sample", first, 3, "s"),
            row("task set to acknowledged, median", gentle["verdict_ms"]["p50"], 20, "ms"),
            row("task set to acknowledged in a storm of 1,000/s, p99", hard["verdict_ms"]["p99"], 100, "ms"),
            row("storm of 1,000 events/s, five agents and coordinator", busy - quiet, 0.5, "cores")]


def loss_row(binaries, folder, per_mille):
    """One replica, one network, so many datagrams lost at random: only repair is left. The bound is what is lost."""
    from network import Cables
    with Stage(binaries, folder / f"take-{per_mille}", cables=Cables()) as stage:
        stage.start()
        performance = Performance(stage, copy_show(SHOW, folder, one_replica), SHOW_S, [])
        performance.begin()
        stage.cables.cut("blue")
        stage.cables.lose(per_mille)
        performance.run()
        performance.finish()
        verdict = verdict_of(performance)
        stage.cables.mend()
        if verdict["nacks_sent"] == 0:
            raise StageError("nothing was lost: the row would prove nothing")
        played = verdict["samples_played"]
        return row(f"damaged samples, {per_mille / 10:g} % of datagrams lost, one leg", verdict["samples_altered"],
                   played * per_mille / 1000, "samples", least=1)


def rows(binaries, program):
    with tempfile.TemporaryDirectory(prefix="continuo-bench-") as name:
        folder = Path(name)
        made = operator_rows(binaries, program, folder)
        if shutil.which("nft"):
            made += [loss_row(binaries, folder, per_mille) for per_mille in LOST_PER_MILLE]
        return made


def main():
    """In a network namespace of its own, since it loses datagrams: rows as JSON on stdout."""
    import network
    network.enter()
    print(json.dumps(rows(Path(sys.argv[1]), Path(sys.argv[2]))))


if __name__ == "__main__":
    main()
