# SPDX-License-Identifier: Apache-2.0
"""What QEMU can be asked about a board that runs in it, over its QMP socket."""

import json
import re
import socket
import subprocess
from pathlib import Path


class Emulator:
    """One conversation; QEMU has one at a time."""

    def __init__(self, path: Path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(5.0)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile("r")
        self.lines.readline()  # its greeting
        self.ask("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lines.close()
        self.socket.close()

    def ask(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:  # events come in between
            answer = json.loads(self.lines.readline() or '{"error": "it hung up"}')
            if "error" in answer:
                raise OSError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def memory(self, address, size, by: Path):
        """Bytes of its memory as they are now, by way of the file `by`."""
        self.ask("pmemsave", val=address, size=size, filename=str(by))
        return by.read_bytes()


def symbols(image: Path):
    """{name: address} of an image."""
    lines = subprocess.run(["arm-none-eabi-nm", image], check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: int(address, 16) for address, _, name in (line.split(maxsplit=2) for line in lines if line[0] != " ")}


def end_of_data(image: Path, top):
    """Where the last section below `top` ends."""
    text = subprocess.run(["arm-none-eabi-size", "-A", image], check=True, capture_output=True, text=True).stdout
    ends = [int(size) + int(at) for size, at in re.findall(r"(?m)^\.\S+\s+(\d+)\s+(\d+)$", text)]
    return max(end for end in ends if end <= top)


def deepest_stack(path: Path, image: Path, by: Path):
    """Bytes of its stack that a board has written to since its power came: before that all memory of an emulator is zero."""
    top = symbols(image)["__stack_top"]
    bottom = end_of_data(image, top)
    with Emulator(path) as emulator:
        return len(emulator.memory(bottom, top - bottom, by).lstrip(b"\0"))
