// SPDX-License-Identifier: Apache-2.0
// Curves of any shape, states that are none, sessions that jump about: a curve never leaves its points, nor the
// quantum.
#include <algorithm>
#include <bit>
#include <vector>

#include "dsp/graph/automation.h"
#include "dsp/kernels/registry.h"
#include "fuzz/material.h"

namespace continuo::fuzz {
namespace {

/// Looks at what it is sent.
class Judge final : public dsp::Kernel {
 public:
  explicit Judge(const dsp::KernelDescription& kernel) : kernel_(kernel) {}
  bool Prepare(const dsp::KernelConfig&, Arena&) override { return true; }
  void Process(const dsp::Block&) CONTINUO_REALTIME override {}
  void Apply(const dsp::KernelEvent& event) CONTINUO_REALTIME override {
    Require(event.target < kernel_.params.size() &&
                dsp::InRange(kernel_.params[event.target], event.value),
            "a curve stays in the range of its parameter");
  }
  void Snapshot(ByteWriter&) const override {}
  bool Restore(ByteReader&) override { return true; }

 private:
  const dsp::KernelDescription& kernel_;
};

std::vector<dsp::AutomationPoint> TakePoints(Material& material,
                                             const dsp::KernelDescription& kernel) {
  std::vector<dsp::AutomationPoint> points(material.Below(10));
  for (dsp::AutomationPoint& point : points) {
    point.tick = material.Below(2) == 0
                     ? material.Below(3'000'000)
                     : static_cast<session::Ticks>(material.Take<std::uint64_t>());
    point.param = static_cast<std::uint16_t>(
        material.Below(static_cast<std::uint32_t>(kernel.params.size()) + 1));
    point.shape = static_cast<dsp::CurveShape>(material.Below(5));
    point.value = std::bit_cast<float>(material.Take<std::uint32_t>());
    if (material.Below(4) == 0 || point.param >= kernel.params.size()) continue;
    const dsp::ParamDescription& range = kernel.params[point.param];
    const float share = static_cast<float>(material.Below(1001)) / 1000.0f;
    point.value = std::clamp(range.min + share * (range.max - range.min), range.min, range.max);
  }
  std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) {
    return a.param != b.param ? a.param < b.param : a.tick < b.tick;
  });
  return points;
}

session::Segment TakeSegment(Material& material, MediaTime n) {
  session::Segment segment;
  segment.n0 = n - material.Below(1000);
  segment.tick0 = material.Below(2) == 0
                      ? material.Below(4'000'000)
                      : static_cast<session::Ticks>(material.Take<std::uint64_t>());
  segment.tempo_mbpm = 10'000 + material.Below(989'001);
  segment.playing = material.Below(4) != 0;
  return segment;
}

void Play(Material& material) {
  const auto kernels = dsp::Kernels();
  const dsp::KernelDescription& kernel =
      *kernels[material.Below(static_cast<std::uint32_t>(kernels.size()))];
  const std::vector<dsp::AutomationPoint> points = TakePoints(material, kernel);
  if (dsp::CheckAutomation(points, kernel) != nullptr) return;
  alignas(16) std::uint8_t memory[4096] = {};
  Arena arena(memory, sizeof memory);
  dsp::Automation automation;
  automation.Prepare(points, kernel, arena);
  Require(!arena.exhausted(), "so few points need so little");
  Exact state(material.Bytes(material.Below(200)));
  ByteReader reader(state.span());
  if (!automation.Restore(reader)) automation.Prepare(points, kernel, arena);
  if (arena.exhausted()) return;
  Judge judge(kernel);
  MediaTime n = 1000 + material.Below(1'000'000'000);
  while (!material.empty()) {
    const session::Segment segment = TakeSegment(material, n);
    if (!session::IsValid(segment)) return;
    for (const MediaTime end = n + 1 + material.Below(300); n < end;) {
      automation.Run(segment, n, judge);
      if (material.Below(8) == 0 && !points.empty()) {
        automation.Hold(points[0].param, points[0].value);
      }
      const MediaTime next = automation.Next(segment, n, end);
      Require(next > n && next <= end, "time goes on, within the quantum");
      n = next;
    }
  }
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  continuo::fuzz::Play(material);
  return 0;
}
