// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "coordinator/core/leadership.h"

// What a store must be able to do that several coordinators share, beside what leadership.h asks of it. An edge has one
// (etcd); tests and the simulator have a model of it. Keys are without the cluster's prefix.

namespace continuo::coordinator {

class SharedStore {
 public:
  struct Entry {
    std::string key;
    std::string value;
  };
  /// At most this many entries in one write, and this many bytes of keys and values.
  static constexpr std::size_t kEntriesMax = 120;
  static constexpr std::size_t kBytesMax = 1'400'000;

  enum class Fate : std::uint8_t {
    kWritten,
    kTaken,    ///< the first key is there already, with `value`; nothing was written
    kDeposed,  ///< the leader key is another one, or gone; nothing was written
    kRefused,  ///< no room, or too large; nothing was written
    kUnknown,  ///< no answer: it was written, it was not, or it will be later
  };
  struct Written {
    Fate fate = Fate::kUnknown;
    std::string value{};
    std::string why{};  ///< a sentence, of what was not written
  };
  enum class Confirmed : std::uint8_t { kYes, kNo, kUnknown };
  struct Page {
    std::string error;  ///< not empty: could not be read
    std::vector<Entry> entries;
    bool more = false;
  };

  virtual ~SharedStore() = default;
  /// All of `entries`, if the leader key has that create revision and the first of them does not exist yet.
  virtual Written Write(Revision guard, std::span<const Entry> entries) = 0;
  /// Whether the leader key has that create revision, at some moment during the call.
  virtual Confirmed Confirm(Revision guard) = 0;
  /// Entries from `from` up to, but without, `to`, by key: as many as the store likes. Never from a replica that is
  /// behind.
  virtual Page Read(const std::string& from, const std::string& to) = 0;
};

}  // namespace continuo::coordinator
