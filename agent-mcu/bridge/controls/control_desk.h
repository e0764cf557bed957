// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <memory>
#include <span>
#include <string>

#include "agent-mcu/bridge/controls/controls.h"
#include "agent-mcu/bridge/controls/operator_calls.h"
#include "agent-mcu/bridge/controls/wiring.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

struct ControlOptions {
  Wiring wiring;
  std::string
      log;  ///< file to which a line of JSON is added for whatever happens at the panel; empty: none
};

/// The panel of one board, between its line and the coordinator: what `Controls` decides is asked, and the board is
/// told how things stand. One thread.
class ControlDesk {
 public:
  /// `coordinators`: host:port, or several with commas. `nonce`: random, not 0.
  ControlDesk(const ControlOptions& options, const std::string& coordinators, std::uint64_t nonce);
  /// With a nonce of this machine's.
  static std::unique_ptr<ControlDesk> Make(const ControlOptions& options,
                                           const std::string& coordinators);

  /// A frame of the board's; false: it is about something else. `n`: the time of media, 0: not known.
  bool Take(const Frame& frame, MediaTime n, Nanoseconds now);
  /// Bytes of a frame for the board, written to `out`; 0: there is nothing to say now. To be called all the time.
  std::size_t Speak(Nanoseconds now, std::span<std::uint8_t> out);

 private:
  void Tell();

  Controls controls_;
  OperatorCalls calls_;
  std::ofstream log_;
  Nanoseconds look_at_ = 0, speak_at_ = 0;
};

}  // namespace continuo::mcu
