# SPDX-License-Identifier: Apache-2.0
"""One round of the soak: a performance to which the seed does one thing after the other, the next not before
everything is whole again. The promise is about single faults, and this is where it is kept to."""

import json
import subprocess

from acting import PATIENCE_S, Acting
from cluster import COORDINATOR, NETWORKS, StageError
from schedule import Planned
from status_watch import find_operation, hosts, is_settled, open_operations, tasks_short

PROMISED_S = 1.5     # until redundancy is back; the next fault waits at least so long
TAIL_S = 5.0         # of the show: nothing new is begun
BACK_AFTER_S = (0.2, 3.0)           # a killed process comes back within
STOPPED_S = (0.05, 0.2, 2.0)
# Small states move faster than the status tells: most strikes are timed, not aimed.
STEPS = ("at once", "subscribed", "snapshot", "catch-up", "shadow", "retiring") + 8 * ("any time",)
LATEST_S = 0.5       # of a timed strike, after the coordinator took the order
STORM_RATE = 1000
KNOBS = ("lead.gain:-12:0", "bass.cutoff:200:4000", "pad.gain:-20:-6", "pluck.gain:-20:-3", "send.gain.1:-20:0",
         "room.decay:1:6", "hall.size:0.5:1", "echo.feedback:0:0.7", "place.pan:-1:1", "tape.keep:0:0.9",
         "drive.gain:-6:6", "color.gain.2:-6:6", "mix.gain.1:-12:0", "tone.gain.7:-6:6", "master.gain:-12:0")


