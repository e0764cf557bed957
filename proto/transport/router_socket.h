// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace continuo::transport {

/// A ROUTER of ZeroMQ: one port for many peers, each under a name that it gives itself. Who comes under a name that is
/// there already takes its place: a peer that is back need not wait until its old connection is found dead. One thread,
/// but for Wake.
class RouterSocket {
 public:
  /// `address`: host:port, port 0 for any. What is longer than `max_message` costs the peer its connection.
  /// nullptr, and `error` says why.
  static std::unique_ptr<RouterSocket> Bind(const std::string& address, std::size_t max_message,
                                            std::string& error);
  ~RouterSocket();

  /// host:port that it is bound to.
  const std::string& address() const { return address_; }
  struct Message {
    std::string peer;
    std::vector<std::uint8_t> bytes;
    bool whole = true;  ///< it came in one part
  };
  /// Never waits. False: there is none.
  bool Receive(Message& message);
  enum class Sent : std::uint8_t { kYes, kNoRoom, kNobodyThere };
  /// Never waits.
  Sent Send(const std::string& peer, std::span<const std::uint8_t> bytes);
  /// Until there is something to receive, or Wake was called, or that time is over.
  void Wait(int milliseconds);
  /// From any thread.
  void Wake();
  /// How many connections came to nothing, because the other end spoke no ZMTP, or not as it should.
  std::uint64_t failed_handshakes();

 private:
  class Sockets;
  explicit RouterSocket(std::unique_ptr<Sockets> sockets);
  const std::unique_ptr<Sockets> sockets_;
  std::string address_;
};

}  // namespace continuo::transport
