// SPDX-License-Identifier: Apache-2.0
// continuo-sim: plays seeds of the virtual cluster.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "dsp/graph/description.h"
#include "sim/fleet/fleet_run.h"
#include "sim/shrink.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr const char* kUsage =
    "continuo-sim: plays a whole cluster under virtual time, from seeds.\n\n"
    "  continuo-sim --seed S            one seed; if it fails, the smallest list of faults that "
    "still does\n"
    "  continuo-sim --seeds A..B        seeds A to B, both included\n"
    "  continuo-sim --nodes N --tasks T --hours H [--seed S] [--json]\n"
    "                 what a coordinator costs that has N agents (4 to 10000) and T tasks (1 to "
    "16383)\n"
    "                 for H hours of virtual time (above 0, at most 1000); `continuo sim` runs "
    "this, too\n"
    "  --trace        what happened, as it happens\n"
    "  --no-shrink    do not look for a smaller list\n"
    "  --real-dsp     synthesisers and effects instead of the hash kernel (one seed in twenty has "
    "them anyway)\n"
    "  --boards       microcontrollers as well, in each scene that can have them (one in four of "
    "those has them anyway)\n"
    "  --no-boards    none\n"
    "  --nodes N      so many machines, whatever the seed says\n"
    "  --keep a,b,... only these faults of the seed's list (as a smaller list is printed)\n"
    "  --no-wishes    no commands of operators but the show\n\n"
    "The last line is the verdict; the exit code is 0 only if no seed failed.\n";

constexpr const char* kFleetUsage =
    "continuo sim: what a coordinator costs that has many agents.\n\n"
    "  continuo sim --nodes 1000 --tasks 10000 --hours 0.02 --seed 1\n\n"
    "Runs the coordinator's whole core against agents of which only what they say is there: they\n"
    "attach, beat 20 times a second on two networks, report once a second, join, die, come back.\n"
    "An operator moves tasks and replaces the show while it plays. Time is virtual, and nothing\n"
    "leaves the process; no journal is kept. Printed is the CPU time of the coordinator: of\n"
    "heartbeats, reports and changes of the plan until they are encoded for every node; then how\n"
    "long deaths take to be known and made good (virtual time), memory, and false verdicts.\n\n"
    "  --nodes N   agents, 4 to 10000 (100)\n"
    "  --tasks T   of the show, 1 to 16383 (1000)\n"
    "  --hours H   of virtual time, above 0, at most 1000; decimals allowed (0.05). Deaths and\n"
    "              wishes are from second 12 on, until 15 s before the end\n"
    "  --seed S    who dies, what is lost and moved: the same seed, the same history (1)\n"
    "  --json      one object, for machines\n\n"
    "Exit code: 0 good; 1 something that must not be: an unanswered request, a living node called\n"
    "dead, a death not made good within 15 s, a node that plays another plan; 2 wrong usage.\n";

/// Of a number in a flag's text, whole; false: it is none, or out of range.
template <typename T>
bool Take(const char* text, T least, T most, T& number) {
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || *end != 0 || !(value >= static_cast<double>(least)) ||
      value > static_cast<double>(most)) {
    return false;
  }
  number = static_cast<T>(value);
  return static_cast<double>(number) == value;
}

/// Exit code; the fleet is what is meant wherever a number of tasks or hours is given.
int RunFleet(int argc, char** argv) {
  FleetOptions options;
  bool json = false;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--help" || flag == "-h") {
      std::fputs(kFleetUsage, stdout);
      return 0;
    }
    if (flag == "--json") {
      json = true;
      continue;
    }
    const char* const value = ++i < argc ? argv[i] : "";
    bool ok = false;
    std::string range;
    if (flag == "--nodes") {
      range = "a whole number from 4 to 10000";
      ok = Take(value, 4, 10'000, options.nodes);
    } else if (flag == "--tasks") {
      range = "a whole number from 1 to 16383";
      ok = Take(value, 1, dsp::kMaxTasks - 1, options.tasks);
    } else if (flag == "--hours") {
      range = "a number above 0, at most 1000";
      ok = Take(value, 1e-9, 1000.0, options.hours);
    } else if (flag == "--seed") {
      range = "a whole number from 0 to 4294967295";
      ok = Take(value, std::uint64_t{0}, std::uint64_t{0xffffffff}, options.seed);
    } else {
      std::fprintf(
          stderr,
          "continuo sim: there is no option \"%s\" (--nodes, --tasks, --hours, --seed, --json)\n",
          flag.c_str());
      return 2;
    }
    if (ok) continue;
    std::fprintf(stderr, "continuo sim: %s \"%s\": %s is needed\n", flag.c_str(), value,
                 range.c_str());
    return 2;
  }
  const FleetFigures figures = FleetRun(options).Run();
  std::fputs((json ? FleetJson : FleetText)(options, figures).c_str(), stdout);
  return figures.failures.empty() ? 0 : 1;
}

struct Totals {
  int seeds = 0, failing = 0;
  double seconds = 0;
  int faults = 0, kills = 0, joins = 0, moves = 0, acknowledged = 0;
  std::uint64_t packets = 0;
};

const char* KernelsOf(const Scene& scene) {
  const auto settles = [](const coordinator::ShowTask& task) { return task.kind == "settling"; };
  return scene.real_dsp                                   ? "real DSP"
         : std::ranges::any_of(scene.show.tasks, settles) ? "hash, some settle"
                                                          : "hash";
}

