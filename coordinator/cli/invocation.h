// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/status.h"

namespace continuo::coordinator::cli {

/// What a command ends with.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

/// The flags that every command has.
struct Invocation {
  std::string coordinator;  ///< host:port as given; empty: see CoordinatorOf
  bool json = false;        ///< one JSON value on stdout instead of text
};

/// Who gives this command, for other people: "ana@desk".
std::string Caller();

/// Says what went wrong (stderr; with --json an object on stdout too) and returns kFailed.
int Fail(const Invocation& invocation, const std::string& text);
int Fail(const Invocation& invocation, const absl::Status& status);

}  // namespace continuo::coordinator::cli
