# SPDX-License-Identifier: Apache-2.0
"""What one more instance costs a peer: the CPU time of its whole process, with few and with many of them."""

import os
import resource
import subprocess
import sys

TIMES = 3


def cpu_seconds(command, folder):
    """Of that program and all its threads. Ends everything with its last words if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{done.stdout[-2000:]}\ntests/bench/run: {command[0]} failed")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def instances_a_core(cost, count, seconds):
    """`cost(n)`: CPU seconds of n instances that compute so many seconds of audio. Of each the least: what a busy machine
    adds is no property of the work."""
    few = max(1, count // 10)
    runs = [(cost(count), cost(few)) for _ in range(TIMES)]
    each = (min(many for many, _ in runs) - min(some for _, some in runs)) / (count - few)
    if each <= 0:
        sys.exit("tests/bench/run: the machine is too busy: more instances cost less")
    return seconds / each
