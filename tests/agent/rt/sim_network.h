// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "dsp/base/units.h"
#include "proto/transport/datagram_port.h"

namespace continuo::test {

/// What a leg does to datagrams. Probabilities in 1; delays in samples, drawn anew for each copy, so that a wide
/// range reorders.
struct Impairment {
  double loss = 0, duplication = 0;
  Frames delay_min = 5, delay_max = 20;
};

/// A network in virtual time. Deterministic: what happens to a datagram is a function of the seed and its number.
class SimNetwork {
 public:
  explicit SimNetwork(std::uint64_t seed) : seed_(seed) {}

  std::unique_ptr<transport::DatagramPort> Open(const transport::Address& address);
  void SetImpairment(const Impairment& impairment) { impairment_ = impairment; }
  void SetTime(MediaTime now) { now_ = now; }
  /// Nothing passes any more, until mended.
  void Cut(bool cut) { cut_ = cut; }
  /// Nothing reaches or leaves that address any more.
  void Unplug(const transport::Address& address) { unplugged_.insert(Key(address)); }

  /// No stream reaches that address, as long as it is starved; fellows' words still do.
  void Starve(const transport::Address& address, bool starved) {
    starved ? void(starved_.insert(Key(address))) : void(starved_.erase(Key(address)));
  }

  std::uint64_t carried() const { return carried_; }
  std::uint64_t lost() const { return lost_; }
  /// Largest datagram ever sent.
  std::size_t largest() const { return largest_; }

 private:
  class Port;
  struct Datagram {
    transport::Address from;
    std::vector<std::uint8_t> bytes;
  };
  using Mail = std::multimap<MediaTime, Datagram>;  // by arrival

  static std::uint64_t Key(const transport::Address& a) {
    return std::uint64_t{a.ip} << 16 | a.port;
  }
  double Draw();
  void Carry(const transport::Address& from, const transport::DatagramPort::Outgoing& datagram);
  void Deliver(const transport::Address& from, const transport::DatagramPort::Outgoing& datagram);

  const std::uint64_t seed_;
  Impairment impairment_;
  MediaTime now_ = 0;
  bool cut_ = false;
  std::set<std::uint64_t> unplugged_, starved_;
  std::map<std::uint64_t, Mail> mail_;  // by address
  std::uint64_t drawn_ = 0, carried_ = 0, lost_ = 0;
  std::size_t largest_ = 0;
};

}  // namespace continuo::test
