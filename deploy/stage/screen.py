# SPDX-License-Identifier: Apache-2.0
"""What a person sees while a show plays: one calm line a second, and every fault as it strikes."""

import os
import sys
import time

from migration import describe_begin, describe_end


class Screen:
    def __init__(self, out=sys.stdout):
        self.out = out
        self.tty = out.isatty()
        self.told = 0
        self.moves_told = set()
        self.begun = False

    def paint(self, text, code):
        return f"\033[{code}m{text}\033[0m" if self.tty else text

    def good(self, text):
        return self.paint(text, "32")

    def bad(self, text):
        return self.paint(text, "31;1")

    def dim(self, text):
        return self.paint(text, "2")

    def say(self, text=""):
        print(text, file=self.out, flush=True)

    def machines(self, stage):
        """Whose clock is how far off."""
        off = ", ".join(f"{name} {machine.ppb / 1000:+g}" for name, machine in stage.virtual.machines.items())
        self.say(f"  machines with clocks of their own, by ppm: {off}; they find each other's time by ptp4l ...")

    def progress(self, performance, played):
        if not self.begun:
            self.begun = True
            self.tasks(performance)
            self.first_sound()
        for fault in performance.struck[self.told:]:
            self.say(self.bad("  >> " + describe(fault)))
        self.told = len(performance.struck)
        self.moves(performance.moved)
        self.say(self.line(performance, played))

    def moves(self, moved):
        """Each is told when it begins and when it ends."""
        for number, entry in enumerate(moved):
            for state, text in (("begun", describe_begin), ("done", describe_end)):
                if (number, state) in self.moves_told or (state == "done" and not entry["done"]):
                    continue
                self.moves_told.add((number, state))
                line = "  >> " + text(entry)
                self.say(line if state == "begun" or entry["ok"] else self.bad(line))

    def first_sound(self):
        """How long a newcomer waited, where the wrapper said when it began."""
        began = os.environ.get("CONTINUO_DEMO_BEGAN")
        if began:
            self.say(f"  first sound {time.time() - int(began):.0f} s after the start of the demo, set-up included")

    def line(self, performance, played):
        status = performance.status or {}
        played = max(0.0, min(played, performance.seconds))
        away = not performance.stage.processes["coordinator"].alive()
        nodes = " ".join(self._node(performance, n)
                         for n in sorted(status.get("nodes", []), key=lambda n: (n["name"] in performance.stage.feeds, n["name"])))
        counts = "late {late}  lost {lost}  repaired {repaired}".format(**packets(status))
        return (f"  {played:5.1f} s  bar {status.get('position', '-'):<8} {nodes}  {counts}  "
                f"margin {margin_ms(status)}" + (self.bad("  coordinator away, playing on") if away else ""))

    def _node(self, performance, node):
        alive = performance.stage.processes[node["name"]].alive()
        if alive and node["name"] in performance.stage.feeds:
            return self.good(node["name"])
        selected = node.get("selected_packets_last_s", 0)
        if not alive:
            return self.bad(f"{node['name']} dead")
        return self.good(node["name"]) + self.dim(f" {selected:>5}/s")

    def tasks(self, performance):
        for task in performance.status.get("tasks", []):
            replicas = "  ".join(self._replica(performance, r) for r in task.get("replicas", []))
            self.say(f"    {task['name']:<14} {task.get('kind', ''):<10} {replicas}")

    def _replica(self, performance, replica):
        if performance.stage.processes[replica["node"]].alive():
            return f"{replica['node']}:{replica['state']}"
        return self.bad(f"{replica['node']}:dead")


def packets(status):
    nodes = status.get("nodes", [])
    return {"late": sum(n.get("packets_late", 0) for n in nodes),
            "lost": sum(o.get("concealed", 0) for o in status.get("outputs", [])),
            "repaired": sum(n.get("packets_repaired", 0) for n in nodes)}


def margin_ms(status):
    margins = [o["margin_min"] for o in status.get("outputs", []) if o.get("frames", 0) > 0 and "margin_min" in o]
    return f"{min(margins) / 48:.0f} ms" if margins else "-"


def describe(fault):
    at = f"at {fault['at_seconds']:.3f} s (n = {fault['at_sample']})"
    tasks = f"; it carried {', '.join(fault['tasks'])}" if fault["tasks"] else ""
    if fault["kind"] == "kill":
        return (f"kill -9 {fault['node']} {at}, {fault['selected_packets_last_s']} of its packets were selected in the "
                f"last second{tasks}")
    if fault["kind"] == "corrupt":
        return f"one bit of one packet of {fault['node']} flipped {at}"
    if fault["kind"] == "stop":
        return f"{fault['node']} stopped {at} for {fault['seconds'] * 1000:.0f} ms"
    return f"network {fault['node']} cut {at}" + (f" for {fault['seconds']:g} s" if "seconds" in fault else " for good")