void Print(const Scene& scene, const Outcome& outcome, double spent) {
  std::string boards, by_boards;
  if (scene.boards > 0) {
    boards = ", " + std::to_string(scene.boards) + " of them boards";
    by_boards = ", " + std::to_string(outcome.by_boards) + " packets by boards";
  }
  std::printf(
      "seed %llu: %s, %d machines%s, %d coordinators, %s%s%s, %.1f s simulated (%.0f x real time), "
      "%d "
      "faults, %d kills, "
      "%d stalls, %d network faults, %d of coordinators, %d reigns, %d joins, %d resumed, %d "
      "moves, %d "
      "events acknowledged, %d expired, "
      "%d refused, %llu packets true%s\n",
      static_cast<unsigned long long>(scene.seed), outcome.good() ? "ok" : "FAILS",
      scene.machines(), boards.c_str(), scene.coordinators, KernelsOf(scene),
      scene.reckless ? ", reckless" : "", scene.power_cut ? ", power cut" : "", outcome.seconds,
      outcome.seconds / spent, outcome.faults, outcome.kills, outcome.stalls, outcome.cuts,
      outcome.crashes, outcome.reigns, outcome.joins, outcome.resumes, outcome.moves,
      outcome.acknowledged, outcome.expired, outcome.refused,
      static_cast<unsigned long long>(outcome.packets), by_boards.c_str());
  for (const std::string& failure : outcome.failures) std::printf("  %s\n", failure.c_str());
  std::fflush(stdout);
}

struct Options {
  std::uint64_t from = 1, to = 0;
  bool trace = false, shrink = true, real_dsp = false, wishes = true, quiet = false;
  std::optional<bool> boards;
  int nodes = 0;
  const char* keep = nullptr;
};

void Keep(Scene& scene, const char* list) {
  std::vector<Fault> kept;
  for (const char* at = list; *at != 0;) {
    char* end = nullptr;
    const std::size_t index = std::strtoul(at, &end, 10);
    if (end == at) break;
    if (index < scene.faults.size()) kept.push_back(scene.faults[index]);
    at = *end == ',' ? end + 1 : end;
  }
  scene.faults = kept;
}

void Play(std::uint64_t seed, const Options& options, Totals& totals) {
  Scene scene = MakeScene(seed, options.real_dsp, options.nodes, options.boards);
  if (options.keep != nullptr) Keep(scene, options.keep);
  if (!options.wishes) scene.wishes.clear();
  const std::clock_t begun =
      std::clock();  // of this process's CPU: others may use the machine, too
  const Outcome outcome = World(scene, options.trace).Run();
  const double spent = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  ++totals.seeds;
  totals.failing += outcome.good() ? 0 : 1;
  totals.seconds += outcome.seconds;
  totals.faults += outcome.faults;
  totals.kills += outcome.kills;
  totals.joins += outcome.joins;
  totals.moves += outcome.moves;
  totals.acknowledged += outcome.acknowledged;
  totals.packets += outcome.packets;
  if (!options.quiet || !outcome.good()) Print(scene, outcome, spent);
  if (!outcome.good() && options.shrink && !options.trace)
    std::fputs(Shrink(scene).c_str(), stdout);
}

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (flag == "--trace") {
      options.trace = true;
    } else if (flag == "--no-shrink") {
      options.shrink = false;
    } else if (flag == "--real-dsp") {
      options.real_dsp = true;
    } else if (flag == "--boards") {
      options.boards = true;
    } else if (flag == "--no-boards") {
      options.boards = false;
    } else if (flag == "--no-wishes") {
      options.wishes = false;
    } else if (flag == "--quiet") {
      options.quiet = true;
    } else if (value == nullptr) {
      return false;
    } else if (flag == "--seed") {
      options.from = options.to = std::strtoull(value, nullptr, 0), ++i;
    } else if (flag == "--seeds") {
      char* end = nullptr;
      options.from = std::strtoull(value, &end, 0);
      if (std::strncmp(end, "..", 2) != 0) return false;
      options.to = std::strtoull(end + 2, nullptr, 0), ++i;
    } else if (flag == "--nodes") {
      options.nodes = std::atoi(value), ++i;
    } else if (flag == "--keep") {
      options.keep = value, ++i;
    } else {
      return false;
    }
  }
  return options.to >= options.from;
}

int Main(int argc, char** argv) {
  const auto is_of_fleet = [](std::string_view flag) {
    return flag == "--tasks" || flag == "--hours";
  };
  const bool by_continuo = std::string_view(argv[0]) == "sim";
  if (by_continuo || std::any_of(argv + 1, argv + argc, is_of_fleet)) return RunFleet(argc, argv);
  const auto is_help = [](std::string_view flag) { return flag == "--help" || flag == "-h"; };
  if (std::any_of(argv + 1, argv + argc, is_help)) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  Options options;
  if (!Parse(argc, argv, options)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  const std::clock_t begun =
      std::clock();  // of this process's CPU: others may use the machine, too
  Totals totals;
  for (std::uint64_t seed = options.from; seed <= options.to; ++seed) Play(seed, options, totals);
  const double spent = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  std::printf(
      "%d of %d seeds fail: %.0f s simulated in %.1f CPU s (%.0f x real time), %d faults, %d "
      "kills, %d joins, %d moves, "
      "%d acknowledged events, %llu packets compared\n",
      totals.failing, totals.seeds, totals.seconds, spent, totals.seconds / spent, totals.faults,
      totals.kills, totals.joins, totals.moves, totals.acknowledged,
      static_cast<unsigned long long>(totals.packets));
  return totals.failing == 0 ? 0 : 1;
}

}  // namespace
}  // namespace continuo::sim

int main(int argc, char** argv) {
  return continuo::sim::Main(argc, argv);
}
