# SPDX-License-Identifier: Apache-2.0
"""A stage on which all follow PTP and some nodes are microcontrollers in QEMU, on a switch of ours beside the machines: each
follows the grandmaster by itself. Its bridge is on the coordinator's machine, which is the gateway of its network, too."""

from dataclasses import dataclass
from pathlib import Path

from aligned_stage import DESK, MAP, AlignedStage
from board_stage import MACHINE, ahead_of_others, with_key
from cluster import Process
from virtual_stage import run

BOARD_ADDRESS, GATEWAY, BOARD_PORT = "10.0.2.15", "10.0.2.2", 5004   # as the firmware has them


@dataclass
class AlignedBoardStage(AlignedStage):
    machine: str = MACHINE
    image: Path = None
    keyed: bool = False   # whether boards have keys

    def build(self, seed, has_another=True):
        for board in self.boards:
            self.virtual.add_tap(board)
        super().build(seed, has_another)
        run("ip", "-n", DESK, "addr", "add", f"{GATEWAY}/24", "dev", "eth0")
        run("ip", "netns", "exec", DESK, "sysctl", "-qw", "net.ipv4.ip_forward=1")

    def address(self, node, network):
        return BOARD_ADDRESS if node in self.boards else super().address(node, network)

    @staticmethod
    def bridge(board):
        return f"{board}-bridge"

    def board_log(self, board):
        return self.run / f"{board}.board-clock.jsonl"

    def add_boards(self):
        for board in self.boards:
            emulate = [*ahead_of_others(), "qemu-system-arm", "-M", self.machine, "-kernel", self.image, "-display", "none", "-monitor", "none",
                       "-serial", "stdio", "-nic", f"tap,ifname={self.virtual.taps[board]},script=no,downscript=no"]
            key = self.run / f"{board}.key"
            if self.keyed:
                emulate = with_key(self.binaries, board, key, self.machine, emulate)
            self.processes[board] = Process(board, [str(word) for word in emulate], self.run / f"{board}.log")
            self._add_on(self.bridge(board), DESK, [
                self.binaries / "continuo-bridge", "--name", board, "--coordinator", self.listen, *self._beats(),
                "--board", f"{BOARD_ADDRESS}:{BOARD_PORT}", "--serve-states", self.at_desk(0), "--ptp", self.virtual.socket(DESK),
                "--clock-map", self.at_desk(MAP), "--board-clock-log", self.board_log(board),
                *(("--key", key, "--require-keys") if self.keyed else ())])
