# SPDX-License-Identifier: Apache-2.0
"""Hears on a cable what time a slave says it is (originTimestamp of its Delay_Req), and stamps it as the kernel does."""

import socket
import struct
import threading
import time

ETH_P_ALL = 3
SO_TIMESTAMPNS = 35
EVENT_PORT, DELAY_REQ, UDP = 319, 1, 17
PTP_AT = 14 + 20 + 8   # in a frame, behind Ethernet, IPv4 and UDP


class PtpEar:
    """Between `with` and its end; `heard`: (host's CLOCK_MONOTONIC, time of the slave), in ns."""

    def __init__(self, interface):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.bind((interface, ETH_P_ALL))
        self.socket.settimeout(0.1)
        self.heard = []
        self.ending = False
        self.thread = threading.Thread(target=self._listen)

    def _listen(self):
        while not self.ending:
            try:
                frame, beside, _, _ = self.socket.recvmsg(256, 64)
            except TimeoutError:
                continue
            came = next((struct.unpack("qq", data[:16]) for level, kind, data in beside if kind == SO_TIMESTAMPNS), None)
            if came and (said := said_in(frame)):
                behind = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.monotonic_ns()
                self.heard.append((came[0] * 10**9 + came[1] - behind, said))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending = True
        self.thread.join()
        self.socket.close()


def said_in(frame):
    """The time of a Delay_Req in ns; 0: it says none, or is no such thing."""
    if len(frame) < PTP_AT + 44 or frame[12:14] != b"\x08\x00" or frame[23] != UDP:
        return 0
    if int.from_bytes(frame[36:38], "big") != EVENT_PORT or frame[PTP_AT] & 0xF != DELAY_REQ:
        return 0
    said = frame[PTP_AT + 34:PTP_AT + 44]
    return int.from_bytes(said[:6], "big") * 10**9 + int.from_bytes(said[6:], "big")
