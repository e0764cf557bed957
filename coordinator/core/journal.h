// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

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
  /// By this process's own clock nobody else can be writing. Once false it stays so. No I/O.
  virtual bool Held() const { return true; }
  /// Asks whether nobody else has written by now: what is known here is the newest there is. May take as long as
  /// Append.
  virtual bool Confirm() { return true; }
};

}  // namespace continuo::coordinator
