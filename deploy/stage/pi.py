# SPDX-License-Identifier: Apache-2.0
"""An agent as a Raspberry Pi runs it: compiled for 64-bit Arm (deploy/build-agent), here under qemu-user."""

import os
from pathlib import Path

EMULATOR = "qemu-aarch64-static"


def libraries():
    """Where deploy/sysroot has unpacked what it is linked with."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "continuo/sysroots/arm64"


def agent(build: Path):
    """How it is begun, as a list of words."""
    return [EMULATOR, "-L", libraries(), build / "nested/aarch64_agent/bin/continuo-agent"]
