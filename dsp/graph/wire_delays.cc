// SPDX-License-Identifier: Apache-2.0
#include "dsp/graph/wire_delays.h"

#include <algorithm>
#include <utility>

#include "dsp/graph/wire_gain.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

bool IsSame(const Wire& a, const Wire& b) {
  return a.from == b.from && a.port == b.port && a.begins == b.begins && a.delay == b.delay;
}

}  // namespace

const char* WireDelays::Prepare(const FixedVector<Wire, kMaxWires>& wires, int channels,
                                Arena& arena) {
  channels_ = channels;
  count_ = 0;
  next_n_ = 0;
  std::size_t delayed = 0;
  for (const Wire& wire : wires) {
    if (wire.delay < 0 || wire.delay > kMaxWireDelay) return "a wire is delayed by too much";
    if (wire.delay > 0) ++delayed;
  }
  lines_ = delayed == 0 ? nullptr : arena.Take<Line>(delayed);
  for (const Wire& wire : wires) {
    if (wire.delay == 0) continue;
    const auto delay = static_cast<std::size_t>(wire.delay);
    float* const samples = arena.Take<float>(static_cast<std::size_t>(channels) * delay);
    if (lines_ == nullptr || samples == nullptr) continue;  // only measuring, or too little
    lines_[count_++] = {wire, delay, samples};
  }
  Rewire(wires);
  return nullptr;
}

bool WireDelays::IsTaken(int line) const {
  return std::find(line_of_.begin(), line_of_.end(), line) != line_of_.end();
}

int WireDelays::LineFor(const Wire& wire, bool of_equal_end) const {
  for (int i = 0; i < count_; ++i) {
    if (!IsSame(lines_[i].wire, wire) || IsTaken(i)) continue;
    if (!of_equal_end || lines_[i].wire.ends == wire.ends) return i;
  }
  return -1;
}

// Wires may be equal, and of such one may have been given an end: then it matters which is which.
bool WireDelays::Rewire(const FixedVector<Wire, kMaxWires>& wires) {
  bool all = true;
  line_of_.clear();
  for (const Wire& wire : wires) {
    line_of_.push_back(static_cast<std::int8_t>(wire.delay == 0 ? -1 : LineFor(wire, true)));
  }
  for (std::size_t w = 0; w < wires.size(); ++w) {
    if (wires[w].delay == 0 || line_of_[w] >= 0) continue;
    line_of_[w] = static_cast<std::int8_t>(LineFor(wires[w], false));
    all &= line_of_[w] >= 0;
  }
  for (std::size_t w = 0; w < wires.size(); ++w) {
    if (line_of_[w] >= 0) lines_[line_of_[w]].wire.ends = wires[w].ends;
  }
  return all;
}

// Of equal wires the ends may differ by now, and what waits of them then: those that end alike belong together.
void WireDelays::TakeOver(const WireDelays& before) {
  next_n_ = before.next_n_;
  FixedVector<Wire, kMaxWires> wires;
  for (int i = 0; i < before.count_; ++i) wires.push_back(before.lines_[i].wire);
  Rewire(wires);
  for (int i = 0; i < before.count_; ++i) {
    const int line = line_of_[static_cast<std::size_t>(i)];
    if (line < 0) continue;
    std::copy_n(before.lines_[i].samples, SamplesOf(lines_[line]), lines_[line].samples);
  }
}

void WireDelays::Pass(std::size_t wire, int channel, MediaTime n, float* samples, int frames) {
  const Line& line = lines_[line_of_[wire]];
  float* const ring = line.samples + static_cast<std::size_t>(channel) * line.delay;
  std::size_t at = static_cast<std::size_t>(n) % line.delay;
  for (int i = 0; i < frames; ++i) {
    std::swap(ring[at], samples[i]);
    if (++at == line.delay) at = 0;
  }
}

bool WireDelays::Holds(std::size_t wire, const Wire& of) const {
  return Delays(wire) && of.begins < next_n_ && next_n_ < of.ends + kWireFade + of.delay;
}

std::size_t WireDelays::growth() const {
  std::size_t bytes = sizeof(next_n_);
  for (int i = 0; i < count_; ++i) bytes += sizeof(Wire) + SamplesOf(lines_[i]) * sizeof(float);
  return bytes;
}

void WireDelays::Snapshot(const FixedVector<Wire, kMaxWires>& wires, ByteWriter& out) const {
  std::uint8_t count = 0;
  for (std::size_t w = 0; w < wires.size(); ++w) {
    if (Holds(w, wires[w])) ++count;
  }
  out.Le(count);
  if (count != 0) out.Le(next_n_);
  for (std::size_t w = 0; w < wires.size(); ++w) {
    if (!Holds(w, wires[w])) continue;
    const Line& line = lines_[line_of_[w]];
    out.Le(line.wire.from);
    out.Le(line.wire.port);
    out.Le(line.wire.begins);
    out.Le(line.wire.delay);
    out.F32s(line.samples, SamplesOf(line));
  }
}

bool WireDelays::Restore(const FixedVector<Wire, kMaxWires>& wires, ByteReader& in) {
  for (int i = 0; i < count_; ++i) {
    std::fill_n(lines_[i].samples, SamplesOf(lines_[i]), 0.0f);
  }
  const auto count = in.Le<std::uint8_t>();
  next_n_ = count == 0 ? 0 : in.Le<MediaTime>();
  if (next_n_ < 0 || next_n_ >= kMediaTimeLimit) return false;
  std::size_t w = 0;
  for (int i = 0; i < count; ++i, ++w) {
    Wire held;
    held.from = in.Le<TaskId>();
    held.port = in.Le<std::uint8_t>();
    held.begins = in.Le<MediaTime>();
    held.delay = in.Le<Frames>();
    while (w < wires.size() && !(Holds(w, wires[w]) && IsSame(wires[w], held))) ++w;
    if (w == wires.size() || !in.ok()) return false;
    const Line& line = lines_[line_of_[w]];
    if (!ReadFinite(in, line.samples, SamplesOf(line))) return false;
  }
  return in.ok();
}

}  // namespace continuo::dsp
