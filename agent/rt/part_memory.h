// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "dsp/base/arena.h"

namespace continuo::agent::rt {

/// The memory of one part of an engine: a received stream, a replica, an output. Each part has its
/// own, so that one engine can hand a part on to the next and the rest be freed.
class PartMemory {
 public:
  /// Calls `prepare`, which takes an Arena and returns an empty text or a sentence, twice: once to
  /// measure and once for real. What it returned. Not real time.
  template <typename Prepare>
  std::string Fill(const Prepare& prepare) {
    Arena measure;
    if (std::string wrong = prepare(measure); !wrong.empty()) return wrong;
    const std::size_t count = measure.needed() / sizeof(Word) + 1;
    // Value-initialised: zeroed as Arena asks, and every page is there before the audio thread
    // touches it.
    words_ = std::make_unique<Word[]>(count);
    Arena arena(words_.get(), count * sizeof(Word));
    std::string wrong = prepare(arena);
    if (wrong.empty() && arena.exhausted()) return "a task asked for more memory than it had said";
    return wrong;
  }

 private:
  struct alignas(16) Word {
    std::uint8_t bytes[16];
  };
  std::unique_ptr<Word[]> words_;
};

}  // namespace continuo::agent::rt
