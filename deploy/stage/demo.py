# SPDX-License-Identifier: Apache-2.0
"""The demo: plays a show on five agents, kills one in the middle of a note, and proves that nothing was altered."""

import argparse
import json
import random
import shutil
import sys
from datetime import datetime
from pathlib import Path

from cluster import COMPUTE, FEEDS, Stage, StageError
from performance import Performance
from schedule import plan_faults, plan_moves
from screen import Screen
from verdict import print_verdict, verdict_of

ROOT = Path(__file__).resolve().parents[2]
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

exit code: 0 passed, 1 a sample differs or a move failed, 2 wrong usage, 3 invalid (the machine stood still)""")
    parser.add_argument("--show", type=Path, default=ROOT / "deploy/shows/demo.yaml", help="the show to play")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to play (default 30)")
    parser.add_argument("--kill", metavar="NODE@SECONDS", action="append", default=[],
                        help="kill -9 this agent (or `coordinator`) then; repeatable")
    parser.add_argument("--no-kill", action="store_true", help="kill nobody")
    parser.add_argument("--corrupt", metavar="NODE@SECONDS", action="append", default=[],
                        help="flip one bit of one packet that this agent sends; repeatable")
    parser.add_argument("--migrate", metavar="TASK@SECONDS[:NODE]", action="append", default=[],
                        help="move this task to the node (default: one that has nothing of it) then; repeatable")
    parser.add_argument("--seed", type=int, help="picks the instant of the kill (default: random, printed)")
    parser.add_argument("--out", type=Path, help="folder of the take (default: take-TIME below the current folder)")
    parser.add_argument("--json", type=Path, help="write the verdict there for machines")
    parser.add_argument("--binaries", type=Path, default=ROOT / "build/bin", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not 2 <= options.seconds <= 86400:
        parser.error("--seconds must be from 2 to 86400")
    if not options.show.is_file():
        parser.error(f"--show {options.show}: no such file")
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
    screen = Screen()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    try:
        faults = plan_faults(options, COMPUTE + FEEDS, random.Random(seed))
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


def perform(options, faults, moves, seed, take, screen):
    screen.say(f"Continuo demo: {options.show.name}, {options.seconds:g} s, one coordinator, "
               f"{len(COMPUTE)} compute agents, {len(FEEDS)} feeds; seed {seed}")
    with Stage(options.binaries, take) as stage:
        stage.start()
        performance = Performance(stage, options.show, options.seconds, faults, screen.progress, moves)
        screen.say("  importing and preparing the show ...")
        performance.play()
        screen.tasks(performance)
        screen.say("  rendering the oracle and comparing ...")
        verdict = verdict_of(performance)
    verdict["seed"] = seed
    print_verdict(screen, verdict, take)
    return verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
