# SPDX-License-Identifier: Apache-2.0
"""A stage some of whose nodes are microcontrollers in QEMU: each a board, and a bridge that stands for it before the coordinator."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from cluster import Stage, StageError, free_tcp_port
from emulator import Emulator, deepest_stack

MACHINE = "mps2-an386"   # a Cortex-M4F with Ethernet
SMALL = "mps2-an386-small"  # the same with little memory, a configuration of its firmware
BOARD = "mcu-1"
CABLE = "cable"           # of its Ethernet, as its emulator is told
HOST_OF_GUEST = "10.0.2.2"  # this machine's 127.0.0.1, as an emulated board reaches it
KEY_PAGES = {"netduinoplus2": 0x80ff000}  # of its memory, agent-mcu/board/sections.ld
KEY_PAGE = 0x3ff000                       # of all others


def firmware(build: Path, board=MACHINE):
    """Where the build of the firmware leaves the image for a machine, or for a configuration of one."""
    return build / f"nested/{board}/bin/continuo-mcu"


def machine_of(board):
    """QEMU's name for what a folder of agent-mcu/board is for."""
    return MACHINE if board == SMALL else board


def takes_keys(image: Path):
    """Whether there was libsodium when it was built (agent-mcu/seal)."""
    return b"SodiumCipher" in image.read_bytes()


def dials(image: Path):
    """Whether it can call its bridges over ZeroMQ: there was lwIP, too (agent-mcu/link)."""
    return takes_keys(image) and b"tcp_slowtmr" in image.read_bytes()


def ahead_of_others():
    """A board shares its processor with nobody: where that is permitted, its emulation comes before what else runs here."""
    ahead = ["chrt", "--rr", "40"]
    return ahead if subprocess.run([*ahead, "true"], capture_output=True).returncode == 0 else []


def uart_at(socket: Path):
    """QEMU's words for a UART that is that Unix socket. A multiplexer keeps 32 bytes, so that the threads of QEMU need not wait for each
    other at each of them; no byte is its escape."""
    return ("-chardev", f"socket,id=line,path={socket},server=on,wait=off,mux=on", "-echr", "256", "-serial", "chardev:line")


def page_in_flash(machine, page: Path):
    """QEMU's words for a board whose flash holds that page."""
    return ("-device", f"loader,file={page},addr={KEY_PAGES.get(machine, KEY_PAGE):#x},force-raw=on")


def with_key(binaries, board, key: Path, machine, command, bridges=()):
    """That command of the board's, which gets a key now, and a page each time its power comes, with another seed."""
    tool, page = binaries / "continuo-bridge", key.with_suffix(".page")
    key.unlink(missing_ok=True)
    subprocess.run([tool, "key", "new", board, "--out", key], check=True)
    dials_to = "".join(f" --bridge {bridge}" for bridge in bridges)
    make = f'"$0" key page "$1" --out "$2"{dials_to} && shift 2 && exec "$@"'
    return ["sh", "-c", make, tool, key, page, *command, *page_in_flash(machine, page)]


def show_for_board(show: Path, folder: Path, task, nodes):
    """A copy of the show in `folder`, beside what it plays, that lets these nodes, a board among them, compute the task."""
    on = f"on: [{', '.join(nodes)}]"
    text, found = re.subn(rf"(?m)^  {re.escape(task)}:([ \t]*(#.*)?)$", rf"\g<0>\n    {on}", show.read_text())
    if not found:
        text, found = re.subn(rf"(?m)^  {re.escape(task)}: *\{{", rf"\g<0>{on}, ", text)
    if found != 1:
        raise StageError(f"--mcu {task}: {show} has no such task")
    folder.mkdir(parents=True)
    for beside in show.resolve().parent.iterdir():
        if beside.name != show.name:
            (folder / beside.name).symlink_to(beside)
    copy = folder / show.name
    copy.write_text(text)
    return copy


