// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "dsp/base/realtime.h"
#include "proto/transport/datagram_port.h"

namespace continuo::transport {

/// What has come into one UDP socket. Datagrams of one sender that left or came as one are taken in as one (UDP_GRO,
/// Linux 5.0) and handed out one by one, so that sixteen of them cost hardly more than one. Construction is not real
/// time; the rest is.
class UdpIncoming {
 public:
  UdpIncoming();
  ~UdpIncoming();

  /// Asks the kernel to leave together what came together. An older one does not, and nothing else changes.
  static void JoinWhatComes(int file);
  /// As DatagramPort::Receive.
  int Receive(int file, std::span<DatagramPort::Incoming> out) CONTINUO_REALTIME;

 private:
  struct Messages;
  bool Fetch(int file) CONTINUO_REALTIME;
  DatagramPort::Incoming Next() CONTINUO_REALTIME;

  int got_ = 0;             // messages that were taken in
  int message_ = 0;         // of those, the one that is being handed out
  std::size_t offset_ = 0;  // from here on
  bool drained_ = false;    // there were no more of them
  std::unique_ptr<Messages> messages_;
};

}  // namespace continuo::transport
