// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/graph/description.h"

namespace continuo::dsp {

/// What has come through those wires of one task that are delayed (Wire::delay), and waits to be heard along with what
/// came a longer way. Each channel of a wire has a ring of `delay` samples, in which the place of a sample is its
/// number modulo the delay: what a ring holds is a function of its samples alone. Owned by one thread.
class WireDelays {
 public:
  /// Not real time; twice, as Kernel::Prepare. nullptr if it worked, else what does not.
  const char* Prepare(const FixedVector<Wire, kMaxWires>& wires, int channels, Arena& arena);
  /// Which wires there are from the next quantum on. One that Prepare did not see is not delayed; false if it should
  /// be.
  bool Rewire(const FixedVector<Wire, kMaxWires>& wires) CONTINUO_REALTIME;
  /// Prepared for wires that are to come, this takes the place of `before`: what waits there, waits here.
  void TakeOver(const WireDelays& before) CONTINUO_REALTIME;
  bool Delays(std::size_t wire) const { return line_of_[wire] >= 0; }
  /// What came through a delayed wire, a quantum of one of its channels, becomes what is heard of it meanwhile. Finite.
  void Pass(std::size_t wire, int channel, MediaTime n, float* samples,
            int frames) CONTINUO_REALTIME;
  /// Every quantum before n has passed.
  void Passed(MediaTime n) CONTINUO_REALTIME { next_n_ = n; }
  /// By how much a snapshot grows until something waits in all lines.
  std::size_t growth() const;
  /// Between two quanta. Of replicas that know of different wires, some of which have not begun or are over, equal.
  void Snapshot(const FixedVector<Wire, kMaxWires>& wires, ByteWriter& out) const;
  bool Restore(const FixedVector<Wire, kMaxWires>& wires, ByteReader& in);

 private:
  struct Line {
    Wire wire;
    std::size_t delay = 0;
    float* samples = nullptr;  // [channel][delay]
  };
  int LineFor(const Wire& wire, bool of_equal_end) const;
  std::size_t SamplesOf(const Line& line) const {
    return static_cast<std::size_t>(channels_) * line.delay;
  }
  bool IsTaken(int line) const;
  /// Anything but silence may wait in it.
  bool Holds(std::size_t wire, const Wire& of) const;

  int channels_ = 0;
  int count_ = 0;
  Line* lines_ = nullptr;
  MediaTime next_n_ = 0;                         // first sample that has not passed
  FixedVector<std::int8_t, kMaxWires> line_of_;  // of each wire; -1: it is not delayed
};

}  // namespace continuo::dsp
