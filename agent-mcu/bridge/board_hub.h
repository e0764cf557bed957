// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "proto/transport/datagram_port.h"
#include "proto/transport/router_socket.h"

namespace continuo::mcu {

/// The one ZeroMQ port of a bridge, where boards with Ethernet call. A peer's name is that of its board, a slash, and
/// what no other connection has, since whoever takes another's name takes its place; an empty message says that it is
/// there. Somebody may say that he is a board: he hears what it hears, sealed, and what he says does not open. A thread
/// of its own moves messages between the socket and the ports of the boards; what one peer sends too much of is dropped
/// and counted, and disturbs no other one.
class BoardHub {
 public:
  static constexpr std::size_t kQueue = 64;  ///< messages of one peer that nobody has read
  static constexpr std::size_t kPeers = 4;   ///< under the name of one board: those heard last

  struct Counters {
    std::uint64_t strangers = 0;    ///< messages under a name that no board here has
    std::uint64_t malformed = 0;    ///< of several parts
    std::uint64_t flooded = 0;      ///< that had no room
    std::uint64_t unreachable = 0;  ///< for a board that has not called, or does not read
    std::uint64_t handshakes = 0;   ///< that failed
  };

  /// nullptr, and `error` says why. `say`: called with a sentence, once a second at most, from the hub's thread.
  static std::unique_ptr<BoardHub> Listen(const std::string& address,
                                          std::function<void(const std::string&)> say,
                                          std::string& error);
  ~BoardHub();

  /// host:port that it listens on.
  const std::string& address() const { return socket_->address(); }
  /// Messages of that board. Addresses mean nothing; what has no room is lost. One at a time for each name; the hub
  /// must outlive it. The port is for one thread, which may be any.
  std::unique_ptr<transport::DatagramPort> PortOf(const std::string& board);
  Counters counters() const;

 private:
  class Port;
  using Bytes = std::vector<std::uint8_t>;
  struct Peer {
    std::string name;
    std::deque<Bytes> in;
  };
  struct Mailbox {
    bool open = false;
    std::deque<Peer> peers;  // who was heard last is last
    std::size_t turn = 0;    // whose it is to be heard
    std::deque<Bytes> out;   // for all of them
  };

  BoardHub(std::unique_ptr<transport::RouterSocket> socket,
           std::function<void(const std::string&)> say);
  void Run();
  void TakeAll();
  void Take(transport::RouterSocket::Message message);
  void SendAll();
  void Report();

  const std::unique_ptr<transport::RouterSocket> socket_;
  const std::function<void(const std::string&)> say_;
  mutable std::mutex shared_;  // with the ports:
  std::map<std::string, Mailbox> boards_;
  Counters counters_;
  // The thread's own.
  Counters said_;
  std::string stranger_;  // the last one's name
  std::int64_t say_at_ = 0;
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

}  // namespace continuo::mcu
