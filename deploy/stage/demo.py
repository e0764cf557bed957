# SPDX-License-Identifier: Apache-2.0
"""The demo: plays a show on five agents, kills one in the middle of a note, and proves that nothing was altered."""

import argparse
import json
import random
import shutil
import sys
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import virtual_stage
from aligned_board import AlignedBoardStage
from aligned_stage import GRANDMASTER, AlignedStage
from board_stage import BOARD, BoardStage, dials, firmware, show_for_board, takes_keys
from clock_truth import clock_figures, count_ptp4l
from cluster import COMPUTE, FEEDS, Stage, StageError
from performance import Performance
from schedule import BOARD_NEEDS, plan_faults, plan_moves
from screen import Screen
from verdict import print_verdict, verdict_of

ROOT = Path(__file__).resolve().parents[2]
# By how much the oscillators of a stage of machines are off: more than those of computers are.
CLOCKS_PPB = {"pi-1": 12_000, "pi-2": -25_000, "pi-3": 41_000, "foh-a": 50_000, "foh-b": -80_000}
EXIT_PASSED, EXIT_FAILED, EXIT_USAGE, EXIT_INVALID = 0, 1, 2, 3


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="deploy/demo", formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__,
        epilog=f"""agents: {', '.join(COMPUTE)} compute, {' and '.join(FEEDS)} feed FOH.

examples:
  deploy/demo                                    30 s, one agent killed at an arbitrary instant
  deploy/demo --kill pi-2@10 --kill foh-b@20     kill these, then
  deploy/demo --kill coordinator@10              the coordinator dies and returns; nobody hears it
  deploy/demo --corrupt pi-1@10 --no-kill        one flipped bit is reported as divergence
  deploy/demo --migrate lead@8 --no-kill         a running task moves to another node; nobody hears it
  deploy/demo --mcu                              a microcontroller in QEMU takes a task over, plays it alone, and dies
  deploy/demo --stage netns                      each node is a machine with a clock of its own, under PTP (root)
  deploy/demo --stage netns --kill {GRANDMASTER}@10    the clock that all follow dies; another one takes over
  deploy/demo --stage netns --mcu                a microcontroller beside them, which follows PTP by itself

exit code: 0 passed, 1 a sample differs or a move failed, 2 wrong usage, 3 invalid (the machine stood still)""")
    parser.add_argument("--show", type=Path, default=ROOT / "deploy/shows/demo.yaml", help="the show to play")
    parser.add_argument("--stage", choices=("loopback", "netns"), default="loopback",
                        help="loopback: processes that share one clock (default). netns: each node in a network namespace of its "
                        "own with an oscillator that is off by up to 80 ppm, all following the real ptp4l; needs root")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to play (default 30)")
    parser.add_argument("--kill", metavar="NODE@SECONDS", action="append", default=[],
                        help="kill -9 this agent (or `coordinator`) then; repeatable")
    parser.add_argument("--no-kill", action="store_true", help="kill nobody")
    parser.add_argument("--corrupt", metavar="NODE@SECONDS", action="append", default=[],
                        help="flip one bit of one packet that this agent sends; repeatable")
    parser.add_argument("--migrate", metavar="TASK@SECONDS[:NODE]", action="append", default=[],
                        help="move this task to the node (default: one that has nothing of it) then; repeatable")
    parser.add_argument("--mcu", metavar="TASK", nargs="?", const="master",
                        help=f"adds {BOARD}, an emulated Cortex-M4F, which this task (default: master) moves to; unless told otherwise "
                        "its twin is killed, and later the board itself")
    parser.add_argument("--seed", type=int, help="picks the instant of the kill (default: random, printed)")
    parser.add_argument("--out", type=Path, help="folder of the take (default: take-TIME below the current folder)")
    parser.add_argument("--json", type=Path, help="write the verdict there for machines")
    parser.add_argument("--binaries", type=Path, default=ROOT / "build/bin", help=argparse.SUPPRESS)
    parser.add_argument("--tools", type=Path, default=ROOT / "build/stage", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not 2 <= options.seconds <= 86400:
        parser.error("--seconds must be from 2 to 86400")
    if not options.show.is_file():
        parser.error(f"--show {options.show}: no such file")
    if options.mcu and options.seconds < BOARD_NEEDS:
        parser.error(f"--seconds must be at least {BOARD_NEEDS} with --mcu")
    if options.kill and options.no_kill:
        parser.error("--kill and --no-kill contradict each other")
    if options.json and (options.json.is_dir() or not options.json.absolute().parent.is_dir()):
        parser.error(f"--json {options.json}: cannot be written; its folder must exist")
    return options


def empty_take(folder: Path):
    """An old take may be overwritten; anything else that is in the way may not."""
    if folder.exists():
        if not folder.is_dir() or (any(folder.iterdir()) and not (folder / "run").is_dir()):
            raise StageError(f"--out {folder}: is not empty and not a take; name another folder")
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise StageError(f"--out {folder}: cannot be made: {error.strerror}") from None
    return folder.resolve()


def main(arguments):
    options = parse(arguments)
    if options.stage == "netns":
        if missing := virtual_stage.available():
            print(f"deploy/demo: --stage netns cannot be: {missing}", file=sys.stderr)
            return EXIT_USAGE
        virtual_stage.enter()
    nodes = COMPUTE + FEEDS + ((GRANDMASTER,) if options.stage == "netns" else ()) + ((BOARD,) if options.mcu else ())
    screen = Screen()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    try:
        faults = plan_faults(options, nodes, random.Random(seed))
        moves = plan_moves(options, COMPUTE)
        take = empty_take(options.out or Path(f"take-{datetime.now():%Y%m%d-%H%M%S}"))
    except StageError as error:
        print(f"deploy/demo: {error}", file=sys.stderr)
        return EXIT_USAGE
    try:
        verdict = perform(options, faults, moves, seed, take, screen)
    except StageError as error:
        print(f"deploy/demo: {error}", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        print("\ndeploy/demo: stopped; all processes it started have ended", file=sys.stderr)
        return 130
    if options.json:
        options.json.write_text(json.dumps(verdict, indent=2) + "\n")
    if verdict["passed"]:
        return EXIT_PASSED
    return EXIT_INVALID if verdict["invalid"] else EXIT_FAILED


@contextmanager
def stage_for(options, take, seed):
    """A stage of the kind that was asked for, not started yet; it is gone afterwards."""
    image = firmware(options.binaries.parent)
    if options.mcu and options.stage == "loopback":
        with BoardStage(options.binaries, take, image=image, keyed=takes_keys(image), called=int(dials(image))) as stage:
            yield stage
        return
    if options.stage == "loopback":
        with Stage(options.binaries, take) as stage:
            yield stage
        return
    logs = take / "run/machines"
    logs.mkdir(parents=True)
    virtual = virtual_stage.VirtualStage(options.tools, virtual_stage.own_folder(), logs)
    words = {"virtual": virtual, "clocks_ppb": CLOCKS_PPB}
    if options.mcu:
        stage = AlignedBoardStage(options.binaries, take, boards=(BOARD,), image=image, keyed=takes_keys(image), **words)
    else:
        stage = AlignedStage(options.binaries, take, **words)
    with virtual, stage:
        stage.build(seed)
        yield stage


def perform(options, faults, moves, seed, take, screen):
    screen.say(f"Continuo demo: {options.show.name}, {options.seconds:g} s, one coordinator, "
               f"{len(COMPUTE)} compute agents, "
               + ("a microcontroller, " if options.mcu else "") + f"{len(FEEDS)} feeds; seed {seed}")
    clocks = {}
    with stage_for(options, take, seed) as stage:
        if options.stage == "netns":
            screen.machines(stage)
        stage.start()
        show = options.show
        if options.mcu:
            show = show_for_board(show, take / "run/show", options.mcu, (BOARD, *COMPUTE))
        performance = Performance(stage, show, options.seconds, faults, screen.progress, moves)
        screen.say("  importing and preparing the show ...")
        performance.begin()
        if options.stage == "netns":
            clocks = {"ptp4l_processes": count_ptp4l()}
        performance.run()
        performance.finish()
        if clocks:
            clocks |= clock_figures(performance)
        screen.tasks(performance)
        screen.say("  rendering the oracle and comparing ...")
        verdict = {**verdict_of(performance), "stage": options.stage, **clocks}
    verdict["seed"] = seed
    # A demo looks all the time at who was heard; a test that looks once may see none of it.
    verdict["passed"] &= verdict.get("mcu_packets_selected", 1) > 0
    print_verdict(screen, verdict, take)
    return verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