class Round(Acting):
    def __init__(self, stage, show, seconds, number, rng, kinds, storms_share, storm_program, tell):
        super().__init__(stage, show, seconds, Round.soak)
        self.number = number
        self.rng = rng
        self.kinds = kinds
        self.storms_share = storms_share
        self.storm_program = storm_program
        self.tell = tell
        self.steps = []
        self.storm = None
        self.storms = []       # files of acknowledgements
        self.storm_counts = []

    # -- the loop

    def soak(self):
        while self.played() < self.seconds - TAIL_S and not self.troubled():
            self.one_step()
        self.end_storm()

    def troubled(self):
        return any(not step["ok"] for step in self.steps)

    def one_step(self):
        self.maybe_storm()
        kind = self.rng.choices(self.kinds, weights=[WEIGHTS[kind] for kind in self.kinds])[0]
        step = {"round": self.number, "kind": kind, "what": kind, "ok": True, "at_n": self.media_now(),
                "at_s": round(self.played(), 2)}
        self.steps.append(step)
        try:
            getattr(self, "do_" + kind)(step)
            self.settle(step)
        except StageError as error:
            self.fail(step, str(error))
        self.tell(self, step)

    def settle(self, step):
        """Until all is whole. Notes how long redundancy was away."""
        since = step.get("struck_n", step["at_n"])
        over = since + int(step.get("stopped_s", 0) * 48000)
        # Too early, a status may still be of before the fault.
        self.pause_until(over + int(PROMISED_S * 48000))
        whole = self.wait_whole(over)
        if not whole and self.played() < self.seconds - 0.5:
            status = self.look()
            self.fail(step, f"not whole again after {PATIENCE_S:g} s: short are {', '.join(tasks_short(status)) or 'none'}; "
                      f"under way {[o['text'] + ' (' + o['phase'] + ')' for o in open_operations(status)]}")
        if whole and "struck_n" in step:
            self.note_gaps(step, self.look()["redundancy"], since)

    @staticmethod
    def note_gaps(step, redundancy, since):
        """From the strike to the sample from which on all replicas count again, as the replicas have agreed on it. Tasks
        for which there were too few nodes until one came back are told by themselves."""
        gaps = [g for g in redundancy
                if g["until_n"] and g["until_n"] > since and g["from_n"] > since - 24000]
        for name, tasks in (("restored_s", [g for g in gaps if g["task"] not in step.get("no_room", ())]),
                            ("waited_s", [g for g in gaps if g["task"] in step.get("no_room", ())])):
            step[name] = max((round((g["until_n"] - since) / 48000, 3) for g in tasks), default=None)

    def fail(self, step, why):
        step["ok"] = False
        step["why"] = why
        (self.stage.run / "status-at-failure.json").write_text(json.dumps(self.look(), indent=1))

    # -- what is done

    def ask(self, step, *words):
        """The number of the operation that it began, or None if it was refused."""
        try:
            return self.order(*words)
        except StageError as refused:
            step["refused"] = str(refused)
            step["what"] = step["kind"] + ", refused"
            return None

    def end_of(self, number):
        if number is not None:
            self.await_verdict(number)

    def begin_migration(self, step):
        # A coordinator that has just begun anew has not heard yet who computes what.
        self.wait(lambda status: any(hosts(t) for t in status["tasks"]), PATIENCE_S)
        movable = [t for t in self.look()["tasks"] if hosts(t)]
        if not movable:
            return None, None
        large = [t for t in movable if t["kind"] in ("tape", "delay", "reverb")]
        task = self.rng.choice(large if large and self.rng.random() < 0.4 else movable)
        at = hosts(task)
        free = [n for n in self.computing() if n not in [r["node"] for r in task["replicas"]]]
        if not free:
            return None, None
        step["task"] = task["name"]
        move = {"from": self.rng.choice(at), "to": self.rng.choice(free), "hosts": at}
        return self.ask(step, "task", "migrate", task["name"], "--to", move["to"], "--from", move["from"]), move

    def do_migrate(self, step):
        number, _ = self.begin_migration(step)
        self.end_of(number)

    def do_migrate_hit(self, step):
        """A migration, and in one of its steps something happens to who takes part in it."""
        wanted = self.rng.choice(STEPS)
        who = self.rng.choices(("target", "donor", "leaver", COORDINATOR), weights=(3, 3, 2, 2))[0]
        number, move = self.begin_migration(step)
        if number is None:
            return
        seen = self.reach(wanted, number)
        operation = find_operation(self.look(), number) or {}
        donor = (operation.get("join") or {}).get("donor") or self.rng.choice(move["hosts"])
        node = {"target": move["to"], "leaver": move["from"], "donor": donor}.get(who, who)
        how = "kill" if node == COORDINATOR else self.rng.choices(("kill", "stop"), weights=(3, 1))[0]
        step["what"] = f"migrate, {who} {how}ed in step {seen}".replace("stoped", "stopped")
        self.hit(step, how, node)
        self.end_of(number)

    def reach(self, wanted, number):
        """Waits for that step of the operation; the step that was really seen last."""
        if wanted == "any time":
            self.pause(self.rng.uniform(0, LATEST_S))
        elif wanted != "at once":
            self.wait(lambda s: wanted in step_of(find_operation(s, number)) or
                      (find_operation(s, number) or {}).get("done"), 5)
            self.pause(self.rng.choice((0, self.rng.uniform(0, 0.2))))
        return step_of(find_operation(self.look(), number))[0]

    def hit(self, step, how, node):
        step["no_room"] = without_room(self.look(), node)
        seconds = self.rng.choice(STOPPED_S) if how == "stop" else self.rng.uniform(*BACK_AFTER_S)
        entry = self.strike(Planned(how, node, 0, seconds))
        step.update(kind=how, node=node, struck_n=entry["at_sample"])
        if how == "stop":
            step["stopped_s"] = seconds

    def do_kill(self, step):
        self.hit(step, "kill", self.rng.choice(self.computing()))
        step["what"] = "kill of an agent"

    def do_coordinator(self, step):
        self.hit(step, "kill", COORDINATOR)
        step["what"] = "kill of the coordinator"
        self.pause(0.5)

    def do_stop(self, step):
        self.hit(step, "stop", self.rng.choice(self.computing()))
        step["what"] = f"stop of an agent for {self.struck[-1]['seconds'] * 1000:.0f} ms"

    def do_cut(self, step):
        entry = self.strike(Planned("cut", self.rng.choice(NETWORKS), 0, self.rng.choice((0.3, 1.0))))
        step.update(what="cut of a network", struck_n=entry["at_sample"])
        self.pause(1.2)

    def do_drain(self, step):
        node = self.rng.choice(self.computing())
        number = self.ask(step, "node", "drain", node)
        if number is not None and self.rng.random() < 0.3:
            self.pause(self.rng.uniform(0, 1.5))
            other = self.rng.choice(self.computing())
            step["what"] = "drain, " + ("its node killed" if other == node else "another node killed")
            self.hit(step, "kill", other)
        self.end_of(number)
        self.wait(is_settled)
        self.stage.continuo("node", "undrain", node, check=False)

    def do_rebalance(self, step):
        self.end_of(self.ask(step, "rebalance"))

    def do_replicas(self, step):
        task = self.rng.choice([t for t in self.look()["tasks"] if t["redundancy"] == 2])["name"]
        self.end_of(self.ask(step, "task", "replicas", task, "3"))
        self.wait(is_settled)
        self.end_of(self.ask(step, "task", "replicas", task, "2"))

    # -- storms

    def maybe_storm(self):
        if self.storm is not None and self.storm.poll() is None:
            return
        self.end_storm()
        seconds = self.rng.uniform(3, 12)
        if self.rng.random() >= self.storms_share or self.played() + seconds > self.seconds - 4:
            return
        out = self.stage.run / f"storm-{len(self.storms)}.jsonl"
        self.storms.append(out)
        self.storm = subprocess.Popen(
            [str(self.storm_program), "--coordinator", self.stage.listen, "--rate", str(STORM_RATE), "--seconds",
             f"{seconds:.1f}", "--seed", str(self.rng.randrange(1 << 32)), "--out", str(out), *KNOBS],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def end_storm(self):
        if self.storm is None:
            return
        self.storm_counts.append({"round": self.number, **json.loads(self.storm.communicate(timeout=30)[0])})
        self.storm = None


def without_room(status, lost):
    """Tasks that want more replicas than there are nodes that may be given one, once that one is lost."""
    left = [n for n in status["nodes"]
            if n["can_compute"] and n["liveness"] == "alive" and not n["drained"] and n["name"] != lost]
    return [t["name"] for t in status["tasks"] if t["redundancy"] > len(left)]


def step_of(operation):
    """What the status says about how far it is: of the newcomer, and of the whole."""
    if operation is None:
        return ("unknown",)
    if operation["phase"] == "joining":
        return (operation["newcomer"], "joining")
    return (operation["phase"],)


WEIGHTS = {"migrate": 6, "migrate_hit": 10, "kill": 4, "coordinator": 1, "stop": 2, "cut": 1, "drain": 2,
           "rebalance": 1, "replicas": 1}
