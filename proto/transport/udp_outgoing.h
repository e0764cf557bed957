// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "dsp/base/realtime.h"
#include "proto/transport/datagram_port.h"

namespace continuo::transport {

/// Datagrams on their way into one UDP socket. All that goes to one address and is of one size leaves as one: the
/// kernel takes it through its layers once and cuts it into datagrams at the end (UDP_SEGMENT, Linux 4.18; on a
/// network they are the same ones), and on one host the receiver is woken once. A device or a path that cannot do that
/// is found out by the first refusal; then each goes by itself. Construction is not real time; the rest is.
class UdpOutgoing {
 public:
  /// Datagrams that leave with one system call.
  static constexpr int kMost = 64;

  UdpOutgoing();
  ~UdpOutgoing();

  bool full() const { return queued_ == kMost; }
  /// Only if not full. The bytes stay valid until Flush returns.
  void Add(const DatagramPort::Outgoing& datagram) CONTINUO_REALTIME;
  /// Sends what was added; of one size to one address in the order in which it was added. Returns how many of them the
  /// kernel refused.
  int Flush(int file) CONTINUO_REALTIME;
  /// Whether what can leave as one does.
  bool joins() const { return joins_; }
  /// From now on each datagram goes by itself.
  void StopJoining() { joins_ = false; }

 private:
  struct Messages;
  int LongestLike(int first) const CONTINUO_REALTIME;
  void Join(int first) CONTINUO_REALTIME;
  int SendEach(int file, int message) CONTINUO_REALTIME;

  int queued_ = 0;
  int messages_used_ = 0, parts_used_ = 0;
  bool joins_ = true;
  std::unique_ptr<Messages> messages_;
};

}  // namespace continuo::transport
