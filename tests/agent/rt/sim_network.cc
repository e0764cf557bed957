// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/sim_network.h"

#include <algorithm>

#include "dsp/base/hash.h"

namespace continuo::test {

class SimNetwork::Port final : public transport::DatagramPort {
 public:
  Port(SimNetwork& network, const transport::Address& address)
      : network_(network), address_(address) {}

  void Send(const Outgoing& datagram) override { queued_.push_back(datagram); }
  void Flush() override {
    for (const Outgoing& datagram : queued_) network_.Carry(address_, datagram);
    queued_.clear();
  }
  int Receive(std::span<Incoming> out) override {
    received_.clear();
    Mail& mail = network_.mail_[Key(address_)];
    while (received_.size() < out.size() && !mail.empty() && mail.begin()->first <= network_.now_) {
      received_.push_back(std::move(mail.begin()->second));
      mail.erase(mail.begin());
    }
    for (std::size_t i = 0; i < received_.size(); ++i) {
      out[i] = {received_[i].from, received_[i].bytes};
    }
    return static_cast<int>(received_.size());
  }
  std::uint64_t send_errors() const override { return 0; }

 private:
  SimNetwork& network_;
  const transport::Address address_;
  std::vector<Outgoing> queued_;
  std::vector<Datagram> received_;
};

std::unique_ptr<transport::DatagramPort> SimNetwork::Open(const transport::Address& address) {
  return std::make_unique<Port>(*this, address);
}

double SimNetwork::Draw() {
  return static_cast<double>(Mix64(seed_ ^ Mix64(++drawn_)) >> 11) * 0x1p-53;
}

void SimNetwork::Carry(const transport::Address& from,
                       const transport::DatagramPort::Outgoing& datagram) {
  ++carried_;
  largest_ = std::max(largest_, datagram.bytes.size());
  if (cut_ || unplugged_.contains(Key(from)) || unplugged_.contains(Key(datagram.to))) return;
  const bool is_rtp = !datagram.bytes.empty() && (datagram.bytes[0] & 0xC0) == 0x80;
  if (is_rtp && starved_.contains(Key(datagram.to))) return;
  if (Draw() < impairment_.loss) {
    ++lost_;
    return;
  }
  Deliver(from, datagram);
  if (Draw() < impairment_.duplication) Deliver(from, datagram);
}

void SimNetwork::Deliver(const transport::Address& from,
                         const transport::DatagramPort::Outgoing& datagram) {
  const auto range = static_cast<double>(impairment_.delay_max - impairment_.delay_min + 1);
  const Frames delay = impairment_.delay_min + static_cast<Frames>(Draw() * range);
  mail_[Key(datagram.to)].emplace(now_ + delay,
                                  Datagram{from, {datagram.bytes.begin(), datagram.bytes.end()}});
}

}  // namespace continuo::test
