// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "dsp/base/realtime.h"
#include "proto/plan/plan.h"
#include "proto/transport/datagram_port.h"
#include "proto/transport/packet_seal.h"
#include "proto/wire/rtp.h"

namespace continuo::agent::rt {

using Ports =
    std::array<transport::DatagramPort*, plan::kMaxNetworks>;  ///< nullptr: not on that network

/// All that leaves the audio thread: takes plain datagrams, seals each for its way, and sends them
/// in batches.
class Outbox {
 public:
  explicit Outbox(const Ports& ports);
  /// `plain` is copied. Absent networks and addresses are skipped, and longer datagrams than the
  /// wire carries.
  void Send(int network, const transport::Address& to,
            std::span<const std::uint8_t> plain) CONTINUO_REALTIME;
  /// The same datagram on every network that both ends are on.
  void SendOnAll(const FixedVector<transport::Address, plan::kMaxNetworks>& to,
                 std::span<const std::uint8_t> plain) CONTINUO_REALTIME;
  void Flush() CONTINUO_REALTIME;
  /// Something of what has not left yet is waited for: sound, or a repair. What fellows tell each other and what the
  /// conductor says long before its time may wait until then.
  void Hasten() CONTINUO_REALTIME { hasty_ = true; }
  bool hasty() const { return hasty_; }
  std::uint64_t sent() const { return sent_; }

 private:
  static constexpr int kBatch = 64;
  using Datagram =
      std::array<std::uint8_t, wire::kMaxDatagramBytes + transport::PacketSeal::kOverhead>;
  struct Batch {
    std::array<Datagram, kBatch> datagrams{};
    int used = 0;
  };

  Ports ports_;
  transport::PacketSeal seal_;
  std::unique_ptr<std::array<Batch, plan::kMaxNetworks>> batches_;
  std::uint64_t sent_ = 0;
  bool hasty_ = false;
};

}  // namespace continuo::agent::rt
