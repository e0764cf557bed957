// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "proto/plan/plan.h"

// What is asked of a donor, and what comes of it, as plain values.

namespace continuo::agent {

/// 100 Mb/s, all transfers of a node together: a tenth of the wire.
inline constexpr std::int64_t kStateBytesPerSecond = 12'500'000;
inline constexpr std::size_t kStateChunkBytes = 64 << 10;
inline constexpr std::size_t kMaxStateBytes = 256 << 20;
/// Transfers that a node serves at a time.
inline constexpr int kMaxTransfers = 16;

struct StateWish {
  plan::TaskId task = 0;
  std::uint16_t generation = 0;
  PacketIndex not_before = 0;  ///< what has not computed up to this packet does not help
  bool may_be_tainted = false;
};

/// The state of a replica.
struct State {
  std::vector<std::uint8_t> bytes;  ///< an image (handoff/image.h)
  PacketIndex next = 0;             ///< first packet that is not in it
  Incarnation incarnation = 0;      ///< who gave it
  bool tainted = false;
};

}  // namespace continuo::agent
