// SPDX-License-Identifier: Apache-2.0
#include "sim/network.h"

#include <algorithm>
#include <cstring>

namespace continuo::sim {
namespace {

constexpr std::size_t kSmall = 512, kLarge = 1536;
constexpr std::size_t kBlocksPerSlab = 64;

}  // namespace

class Network::Port final : public transport::DatagramPort {
 public:
  Port(Network& network, int machine, Strike& strike)
      : network_(network), machine_(machine), strike_(strike) {}
  ~Port() override {
    GiveBack();
    Mail& mail = network_.mail_[Index(machine_)];
    if (mail.port != this) return;
    network_.Empty(mail);
    mail.port = nullptr;
  }

  void Send(const Outgoing& datagram) override { queued_.push_back(datagram); }
  void Flush() override {
    for (const Outgoing& datagram : queued_) {
      if (strike_.kind != Strike::Kind::kNone && !strike_.struck && strike_.fuse-- <= 0) {
        strike_.struck = true;
      }
      if (!strike_.struck) {
        network_.Carry(machine_, datagram.to, datagram.bytes);
      } else if (strike_.kind == Strike::Kind::kStall) {
        held_.push_back({datagram.to, {datagram.bytes.begin(), datagram.bytes.end()}});
      }
    }
    queued_.clear();
  }
  int Receive(std::span<Incoming> out) override {
    GiveBack();
    Mail& mail = network_.mail_[Index(machine_)];
    if (next_ == ready_.size()) Sort(mail);
    int count = 0;
    for (; next_ < ready_.size() && static_cast<std::size_t>(count) < out.size(); ++next_) {
      const Item& item = ready_[next_];
      out[static_cast<std::size_t>(count++)] = {AddressOf(item.from, network_.index_),
                                                {item.data, item.bytes}};
      lent_.push_back(item);
    }
    return count;
  }
  std::uint64_t send_errors() const override { return 0; }

  void SendHeld() {
    for (const Held& held : held_) network_.Carry(machine_, held.to, held.bytes);
    held_.clear();
  }

 private:
  struct Held {
    transport::Address to;
    std::vector<std::uint8_t> bytes;
  };
  void GiveBack() {
    for (const Item& item : lent_) network_.ReturnBlock(item.data, item.bytes);
    lent_.clear();
  }
  // What has arrived, in the order in which it did.
  void Sort(Mail& mail) {
    ready_.clear();
    next_ = 0;
    const Nanoseconds now = network_.calendar_.now();
    if (mail.first > now) return;
    mail.first = kNever;
    std::size_t kept = 0;
    for (const Item& item : mail.items) {
      if (item.arrival <= now) {
        ready_.push_back(item);
      } else {
        mail.first = std::min(mail.first, item.arrival);
        mail.items[kept++] = item;
      }
    }
    mail.items.resize(kept);
    std::sort(ready_.begin(), ready_.end(), [](const Item& a, const Item& b) {
      return a.arrival != b.arrival ? a.arrival < b.arrival : a.order < b.order;
    });
  }

  Network& network_;
  const int machine_;
  Strike& strike_;
  std::vector<Outgoing> queued_;
  std::vector<Held> held_;
  std::vector<Item> ready_, lent_;
  std::size_t next_ = 0;
};

Network::Network(int index, const Calendar& calendar, const Habits& habits, Dice dice)
    : index_(index), calendar_(calendar), habits_(habits), dice_(dice) {}

Network::~Network() = default;

std::unique_ptr<transport::DatagramPort> Network::Open(int machine, Strike& strike) {
  Mail& mail = mail_[Index(machine)];
  Empty(mail);
  auto port = std::make_unique<Port>(*this, machine, strike);
  mail.port = port.get();
  return port;
}

void Network::Resume(int machine) {
  if (Port* port = mail_[Index(machine)].port) port->SendHeld();
}

void Network::Empty(Mail& mail) {
  for (const Item& item : mail.items) ReturnBlock(item.data, item.bytes);
  mail.items.clear();
  mail.first = kNever;
}

std::uint8_t* Network::TakeBlock(std::size_t bytes) {
  std::vector<std::uint8_t*>& free = bytes <= kSmall ? free_small_ : free_large_;
  if (free.empty()) {
    const std::size_t size = bytes <= kSmall ? kSmall : kLarge;
    slabs_.push_back(std::make_unique<std::uint8_t[]>(size * kBlocksPerSlab));
    for (std::size_t i = 0; i < kBlocksPerSlab; ++i) free.push_back(slabs_.back().get() + i * size);
  }
  std::uint8_t* const block = free.back();
  free.pop_back();
  return block;
}

void Network::ReturnBlock(std::uint8_t* block, std::size_t bytes) {
  (bytes <= kSmall ? free_small_ : free_large_).push_back(block);
}

bool Network::whole() const {
  const Nanoseconds now = calendar_.now();
  const auto over = [now](Nanoseconds until) { return until <= now; };
  return over(cut_until_) && over(burst_until_) && over(delay_until_) &&
         std::all_of(unplugged_.begin(), unplugged_.end(), over) &&
         std::all_of(ways_.begin(), ways_.end(),
                     [&](const auto& way) { return std::all_of(way.begin(), way.end(), over); });
}

void Network::Mend() {
  cut_until_ = burst_until_ = delay_until_ = 0;
  unplugged_.fill(0);
  for (auto& way : ways_) way.fill(0);
}

bool Network::Passes(int from, int to) const {
  const Nanoseconds now = calendar_.now();
  return cut_until_ <= now && unplugged_[Index(from)] <= now && unplugged_[Index(to)] <= now &&
         ways_[Index(from)][Index(to)] <= now;
}

void Network::Carry(int from, const transport::Address& address,
                    std::span<const std::uint8_t> bytes) {
  ++carried_;
  if (tap_) tap_(from, bytes);
  const int to = static_cast<int>(address.ip & 0xff);
  if (!Passes(from, to)) return;
  const double loss = calendar_.now() < burst_until_ ? burst_loss_ : habits_.loss;
  const std::uint64_t draw = dice_.Draw();
  if (static_cast<double>(draw & 0xffffff) < loss * 0x1000000) return;
  Deliver(from, to, bytes);
  if (static_cast<double>(draw >> 24 & 0xffffff) < habits_.twice * 0x1000000)
    Deliver(from, to, bytes);
}

void Network::Deliver(int from, int to, std::span<const std::uint8_t> bytes) {
  Mail& mail = mail_[Index(to)];
  if (mail.port == nullptr || mail.items.size() >= habits_.room) return;
  Nanoseconds delay = habits_.delay + dice_.Below(habits_.jitter + 1);
  if (calendar_.now() < delay_until_) delay += more_delay_;
  std::uint8_t* const block = TakeBlock(bytes.size());
  std::memcpy(block, bytes.data(), bytes.size());
  const Nanoseconds arrival = calendar_.now() + delay;
  mail.first = std::min(mail.first, arrival);
  mail.items.push_back({arrival, ++order_, static_cast<std::uint16_t>(bytes.size()),
                        static_cast<std::uint16_t>(from), block});
}

}  // namespace continuo::sim
