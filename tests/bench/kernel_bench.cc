// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "agent/shell/calibration.h"
#include "bench/bench.h"
#include "bench/rack.h"
#include "dsp/kernels/registry.h"

namespace continuo::bench {
namespace {

constexpr Nanoseconds kBudget = 60'000'000;
constexpr double kFrameNs = 1e9 / kSampleRate;

const std::vector<Unit> kBell = {{"eq", {{"gain.3", 3}}}};
const std::vector<Unit> kBells = {{"eq",
                                   {{"type.1", 0},
                                    {"gain.1", 3},
                                    {"on.1", 1},
                                    {"type.2", 0},
                                    {"gain.2", -3},
                                    {"gain.3", 3},
                                    {"gain.4", -3},
                                    {"gain.5", 3},
                                    {"gain.6", -3},
                                    {"type.7", 0},
                                    {"gain.7", 3},
                                    {"type.8", 0},
                                    {"gain.8", -3},
                                    {"on.8", 1}}}};
const std::vector<Unit> kCompressor = {{"compressor", {}}};
const std::vector<Unit> kReverb = {{"reverb", {}}};
const std::vector<Unit> kConvolver = {{"convolver", {}}};
/// A channel of a desk with everything on, in the order in which it is patched.
const std::vector<Unit> kChain = {{"gain", {{"gain", -3}}},
                                  {"eq", {{"type.1", 3}, {"freq.1", 80}, {"on.1", 1}}},
                                  {"eq", {{"gain.3", 3}, {"gain.5", -2}, {"gain.6", 2}}},
                                  {"compressor", {}},
                                  {"shaper", {{"drive", 6}, {"oversampling", 0}}},
                                  {"chorus", {}},
                                  {"delay", {}},
                                  {"pan", {{"pan", 0.2f}}},
                                  {"reverb", {}},
                                  {"limiter", {}}};

/// How many of it one core computes, with `count` of them side by side so that caches are as full as on a stage.
double PerCore(const std::vector<Unit>& units, int channels, int count) {
  std::vector<std::unique_ptr<Rack>> racks;
  for (int i = 0; i < count; ++i) {
    racks.push_back(std::make_unique<Rack>(units, channels, i + 1));
  }
  constexpr int kQuanta = kSampleRate / 4 / Rack::kQuantum;
  const double ns = BestNs(9, [&racks] {
    for (int k = 0; k < kQuanta; ++k) {
      for (const auto& rack : racks) rack->Run();
    }
  });
  for (const auto& rack : racks) Require(rack->Peak() > 0, "a rack is silent");
  return kFrameNs * kQuanta * Rack::kQuantum * count / ns;
}

Row Ours(const char* name, const std::vector<Unit>& units, int channels, int count) {
  return {name, PerCore(units, channels, count), 0, "a core", true};
}

}  // namespace

// What placement counts on until a node has measured itself. The least of several medians: others slow a machine down,
// and never make it faster.
std::vector<Row> KernelRows() {
  constexpr int kTimes = 5;
  std::vector<Row> rows;
  for (int i = 0; i < kTimes; ++i) {
    std::size_t at = 0;
    for (const dsp::KernelDescription* const kernel : dsp::Kernels()) {
      const plan::KernelCost cost = agent::MeasureKernel(*kernel, kBudget);
      Require(cost.measured, cost.kind + " cannot be measured");
      const double ns = cost.ns_per_frame;
      if (i == 0) {
        rows.push_back({"kernel " + cost.kind + ", stereo / stated", ns,
                        static_cast<double>(kernel->cost_ns_per_frame), "ns a frame", false});
      }
      rows[at].ours = std::min(rows[at].ours, ns);
      ++at;
    }
  }
  return rows;
}

std::vector<Row> RackRows() {
  return {Ours("a bell, mono", kBell, 1, 100),
          Ours("eight bells, mono", kBells, 1, 40),
          Ours("compressor, mono", kCompressor, 1, 40),
          Ours("reverb, stereo", kReverb, 2, 8),
          Ours("chain of ten, stereo", kChain, 2, 4),
          Ours("convolver, 2 s stereo", kConvolver, 2, 2)};
}

}  // namespace continuo::bench
