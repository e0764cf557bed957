// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "coordinator/midi_clock/midi_message.h"
#include "coordinator/midi_clock/tempo_estimate.h"
#include "dsp/base/units.h"

namespace continuo::coordinator::midi_clock {

/// What is to be asked of the show, in this order.
struct Wish {
  std::optional<std::uint16_t> locate;  ///< sixteenths since the beginning of the song
  std::optional<bool> roll;             ///< or stand
  std::optional<std::uint32_t> tempo_mbpm;
};

/// What a MIDI clock that a show follows wishes of it. All becomes dated commands; where the show is, is the show's own
/// business: clocks say a tempo and never a place. A tempo is wished when it settles, and again when it differs from
/// the one wished last by more than 0.05 % and more than six standard errors of the estimate, for two quarter notes: so
/// that nothing of the old tempo is in it. While the clock goes as it did, a tempo of the show's own holds, and what
/// was refused is not asked again. Pure; one thread.
class ClockIn {
 public:
  /// `at`: when it came, of any clock that goes evenly.
  void Take(const MidiMessage& message, Nanoseconds at);
  /// What has come together since it was asked last. `show_mbpm`: the tempo that the show has, in thousandths.
  Wish Decide(std::uint32_t show_mbpm);

  /// Song positions that came while the clock that is followed rolled: as the specification has it they are nothing.
  std::uint32_t passed_over() const { return passed_over_; }

 private:
  std::optional<std::uint32_t> Tempo(std::uint32_t show_mbpm);

  TempoEstimate estimate_;
  Wish wish_;
  bool rolls_ = false;
  double wished_bpm_ = 0;  // 0: none yet
  std::int64_t clocks_ = 0, agreed_at_ = 0;
  std::uint32_t passed_over_ = 0;
};

}  // namespace continuo::coordinator::midi_clock
