# SPDX-License-Identifier: Apache-2.0
"""Somebody on the network of a board, who hears all that its bridge says to it, and says to it what he likes."""

import os
import socket
import struct
import time

SEALED, PLAIN = 0xC4, 0xC3
STOP = bytes((PLAIN, 7, 5, 0)) + struct.pack("<Q", 1) + bytes(4)
UDP_AT = 14 + 20  # bytes of Ethernet and IPv4 before it


class Stranger:
    def __init__(self, board):
        """`board`: "ADDRESS:PORT" of its socket, on this machine."""
        host, port = board.split(":")
        self.board = (host, int(port))
        self.mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.mouth.bind(("127.0.0.1", 0))
        self.heard = []

    def listen(self, seconds):
        """Keeps what the bridge says to the board."""
        ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        ear.bind(("lo", 0x0800))
        ear.settimeout(0.05)
        to = socket.inet_aton(self.board[0])
        until = time.monotonic() + seconds
        with ear:
            while time.monotonic() < until:
                try:
                    packet = ear.recv(4096)
                except TimeoutError:
                    continue
                udp = packet[UDP_AT:]
                is_to_board = packet[23] == 17 and packet[30:34] == to and struct.unpack(">H", udp[2:4])[0] == self.board[1]
                if is_to_board and udp[8:9] == bytes((SEALED,)) and udp[8:] not in self.heard:
                    self.heard.append(udp[8:])

    def repeat(self):
        for datagram in self.heard:
            self._say(datagram)

    def pretend(self):
        """What others would say: changed, of an older release, in the clear, and nonsense."""
        for datagram in self.heard:
            self._say(datagram[:-1] + bytes((datagram[-1] ^ 1,)))
        number = (1 << 40).to_bytes(8, "little")  # nobody has used it yet
        self._say(self.heard[-1][:8] + number + self.heard[-1][16:])
        self._say(bytes((SEALED, 0)) + self.heard[-1][2:])
        self._say(STOP)
        for size in (1, 4, 36, 52, 60, 1432):
            self._say(bytes((SEALED, 1)) + os.urandom(size))

    def flood(self, offers_per_s, seconds):
        """Offers that the board must compute a tag of before it knows that they are forged. Returns how many."""
        offer = bytes((SEALED, 1, 1, 0)) + os.urandom(32)
        began, said = time.monotonic(), 0
        while time.monotonic() - began < seconds:
            for said in range(said + 1, int((time.monotonic() - began) * offers_per_s) + 1):
                self.mouth.sendto(offer, self.board)
            time.sleep(0.002)
        return said

    def _say(self, datagram):
        self.mouth.sendto(datagram, self.board)
        time.sleep(0.002)  # the controller's FIFO is small, and this is no test of floods
