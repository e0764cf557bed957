// SPDX-License-Identifier: Apache-2.0
// gate_hash [--only KIND] [--frames N] [--block N] [--ftz] [--save FILE | --restore FILE]
//
// Plays every scenario of every registered kernel and prints one line for each: name, hash of the output, hash of the
// final state; then one for each function of dsp/base/math.h. The lines must be the same whichever compiler and CPU
// this was built for. --save and --restore write and read a snapshot of each in the middle, and then tell only of the
// second half. For emulators, which are slow, --only: the scenarios of one kernel, --frames: nothing longer than that;
// and then no functions.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "dsp/gates/math_sweep.h"
#include "dsp/gates/rehearsal.h"

namespace continuo::dsp::gates {
namespace {

struct Options {
  int block = 96;
  bool flush = false;
  const char* only = nullptr;
  Frames longest = 0;  // 0: as long as the scenario is
  std::FILE* save = nullptr;
  std::FILE* restore = nullptr;
};

/// Files of snapshots: for each scenario a length (4 bytes, little-endian) and the bytes.
bool Save(std::FILE* file, const std::vector<std::uint8_t>& snapshot) {
  std::uint8_t head[4];
  ByteWriter(head).Le(static_cast<std::uint32_t>(snapshot.size()));
  return std::fwrite(head, 1, 4, file) == 4 &&
         std::fwrite(snapshot.data(), 1, snapshot.size(), file) == snapshot.size();
}

bool Load(std::FILE* file, std::vector<std::uint8_t>& snapshot) {
  std::uint8_t head[4] = {};
  if (std::fread(head, 1, 4, file) != 4) return false;
  snapshot.resize(ByteReader(head).Le<std::uint32_t>());
  return std::fread(snapshot.data(), 1, snapshot.size(), file) == snapshot.size();
}

bool Play(const Scenario& scenario, const Options& options) {
  const FlushToZero mode(options.flush);
  const MediaTime middle = kStart + scenario.length / 2 + 1;
  std::vector<std::uint8_t> snapshot;
  Rehearsal rehearsal(scenario);
  if (!rehearsal.ok()) return false;
  if (options.restore != nullptr) {
    rehearsal.Scribble();
    if (!Load(options.restore, snapshot) || !rehearsal.Restore(snapshot, middle)) return false;
  } else if (options.save != nullptr) {
    rehearsal.PlayTo(middle, options.block);
    snapshot = rehearsal.Snapshot();
    if (!Save(options.save, snapshot) || !rehearsal.Restore(snapshot, middle)) return false;
  }
  rehearsal.PlayTo(rehearsal.end(), options.block);
  std::printf("%s %016llx %016llx\n", NameOf(scenario).c_str(),
              static_cast<unsigned long long>(HashOf(rehearsal.output())),
              static_cast<unsigned long long>(HashOf(rehearsal.Snapshot())));
  return true;
}

void SweepMath(bool flush) {
  const FlushToZero mode(flush);
  for (const MathSweep& sweep : MathSweeps()) {
    std::printf("math/%s %016llx\n", sweep.function, static_cast<unsigned long long>(sweep.hash()));
  }
}

int Main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const bool more = i + 1 < argc;
    if (std::strcmp(argv[i], "--ftz") == 0) {
      options.flush = true;
    } else if (more && std::strcmp(argv[i], "--only") == 0) {
      options.only = argv[++i];
    } else if (more && std::strcmp(argv[i], "--frames") == 0) {
      options.longest = std::atoi(argv[++i]);
    } else if (more && std::strcmp(argv[i], "--block") == 0) {
      options.block = std::atoi(argv[++i]);
    } else if (more && std::strcmp(argv[i], "--save") == 0) {
      options.save = std::fopen(argv[++i], "wb");
    } else if (more && std::strcmp(argv[i], "--restore") == 0) {
      options.restore = std::fopen(argv[++i], "rb");
      if (options.restore == nullptr) return 2;
    } else {
      std::fprintf(stderr,
                   "gate_hash [--only KIND] [--frames N] [--block N] [--ftz] "
                   "[--save FILE | --restore FILE]\n");
      return 2;
    }
  }
  for (Scenario& scenario : Scenarios()) {
    if (options.longest > 0) scenario.length = std::min(scenario.length, options.longest);
    if (options.only != nullptr && std::strcmp(options.only, scenario.kernel->kind) != 0) continue;
    if (Play(scenario, options)) continue;
    std::fprintf(stderr, "%s: does not prepare, snapshot or restore\n", NameOf(scenario).c_str());
    return 1;
  }
  const bool partly = options.only != nullptr || options.longest > 0 || options.save != nullptr ||
                      options.restore != nullptr;
  if (!partly) SweepMath(options.flush);
  if (options.save != nullptr && std::fclose(options.save) != 0) return 1;
  return 0;
}

}  // namespace
}  // namespace continuo::dsp::gates

int main(int argc, char** argv) {
  return continuo::dsp::gates::Main(argc, argv);
}
