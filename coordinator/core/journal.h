// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "coordinator/core/coordinator.h"
#include "coordinator/core/input.h"

namespace continuo::coordinator {

/// What became of inputs that were to be written down.
struct Appended {
  enum class Fate : std::uint8_t {
    kDurable,  ///< all of them, and they stay
    kRefused,  ///< none of them, for certain: no room, or one is too large
    kDeposed,  ///< perhaps: somebody else writes this journal now, or may. Never written to again from here
  };
  Fate fate = Fate::kDurable;
  std::string why{};  ///< a sentence, unless they are durable
  bool durable() const { return fate == Fate::kDurable; }
  bool deposed() const { return fate == Fate::kDeposed; }
};

/// The durable inputs, in the order they were taken. Where several coordinators share one, whoever leads writes it.
/// Used by one thread.
class Journal {
 public:
  virtual ~Journal() = default;

  /// Every row, oldest first. Empty, or what is wrong (damage, a row of a newer version).
  virtual std::string ForEach(const std::function<void(const Input&)>& take) = 0;
  /// All or none.
  virtual Appended Append(std::uint64_t term, std::span<const Input> inputs) = 0;
  /// Brings `state`, a new one, to what the rows give. Empty, or what is wrong.
  virtual std::string Recover(State& state) {
    return ForEach([&state](const Input& input) { Replay(state, input); });
  }
  /// `state` is what all rows so far give. It may be written down, so that the next Recover has less to do; `ends`:
  /// nothing more is written here. Empty, or why it could not be: nothing is lost by that.
  virtual std::string Keep(const State& state, bool ends) {
    static_cast<void>(state), static_cast<void>(ends);
    return "";
  }
  /// By this process's own clock nobody else can be writing. Once false it stays so. No I/O.
  virtual bool Held() const { return true; }
  /// Asks whether nobody else has written by now: what is known here is the newest there is. May take as long as
  /// Append.
  virtual bool Confirm() { return true; }
};

}  // namespace continuo::coordinator
