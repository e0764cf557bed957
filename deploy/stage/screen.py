# SPDX-License-Identifier: Apache-2.0
"""What a person sees while a show plays: one calm line a second, and every fault as it strikes."""

import sys


class Screen:
    def __init__(self, out=sys.stdout):
        self.out = out
        self.tty = out.isatty()
        self.told = 0

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

    def progress(self, performance, played):
        for fault in performance.struck[self.told:]:
            self.say(self.bad("  >> " + describe(fault)))
        self.told = len(performance.struck)
        self.say(self.line(performance, played))

    def line(self, performance, played):
        status = performance.status or {}
        played = max(0.0, min(played, performance.seconds))
        away = not performance.stage.processes["coordinator"].alive()
        nodes = " ".join(self._node(performance, n) for n in status.get("nodes", []))
        counts = "late {late}  lost {lost}  repaired {repaired}".format(**packets(status))
        return (f"  {played:5.1f} s  bar {status.get('position', '-'):<8} {nodes}  {counts}  "
                f"margin {margin_ms(status)}" + (self.bad("  coordinator away, playing on") if away else ""))

    def _node(self, performance, node):
        alive = performance.stage.processes[node["name"]].alive()
        selected = node.get("selected_packets_last_s", 0)
        if not alive:
            return self.bad(f"{node['name']} dead")
        return self.good(node["name"]) + self.dim(f" {selected:>5}/s")

    def tasks(self, status):
        for task in status.get("tasks", []):
            replicas = "  ".join(f"{r['node']}:{r['state']}" for r in task.get("replicas", []))
            self.say(f"    {task['name']:<14} {task.get('kind', ''):<10} {replicas}")


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
