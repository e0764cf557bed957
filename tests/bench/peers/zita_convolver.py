# SPDX-License-Identifier: Apache-2.0
"""zita-convolver, through a program that is built for it."""

import subprocess
import sys

from slope import TIMES

PROGRAM = "/usr/include/zita-convolver.h"
NAME = "zita-convolver"


def rows(build):
    """(name of the row, what the peer calls it, instances a core)."""
    built = subprocess.run(["cmake", "--build", build, "--target", "zita-convolver-bench"], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    if built.returncode != 0:
        sys.exit(f"{built.stdout[-2000:]}\ntests/bench/run: zita-convolver-bench does not build")
    figures = [float(subprocess.run([build / "tests/zita-convolver-bench"], stdout=subprocess.PIPE, text=True,
                                    check=True).stdout) for _ in range(TIMES)]
    return [("convolver, 2 s stereo", "stereo, 2 s, blocks of 64", max(figures))]
