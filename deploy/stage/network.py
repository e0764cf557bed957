# SPDX-License-Identifier: Apache-2.0
"""A network of one's own: re-runs the program in a fresh network namespace, where cutting cables hurts nobody else."""

import os
import shutil
import subprocess
import sys

from cluster import NETWORKS, StageError

INSIDE = "CONTINUO_OWN_NETWORK"
TABLE = "continuo_stage"


def enter():
    """Returns inside a namespace with only a loopback in it; needs root. The namespace ends with the process."""
    if os.environ.get(INSIDE):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    if not shutil.which("unshare") or not shutil.which("nft"):
        raise StageError("cutting networks needs unshare and nft (Debian: util-linux, nftables)")
    if os.geteuid() != 0:
        raise StageError("a network namespace of its own needs root")
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "-n", sys.executable, *sys.argv])


def apart(on):
    """Datagrams that left as one go over the loopback one by one, as over a wire: then each is lost by itself. They are
    still one where packets leave, so it is where they come in that they are counted."""
    subprocess.run(["ip", "link", "set", "lo", "gso_max_segs", "1" if on else "65535"], check=True)


class Cables:
    """Drops what goes to a network's addresses. Only inside a namespace of our own."""

    def __init__(self):
        if not os.environ.get(INSIDE):
            raise StageError("networks are cut only in a namespace of our own")
        self._nft(f"add table ip {TABLE}")
        for way in ("out", "in"):
            self._nft(f"add chain ip {TABLE} {way} {{ type filter hook {way}put priority 0; }}")

    def _nft(self, command):
        subprocess.run(["nft", command], check=True, capture_output=True, text=True)

    def cut(self, network):
        self._nft(f"add rule ip {TABLE} out ip daddr 127.0.{1 + NETWORKS.index(network)}.0/24 drop")

    def lose(self, per_mille):
        apart(True)
        for index in range(len(NETWORKS)):
            self._nft(f"add rule ip {TABLE} in ip daddr 127.0.{1 + index}.0/24 "
                      f"numgen random mod 1000 < {per_mille} drop")

    def isolate(self, address):
        """Everything to that address is lost."""
        self._nft(f"add rule ip {TABLE} out ip daddr {address} drop")

    def unplug(self, address):
        """Nothing goes to that address nor comes from it."""
        self._nft(f"add rule ip {TABLE} out ip daddr {address} drop")
        self._nft(f"add rule ip {TABLE} out ip saddr {address} drop")

    def mend(self):
        for way in ("out", "in"):
            self._nft(f"flush chain ip {TABLE} {way}")
        apart(False)
