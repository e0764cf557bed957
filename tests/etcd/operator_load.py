# SPDX-License-Identifier: Apache-2.0
"""An operator who never stops: one command after the other, each with a value of its own, and what was said to each."""

import json
import subprocess
import threading
import time

STEP_DB = 0.001


class OperatorLoad:
    """Turns one parameter; `acknowledged` holds (sent, answered, event, value) of what was answered COMMITTED, `expired` of
    what was answered EXPIRED: nobody who computes heard of it in time, as when the leader that dated it is cut off."""

    def __init__(self, stage, task="lead", param="gain"):
        self.stage, self.words = stage, ("task", "set", task, param)
        self.acknowledged, self.expired, self.failed = [], [], []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()

    def _run(self):
        for number in range(1, 1 << 30):
            if self.stopping.is_set():
                return
            value = -3 - number * STEP_DB
            sent = time.monotonic()
            done = subprocess.run(
                [str(self.stage.binaries / "continuo"), "--coordinator", self.stage.listen, *self.words, f"{value:.6f}",
                 "--json"], capture_output=True, text=True, check=False)
            told = (sent, time.monotonic())
            answer = self._answer(done.stdout)
            if done.returncode == 0:
                self.acknowledged.append((*told, int(answer["event"]), value))
            elif answer.get("verdict") == "expired":
                self.expired.append((*told, int(answer["event"]), value))
            else:
                self.failed.append((*told, f"{done.stdout.strip()} {done.stderr.strip()}"))

    @staticmethod
    def _answer(text):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return {}

    def back_after(self, instant, term, seconds=12):
        """From `instant` to the first answer of a leader with a higher term, in seconds; None: there is none."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for _, answered, event, _ in list(self.acknowledged):
                if event >> 32 > term:
                    return answered - instant
            time.sleep(0.02)
        return None