@dataclass
class BoardStage(Stage):
    """The node's process is the board itself, which may be killed and restarted; its bridge is another one."""

    boards: tuple = (BOARD,)
    machine: str = MACHINE
    image: Path = None
    machines: dict = field(default_factory=dict)  # board -> its machine, where not `machine`
    images: dict = field(default_factory=dict)    # board -> its image, where not `image`
    serial: bool = False  # whether bridges speak to their boards over the UART
    keyed: bool = False   # whether boards have keys
    controls: Path = None  # what is wired to the board's panel; its pins are then a socket, as QEMU has none
    called: int = 0       # how many bridges a board dials over ZeroMQ; 0: its bridge speaks to it
    tried: bool = False   # whether a board's kernels are compared with this machine's before its bridge takes the line

    @staticmethod
    def bridge(board):
        return f"{board}-bridge"

    @staticmethod
    def second_bridge(board):
        return f"{board}-bridge-2"

    def line(self, board):
        """The socket that is the board's UART: short, since the name of one may have 107 bytes."""
        return Path(f"/tmp/continuo-{os.getpid()}-{board}")

    def pins(self, board):
        """The socket that is the board's second UART, at which somebody turns its knobs (agent-mcu/board/stm32/panel.cc)."""
        return Path(f"{self.line(board)}-pins")

    def controls_log(self, board):
        return self.take / f"{board}-controls.log"

    def monitor(self, board):
        """The socket where its emulator is asked about it."""
        return Path(f"/tmp/continuo-{os.getpid()}-{board}-qmp")

    def stop(self):
        super().stop()
        for board in self.boards:
            self.line(board).unlink(missing_ok=True)
            self.pins(board).unlink(missing_ok=True)
            self.monitor(board).unlink(missing_ok=True)

    def stack_of(self, board):
        """Bytes of its stack that it has written to since its power came; None while it has none."""
        try:
            return deepest_stack(self.monitor(board), self.images.get(board, self.image), self.take / f"{board}.stack")
        except OSError:
            return None

    def reset(self, board):
        """As its reset button does: its power stays, and so does its RAM."""
        with Emulator(self.monitor(board)) as emulator:
            emulator.ask("system_reset")

    def plug(self, board, plugged):
        """The cable of its Ethernet, in or out."""
        with Emulator(self.monitor(board)) as emulator:
            emulator.ask("set_link", name=CABLE, up=plugged)

    def machine_of(self, board):
        return self.machines.get(board, self.machine)

    def key(self, board):
        return self.take / f"{board}.key"

    def __post_init__(self):
        super().__post_init__()
        self.call_ports = [free_tcp_port() for _ in range(self.called)]

    def _with_key(self, board, command):
        bridges = [f"{HOST_OF_GUEST}:{port}" for port in self.call_ports]
        return with_key(self.binaries, board, self.key(board), self.machine_of(board), command, bridges)

    def _emulator(self, node):
        # A board has one network, or none. Its audio socket is QEMU's, forwarded into the guest.
        nic = f"user,id={CABLE},hostfwd=udp:{self.endpoint(node, 'red')}-10.0.2.15:5004" if self.machine_of(node).startswith("mps2") else "none"
        # Two that catch up with their lead would take both processors, and nobody's heart would beat.
        ahead = ahead_of_others() if len(self.boards) == 1 else ()
        return [
            *ahead, "qemu-system-arm", "-M", self.machine_of(node), "-kernel", self.images.get(node, self.image), "-display", "none", "-monitor", "none",
            "-qmp", f"unix:{self.monitor(node)},server=on,wait=off",
            *(uart_at(self.line(node)) if self.serial else ("-serial", "stdio")),
            *(("-chardev", f"socket,id=pins,path={self.pins(node)},server=on,wait=off", "-serial", "chardev:pins") if self.controls else ()),
            "-nic", nic]

    def _begin_node(self, node):
        if node not in self.boards:
            return super()._begin_node(node)
        socket, emulate = self.endpoint(node, "red"), self._emulator(node)
        self._add(node, self._with_key(node, emulate) if self.keyed else emulate)
        bridges = [self.bridge(node), self.second_bridge(node)][:max(1, self.called)]
        for number, bridge in enumerate(bridges):
            self._add(bridge, [
                self.binaries / "continuo-bridge", "--name", node, "--coordinator", self.listen, *self._beats(), "--board", self.advertise.get((node, "red"), socket),
                *(("--serial", self.line(node)) if self.serial else ()),
                *(("--listen", f"127.0.0.1:{self.call_ports[number]}") if self.called else ()),
                *(("--controls", self.controls, "--controls-log", self.controls_log(node)) if self.controls else ()),
                *(("--key", self.key(node), "--require-keys") if self.keyed else ())])
        self.processes[node].start()
        if self.tried:
            self._try(node)
        for bridge in bridges:
            self.processes[bridge].start()

    def _try(self, board):
        key = ("--key", self.key(board)) if self.keyed else ()
        done = subprocess.run([self.binaries / "continuo-bridge", "try", "--serial", self.line(board), *key], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise StageError(f"{board}: {done.stdout}{done.stderr}")
        print(done.stdout, end="")
