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
    hub_.boards_[board_] = {.open = true, .in = {}, .out = {}};
  }
  ~Port() override {
    const std::lock_guard lock(hub_.shared_);
    hub_.boards_[board_] = {};
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
    std::deque<Bytes>& in = hub_.boards_[board_].in;
    for (; taken_.size() < out.size() && !in.empty(); in.pop_front()) {
      taken_.push_back(std::move(in.front()));
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
  for (int i = 0; i < kAtOnce && socket_->Receive(message); ++i) {
    const std::lock_guard lock(shared_);
    const auto board = boards_.find(message.peer);
    if (board == boards_.end() || !board->second.open) {
      stranger_ = Printable(message.peer);
      ++counters_.strangers;
    } else if (!message.whole || message.bytes.empty()) {
      ++counters_.malformed;
    } else if (board->second.in.size() >= kQueue) {
      ++counters_.flooded;
    } else {
      board->second.in.push_back(std::move(message.bytes));
    }
  }
}

void BoardHub::SendAll() {
  std::vector<std::pair<std::string, std::deque<Bytes>>> ready;
  {
    const std::lock_guard lock(shared_);
    for (auto& [name, box] : boards_) {
      if (!box.out.empty()) ready.emplace_back(name, std::exchange(box.out, {}));
    }
  }
  std::uint64_t lost = 0;
  for (const auto& [name, messages] : ready) {
    for (const Bytes& message : messages) lost += socket_->Send(name, message) ? 0 : 1;
  }
  const std::lock_guard lock(shared_);
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
  add(count.malformed - said_.malformed, "messages of several parts or none");
  add(count.flooded - said_.flooded, "messages more than there is room for");
  add(count.handshakes - said_.handshakes, "connections that spoke no ZMTP, or not as they should");
  said_ = count;
  if (text.empty()) return;
  say_at_ = now + kReportEvery;
  say_("refused at " + address() + ": " + text);
}

}  // namespace continuo::mcu
