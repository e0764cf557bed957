// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "coordinator/core/input.h"

namespace continuo::coordinator {

/// The durable inputs, in the order they were taken, in an SQLite file (WAL, synchronous=FULL). Each row carries the
/// hash of the row before it, so that a row that was torn, edited or lost is noticed: what follows it is cut off
/// when the journal is opened, and `OpenReport::cut` says so.
///
/// One process at a time: a lock on `<folder>/lock` is held as long as the journal is open. One thread.
class Journal {
 public:
  struct OpenReport {
    std::string error;  ///< not empty: could not be opened; a sentence with what to do
    std::uint64_t rows = 0;
    std::string cut;  ///< not empty: a damaged tail was cut off; a sentence
  };

  virtual ~Journal() = default;

  /// Opens or creates `folder`/journal.sqlite. nullptr if report.error.
  static std::unique_ptr<Journal> Open(const std::string& folder, OpenReport& report);

  /// Every row, oldest first. Empty, or what is wrong (a row of a newer version).
  virtual std::string ForEach(const std::function<void(const Input&)>& take) = 0;
  /// All or none, and on disk when it returns empty; else why not (the disk is full).
  virtual std::string Append(std::uint64_t term, std::span<const Input> inputs) = 0;
};

}  // namespace continuo::coordinator
