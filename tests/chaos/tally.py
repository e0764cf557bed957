# SPDX-License-Identifier: Apache-2.0
"""What happened in all rounds, and the table of it."""

LARGE_STATE = 1 << 20  # bytes


def quantile(values, share):
    values = sorted(values)
    return values[round(share * (len(values) - 1))] if values else None


def ms(value):
    return "-" if value is None else f"{1000 * value:.0f}"


class Tally:
    def __init__(self):
        self.rounds = []       # {round, passed, invalid, samples_played, samples_altered, ...}
        self.steps = []        # {round, what, fault, ok, restored_s, ...}: what was done to the stage
        self.operations = []   # {round, kind, task, state_bytes, seconds, ok, verdict}
        self.storms = []

    def valid(self):
        return [r for r in self.rounds if not r["invalid"]]

    def count(self, what):
        return sum(what(step) for step in self.steps)

    def kills(self):
        return self.count(lambda s: s["kind"] == "kill")

    def done(self, kind):
        return [o for o in self.operations if o["kind"] == kind and o["ok"]]

    def altered(self):
        return sum(r["samples_altered"] for r in self.valid())

    # -- the table

    def lines(self):
        yield f"  {'what':<44} {'count':>5} {'altered':>8} {'p50 ms':>7} {'p99 ms':>7} {'max ms':>7}"
        names = sorted({s["what"] for s in self.steps})
        for name in names:
            steps = [s for s in self.steps if s["what"] == name]
            yield self._line(name, steps, [s["restored_s"] for s in steps if s.get("restored_s") is not None])
        yield ""
        for text, kept in (("migrations, state up to 1 MB", lambda o: o["state_bytes"] < LARGE_STATE),
                           ("migrations, state of 4 MB", lambda o: o["state_bytes"] >= LARGE_STATE)):
            moved = [o for o in self.done("migrate") if kept(o)]
            yield self._line(text, moved, [o["seconds"] for o in moved])
        for kind in ("heal", "repair", "drain", "rebalance", "replicas"):
            ended = self.done(kind)
            if ended:
                yield self._line(f"{kind}, done", ended, [o["seconds"] for o in ended])
        failed = [o for o in self.operations if not o["ok"]]
        if failed:
            yield f"  operations that ended otherwise: {len(failed)}"
            for verdict in sorted({f"{o['kind']}: {o['verdict']}" for o in failed})[:12]:
                yield f"    {verdict}"
        kills = [s["restored_s"] for s in self.steps if s["kind"] == "kill" and s.get("restored_s") is not None]
        yield f"  {'redundancy back after a kill of an agent':<44} {len(kills):>5} {'':>8} " + self._times(kills)
        waited = [s["waited_s"] for s in self.steps if s["kind"] == "kill" and s.get("waited_s") is not None]
        if waited:
            yield f"  {'  of tasks that waited for a node to return':<44} {len(waited):>5} {'':>8} " + self._times(waited)
        for storm in self.storms:
            yield (f"  storm: {storm['asked']} asked in {storm['seconds']:.0f} s, {storm['committed']} committed, "
                   f"{storm['expired']} expired, {storm['refused']} refused, {storm['unknown']} unknown, verdict p99 "
                   f"{storm['verdict_ms']['p99']:.0f} ms")

    def _line(self, name, steps, times):
        altered = sum(s.get("altered", 0) for s in steps)
        return f"  {name:<44} {len(steps):>5} {altered:>8} " + self._times(times)

    @staticmethod
    def _times(times):
        return f"{ms(quantile(times, 0.5)):>7} {ms(quantile(times, 0.99)):>7} {ms(max(times, default=None)):>7}"

    # -- the end

    def failures(self):
        """Sentences; empty if all is well."""
        valid = self.valid()
        for entry in valid:
            if not entry["passed"]:
                yield f"round {entry['round']} (seed {entry['seed']}): {entry['why']}"
        if not valid:
            yield "no valid round: the machine is unfit, and nothing is proven"

    def verdict_line(self, seed):
        failures = list(self.failures())
        valid = self.valid()
        played = sum(r["samples_played"] for r in valid)
        text = (f"{len(valid)} rounds (seed {seed}), {len(self.done('migrate'))} migrations, {self.kills()} kills, "
                f"{played} samples played, {self.altered()} altered, {len(self.rounds) - len(valid)} invalid rounds")
        return ("PASSED: " if not failures else "FAILED: ") + text + (f"; {failures[0]}" if failures else "")

    def as_json(self, seed):
        return {"seed": seed, "verdict": self.verdict_line(seed), "passed": not list(self.failures()),
                "failures": list(self.failures()), "rounds": self.rounds, "steps": self.steps,
                "operations": self.operations, "storms": self.storms}
