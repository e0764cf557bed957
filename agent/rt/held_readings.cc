// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/held_readings.h"

#include <algorithm>
#include <limits>

namespace continuo::agent::rt {

void HeldReadings::Begin(const dsp::KernelDescription& kernel, int channels) {
  *this = {};
  for (const dsp::ReadingDescription& reading : kernel.readings) {
    const int values = reading.per_channel ? channels : 1;
    for (int i = 0; i < values; ++i) is_maximum_[count_++] = reading.is_maximum;
    holds_ = holds_ || reading.is_maximum;
  }
  for (Values& values : held_) values.fill(std::numeric_limits<float>::lowest());
}

void HeldReadings::Follow(const dsp::TaskProcessor& processor, MediaTime end) {
  if (!holds_ || end % kPeriod != 0) return;
  processor.Read(held_[next_]);
  next_ = (next_ + 1) % kPeriods;
}

void HeldReadings::Read(const dsp::TaskProcessor& processor,
                        FixedVector<float, dsp::kMaxReadings>& out) const {
  out.clear();
  if (count_ == 0) return;
  Values now = {};
  processor.Read(now);
  for (std::size_t i = 0; i < count_; ++i) {
    float value = now[i];
    for (const Values& before : held_) {
      if (is_maximum_[i]) value = std::max(value, before[i]);
    }
    out.push_back(value);
  }
}

}  // namespace continuo::agent::rt
