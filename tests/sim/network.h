// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "proto/transport/datagram_port.h"
#include "sim/calendar.h"
#include "sim/dice.h"

namespace continuo::sim {

inline constexpr int kMaxMachines = 40;

/// Strikes a process between two of its sends.
struct Strike {
  enum class Kind { kNone, kKill, kStall };
  Kind kind = Kind::kNone;
  int fuse = 0;         ///< datagrams until then
  bool struck = false;  ///< now: nothing leaves any more
};

/// One network of a stage: datagrams with delay, loss, copies, and several ways to be broken. What happens to a
/// datagram follows from the seed and from its number.
class Network {
 public:
  struct Habits {
    double loss = 0, twice = 0;
    Nanoseconds delay = 0, jitter = 0;  ///< jitter above the datagrams' distance reorders
    std::size_t room = 3000;            ///< datagrams that a socket holds
  };
  /// Sees each datagram that leaves a machine.
  using Tap = std::function<void(int machine, std::span<const std::uint8_t>)>;

  Network(int index, const Calendar& calendar, const Habits& habits, Dice dice);
  ~Network();

  static transport::Address AddressOf(int machine, int network) {
    return {0x0a000000u + static_cast<std::uint32_t>(network << 8 | machine), 5004};
  }
  /// The socket of a new process of that machine; what lay in its predecessor's is gone.
  std::unique_ptr<transport::DatagramPort> Open(int machine, Strike& strike);
  /// A process that was stopped goes on: what it had not sent yet leaves now.
  void Resume(int machine);
  void SetTap(Tap tap) { tap_ = std::move(tap); }
  const Habits& habits() const { return habits_; }

  // Faults, each until a time (true time).
  void Cut(Nanoseconds until) { cut_until_ = until; }
  void Unplug(int machine, Nanoseconds until) { unplugged_[Index(machine)] = until; }
  void CutWay(int from, int to, Nanoseconds until) { ways_[Index(from)][Index(to)] = until; }
  void Lose(double share, Nanoseconds until) {
    burst_loss_ = share;
    burst_until_ = until;
  }
  void Delay(Nanoseconds more, Nanoseconds until) {
    more_delay_ = more;
    delay_until_ = until;
  }
  /// All faults are over.
  void Mend();
  /// No fault is on.
  bool whole() const;
  /// Would something from one to the other pass now, but for chance?
  bool Passes(int from, int to) const;

  std::uint64_t carried() const { return carried_; }

 private:
  class Port;
  struct Item {
    Nanoseconds arrival = 0;
    std::uint32_t order = 0;
    std::uint16_t bytes = 0;
    std::uint16_t from = 0;
    std::uint8_t* data = nullptr;
  };
  struct Mail {
    std::vector<Item> items;  // on their way, and arrived
    Nanoseconds first = kNever;
    Port* port = nullptr;
  };
  static std::size_t Index(int machine) { return static_cast<std::size_t>(machine); }
  std::uint8_t* TakeBlock(std::size_t bytes);
  void ReturnBlock(std::uint8_t* block, std::size_t bytes);
  void Carry(int from, const transport::Address& to, std::span<const std::uint8_t> bytes);
  void Deliver(int from, int to, std::span<const std::uint8_t> bytes);
  void Empty(Mail& mail);

  const int index_;
  const Calendar& calendar_;
  const Habits habits_;
  Dice dice_;
  Tap tap_;
  std::array<Mail, kMaxMachines> mail_;
  std::vector<std::unique_ptr<std::uint8_t[]>> slabs_;
  std::vector<std::uint8_t*> free_small_, free_large_;
  Nanoseconds cut_until_ = 0, burst_until_ = 0, delay_until_ = 0, more_delay_ = 0;
  double burst_loss_ = 0;
  std::array<Nanoseconds, kMaxMachines> unplugged_{};
  std::array<std::array<Nanoseconds, kMaxMachines>, kMaxMachines> ways_{};
  std::uint32_t order_ = 0;
  std::uint64_t carried_ = 0;
};

}  // namespace continuo::sim
