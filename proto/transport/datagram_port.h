// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/realtime.h"

namespace continuo::transport {

/// IPv4, host byte order.
struct Address {
  std::uint32_t ip = 0;
  std::uint16_t port = 0;
  bool operator==(const Address&) const = default;
};

/// An unconnected datagram socket on one network: a UDP socket, or a simulator's wire. Used by one thread.
class DatagramPort {
 public:
  virtual ~DatagramPort() = default;
  struct Outgoing {
    Address to;
    std::span<const std::uint8_t> bytes;  ///< must stay valid until Flush returns
  };
  /// Queues a datagram for Flush; sends the batch if it is full. Real-time safe.
  virtual void Send(const Outgoing& datagram) CONTINUO_REALTIME = 0;
  /// Sends all that is queued. Failures are counted, never reported: the network may lose anything. Real-time safe.
  virtual void Flush() CONTINUO_REALTIME = 0;
  struct Incoming {
    Address from;
    std::span<const std::uint8_t> bytes;  ///< valid until the next Receive
  };
  /// Up to out.size() of the datagrams that have arrived; 0 once all of those have been handed out: to be called until
  /// it says so. Never waits. Real-time safe.
  virtual int Receive(std::span<Incoming> out) CONTINUO_REALTIME = 0;
  virtual std::uint64_t send_errors() const = 0;
};

}  // namespace continuo::transport
