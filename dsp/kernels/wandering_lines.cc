// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/wandering_lines.h"

#include <algorithm>

#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/kernels/lane_groups.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

constexpr int kLines = WanderingLines::kLines;

/// Frames at size 1: primes, evenly spaced by ratio, so that few echoes coincide.
constexpr std::array<float, kLines> kLengths = {1009, 1109, 1213, 1361, 1459, 1601, 1759, 1931,
                                                2111, 2333, 2539, 2789, 3061, 3347, 3671, 4021};

/// Room for the longest distance with its wander, and no more: what is not there needs no cache.
constexpr int RoomOf(int line) {
  constexpr int kSlack = 32, kStep = 16;
  return (static_cast<int>(kLengths[line]) + kSlack + kStep - 1) / kStep * kStep;
}

/// Depth of the wander in frames; its speed differs from line to line, below 1 Hz.
constexpr float kWander = 6.0f;

/// A line's distance at a control period's beginning, and by how much it grows per sample.
struct Distances {
  std::array<float, kLines> begin, slope;
};

/// A parabola for each half wave: smooth enough for a speed of a few frames per second.
float Wander(std::uint32_t phase) {
  const float t = static_cast<float>(static_cast<std::int32_t>(phase)) * 0x1p-31f;
  return kWander * 4.0f * t * (1.0f - Abs(t));
}

Distances DistancesAt(MediaTime begin, float size_from, float size_to) {
  Distances all;
  const auto n = static_cast<std::uint32_t>(begin);
  for (int line = 0; line < kLines; ++line) {
    // 2^32 is one turn: 0.29 Hz to 0.91 Hz.
    const auto number = static_cast<std::uint32_t>(line);
    const std::uint32_t speed = 26000u + 3701u * number;
    const std::uint32_t phase = n * speed + number * 0x9e3779b9u;
    const float from = kLengths[line] * size_from + Wander(phase);
    const float to = kLengths[line] * size_to + Wander(phase + kControlFrames * speed);
    all.begin[line] = from;
    all.slope[line] = (to - from) * (1.0f / kControlFrames);
  }
  return all;
}

/// How a line's distance goes, from somewhere in a control period on.
struct Way {
  float begin, slope;
  int phase;

  float At(int i) const { return begin + slope * static_cast<float>(phase + i); }
};

/// A place that may lie before the first one.
int Wrapped(int at, int size) {
  return at < 0 ? at + size : at;
}

using Row = std::array<float, kControlFrames>;

/// The places of the samples of a period, counted from the phase.
using Places = std::array<Lanes, kControlFrames / kLanes>;

Places PlacesFrom(int phase) {
  Places places;
  for (int i = 0; i < kControlFrames; i += kLanes) {
    places[i / kLanes] = AllLanes(static_cast<float>(phase + i)) + Lanes{0.0f, 1.0f, 2.0f, 3.0f};
  }
  return places;
}

/// Hardly ever does a distance pass a whole number within a period: neighbours are read as neighbours, of which `older`
/// is the first.
void ReadNear(const float* older, float whole, const Way& way, const Places& places, Row& row) {
  const Lanes begin = AllLanes(way.begin), slope = AllLanes(way.slope), wholes = AllLanes(whole);
  for (int i = 0; i < kControlFrames; i += kLanes) {
    const Lanes share = (begin + slope * places[i / kLanes]) - wholes;
    const Lanes before = LoadLanes(older + i), after = LoadLanes(older + i + 1);
    StoreLanes(after + (before - after) * share, row.data() + i);
  }
}

/// The same, wherever it goes.
void ReadFar(const float* samples, int at, int size, const Way& way, Row& row) {
  for (int i = 0; i < kControlFrames; ++i) {
    const float distance = way.At(i);
    const int whole = static_cast<int>(distance);
    const float share = distance - static_cast<float>(whole);
    const float* const older = samples + Wrapped(at + i - whole - 1, size);
    row[i] = older[1] + (older[0] - older[1]) * share;
  }
}

}  // namespace

float WanderingLines::LengthOf(int line, float size) {
  return kLengths[line] * size;
}

void WanderingLines::Prepare(Arena& arena) {
  for (int line = 0; line < kLines; ++line) {
    const int size = RoomOf(line);
    lines_[line] = {arena.Take<float>(std::size_t{kAgain} + static_cast<std::size_t>(size)), size,
                    0};
  }
}

// The shortest distance is longer than a control period, so all that is read is written already.
void WanderingLines::Read(MediaTime n, float size_from, float size_to, Rows& rows) const {
  const int phase = ControlPhase(n);
  const Distances distances = DistancesAt(n - phase, size_from, size_to);
  const Places places = PlacesFrom(phase);
  for (int line = 0; line < kLines; ++line) {
    const Way way = {distances.begin[line], distances.slope[line], phase};
    const auto& [samples, size, at] = lines_[line];
    const int whole = static_cast<int>(way.At(0));
    const float* const older = samples + Wrapped(at - whole - 1, size);
    if (static_cast<int>(way.At(kControlFrames - 1)) == whole) {
      ReadNear(older, static_cast<float>(whole), way, places, rows[line]);
    } else {
      ReadFar(samples, at, size, way, rows[line]);
    }
  }
}

void WanderingLines::Write(const Rows& rows, int frames) {
  for (int i = 0; i < kLines; ++i) {
    Line& line = lines_[i];
    float* const to = line.samples + line.at;
    if (frames == kControlFrames) {
      CopyPeriod(rows[i].data(), to);
    } else {
      std::copy_n(rows[i].data(), frames, to);
    }
    const int end = line.at + frames, beyond = end - line.size;
    if (beyond > 0) std::copy_n(line.samples + line.size, beyond, line.samples);
    if (line.at < kAgain || beyond > 0) {
      std::copy_n(line.samples, kAgain, line.samples + line.size);
    }
    line.at = beyond >= 0 ? beyond : end;
  }
}

void WanderingLines::Snapshot(ByteWriter& out) const {
  // From the oldest sample to the newest: equal states give equal bytes wherever they are stored.
  for (const Line& line : lines_) {
    out.F32s(line.samples + line.at, static_cast<std::size_t>(line.size - line.at));
    out.F32s(line.samples, static_cast<std::size_t>(line.at));
  }
}

bool WanderingLines::Restore(ByteReader& in) {
  bool ok = true;
  for (Line& line : lines_) {
    line.at = 0;
    ok = ReadFinite(in, line.samples, static_cast<std::size_t>(line.size)) && ok;
    std::copy_n(line.samples, kAgain, line.samples + line.size);
  }
  return ok;
}

}  // namespace continuo::dsp
