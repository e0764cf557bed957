// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/board_hub.h"

#include <algorithm>
#include <utility>

#include "dsp/base/units.h"
#include "proto/mcu/frame.h"
#include "proto/transport/machine_clock.h"

namespace continuo::mcu {
namespace {

constexpr int kTurnMs = 100;
constexpr int kAtOnce = 256;  // messages, before the other direction has its turn
constexpr Nanoseconds kReportEvery = 1'000'000'000;

/// A name as it may be printed: it is a stranger's.
std::string Printable(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return name.substr(0, 32);
}

}  // namespace

/// Holds nothing but what the last Receive gave.
class BoardHub::Port final : public transport::DatagramPort {
 public:
  Port(BoardHub& hub, std::string board) : hub_(hub), board_(std::move(board)) {
    const std::lock_guard lock(hub_.shared_);
    hub_.boards_[board_].open = true;
  }
  ~Port() override {
    const std::lock_guard lock(hub_.shared_);
    Mailbox& box = hub_.boards_[board_];
    box.open = false;
    box.out.clear();
    for (Peer& peer : box.peers) peer.in.clear();  // they are there all the same
  }

  void Send(const Outgoing& datagram) override {
    const std::lock_guard lock(hub_.shared_);
    std::deque<Bytes>& out = hub_.boards_[board_].out;
    if (out.size() < kQueue) {
      out.emplace_back(datagram.bytes.begin(), datagram.bytes.end());
    } else {
      ++send_errors_;
    }
  }
  void Flush() override { hub_.socket_->Wake(); }
  int Receive(std::span<Incoming> out) override {
    taken_.clear();
    const std::lock_guard lock(hub_.shared_);
    // One of each peer in turn: who says much keeps nobody from being heard.
    Mailbox& box = hub_.boards_[board_];
    for (std::size_t silent = 0; silent < box.peers.size() && taken_.size() < out.size();) {
      Peer& peer = box.peers[box.turn++ % box.peers.size()];
      silent = peer.in.empty() ? silent + 1 : 0;
      if (peer.in.empty()) continue;
      taken_.push_back(std::move(peer.in.front()));
      peer.in.pop_front();
    }
    for (std::size_t i = 0; i < taken_.size(); ++i) out[i] = {{}, taken_[i]};
    return static_cast<int>(taken_.size());
  }
  std::uint64_t send_errors() const override { return send_errors_; }

 private:
  BoardHub& hub_;
  const std::string board_;
  std::vector<Bytes> taken_;
  std::uint64_t send_errors_ = 0;
};

std::unique_ptr<BoardHub> BoardHub::Listen(const std::string& address,
                                           std::function<void(const std::string&)> say,
                                           std::string& error) {
  auto socket = transport::RouterSocket::Bind(address, kMaxSealedBytes, error);
  if (socket == nullptr) return nullptr;
  return std::unique_ptr<BoardHub>(new BoardHub(std::move(socket), std::move(say)));
}

BoardHub::BoardHub(std::unique_ptr<transport::RouterSocket> socket,
                   std::function<void(const std::string&)> say)
    : socket_(std::move(socket)), say_(std::move(say)), thread_([this] { Run(); }) {}

BoardHub::~BoardHub() {
  ends_ = true;
  socket_->Wake();
  thread_.join();
}

std::unique_ptr<transport::DatagramPort> BoardHub::PortOf(const std::string& board) {
  return std::make_unique<Port>(*this, board);
}

BoardHub::Counters BoardHub::counters() const {
  const std::lock_guard lock(shared_);
  return counters_;
}

void BoardHub::Run() {
  while (!ends_) {
    socket_->Wait(kTurnMs);
    TakeAll();
    SendAll();
    Report();
  }
}

void BoardHub::TakeAll() {
  transport::RouterSocket::Message message;
  for (int i = 0; i < kAtOnce && socket_->Receive(message); ++i) Take(std::move(message));
}

void BoardHub::Take(transport::RouterSocket::Message message) {
  const std::lock_guard lock(shared_);
  const auto board = boards_.find(message.peer.substr(0, message.peer.rfind('/')));
  if (board == boards_.end()) {
    stranger_ = Printable(message.peer);
    ++counters_.strangers;
    return;
  }
  if (!message.whole) {
    ++counters_.malformed;
    return;
  }
  std::deque<Peer>& peers = board->second.peers;
  const auto is_it = [&message](const Peer& peer) { return peer.name == message.peer; };
  if (const auto at = std::find_if(peers.begin(), peers.end(), is_it); at != peers.end()) {
    std::rotate(at, at + 1, peers.end());
  } else {
    if (peers.size() == kPeers) peers.pop_front();
    peers.push_back({std::move(message.peer), {}});
  }
  if (message.bytes.empty() || !board->second.open) return;
  if (peers.back().in.size() < kQueue) {
    peers.back().in.push_back(std::move(message.bytes));
  } else {
    ++counters_.flooded;
  }
}

void BoardHub::SendAll() {
  std::vector<std::pair<std::string, Bytes>> ready;
  std::uint64_t lost = 0;
  {
    const std::lock_guard lock(shared_);
    for (auto& [name, box] : boards_) {
      for (const Bytes& message : std::exchange(box.out, {})) {
        lost += box.peers.empty() ? 1 : 0;
        for (const Peer& peer : box.peers) ready.emplace_back(peer.name, message);
      }
    }
  }
  std::vector<std::string> gone;
  for (const auto& [peer, message] : ready) {
    const auto sent = socket_->Send(peer, message);
    lost += sent == transport::RouterSocket::Sent::kYes ? 0 : 1;
    if (sent == transport::RouterSocket::Sent::kNobodyThere) gone.push_back(peer);
  }
  const std::lock_guard lock(shared_);
  for (auto& [name, box] : boards_) {
    std::erase_if(box.peers, [&gone](const Peer& peer) {
      return peer.in.empty() && std::find(gone.begin(), gone.end(), peer.name) != gone.end();
    });
  }
  counters_.unreachable += lost;
  counters_.handshakes = socket_->failed_handshakes();
}

// That a board has not called yet is no news.
void BoardHub::Report() {
  const Nanoseconds now = transport::MachineClock().Now();
  if (now < say_at_) return;
  const Counters count = counters();
  std::string text;
  const auto add = [&text](std::uint64_t more, const std::string& what) {
    if (more > 0) text += (text.empty() ? "" : ", ") + std::to_string(more) + " " + what;
  };
  add(count.strangers - said_.strangers,
      "messages under a name that is no board's here, such as \"" + stranger_ + "\"");
  add(count.malformed - said_.malformed, "messages of several parts");
  add(count.flooded - said_.flooded, "messages more than there is room for");
  add(count.handshakes - said_.handshakes, "connections that spoke no ZMTP, or not as they should");
  said_ = count;
  if (text.empty()) return;
  say_at_ = now + kReportEvery;
  say_("refused at " + address() + ": " + text);
}

}  // namespace continuo::mcu
