// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace continuo::plan {

/// Replicas of a plan that one agent runs at most, witnesses and leaving ones included. It refuses a plan in which it
/// has more, so nobody is to make one.
inline constexpr std::size_t kMaxReplicasOfNode = 128;

}  // namespace continuo::plan
