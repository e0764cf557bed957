// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "dsp/base/units.h"
#include "proto/wire/rtp.h"

namespace continuo::sim {

/// Digest of a payload, as the tap takes it and the truth makes it.
std::uint64_t DigestOf(std::span<const std::uint8_t> payload);

/// Listens to all that leaves any machine, and keeps of each stream what was claimed to be right: the one value of each
/// packet that was sent unflagged. Two values of one packet are a broken promise, whoever played them.
class WireTap {
 public:
  struct Stream {
    std::vector<std::uint64_t> claimed;  ///< by packet - first; 0: nobody claimed it
    std::vector<std::uint16_t> by;       ///< which incarnation claimed it first
    std::uint32_t epoch = 0;
    std::uint64_t claims = 0, flagged = 0, shadows = 0;
  };
  struct Conflict {
    std::uint32_t ssrc = 0;
    PacketIndex k = 0;
    std::uint16_t one = 0, other = 0;
  };

  /// From now on packets are numbered as of this show.
  void Begin(int quantum, PacketIndex first);
  void Hear(std::span<const std::uint8_t> datagram);
  const Stream* Find(std::uint32_t ssrc) const;
  const std::vector<Conflict>& conflicts() const { return conflicts_; }
  int epoch_steps_back() const { return epoch_steps_back_; }
  PacketIndex first() const { return first_; }

 private:
  int quantum_ = 0;
  PacketIndex first_ = 0;
  std::map<std::uint32_t, Stream> streams_;
  using Head = std::array<std::uint8_t, wire::kRtpOverheadBytes>;
  std::array<Head, 256> heads_{};  // of the newest packets, by what tells them apart
  std::vector<Conflict> conflicts_;
  int epoch_steps_back_ = 0;
};

}  // namespace continuo::sim
