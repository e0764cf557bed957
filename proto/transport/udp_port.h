// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "proto/transport/datagram_port.h"
#include "proto/transport/udp_incoming.h"
#include "proto/transport/udp_outgoing.h"

namespace continuo::transport {

/// A UDP socket bound to one address, and never connected: a connected socket reports the death of
/// one peer as a failed send to another. Sends and receives in batches, since on one host the
/// system call and the wake-up, not the bytes, are the cost. Construction is not real time; the
/// rest is.
class UdpPort final : public DatagramPort {
 public:
  /// Binds, and asks for a receive buffer of 4 MiB: the default holds 17 ms of ten streams.
  /// nullptr, and a sentence in `error`, if the address cannot be bound.
  static std::unique_ptr<UdpPort> Bind(const Address& local, std::string& error);
  ~UdpPort() override;
  UdpPort(const UdpPort&) = delete;
  UdpPort& operator=(const UdpPort&) = delete;

  void Send(const Outgoing& datagram) override;
  void Flush() override;
  int Receive(std::span<Incoming> out) override;
  std::uint64_t send_errors() const override { return send_errors_; }

  /// What the kernel granted, in bytes as it counts them (twice the request).
  int receive_buffer_bytes() const { return receive_buffer_bytes_; }
  /// Whether what can leave as one does (UdpOutgoing), and that it shall not any more.
  bool joins() const { return outgoing_.joins(); }
  void StopJoining() { outgoing_.StopJoining(); }
  /// To wait for what comes, and for nothing else.
  int file() const { return fd_; }
  /// Where it is bound; the port is the kernel's choice if 0 was asked for.
  const Address& local() const { return local_; }

 private:
  UdpPort(int fd, const Address& local);

  int fd_;
  Address local_;
  int receive_buffer_bytes_ = 0;
  std::uint64_t send_errors_ = 0;
  UdpOutgoing outgoing_;
  UdpIncoming incoming_;
};

/// Parses "127.0.1.1:5004". False if it is anything else.
bool ParseAddress(std::string_view text, Address& address);
std::string ToString(const Address& address);

}  // namespace continuo::transport
