// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/sealed_port.h"

#include <algorithm>

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kSayEvery = 1'000'000'000;

/// "2 forged (...), 1 replayed"; empty: none was refused between the two.
std::string RefusedSince(const SealCounters& before, const SealCounters& now) {
  std::string text;
  for (std::size_t i = 1; i < now.size(); ++i) {
    const std::uint32_t more = now[i] - before[i];
    if (more == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(more) + " " +
            ToString(static_cast<SealError>(i));
  }
  return text;
}

}  // namespace

std::string RefusedText(const SealCounters& by_board, const SealCounters& by_bridge) {
  const std::string there = RefusedSince({}, by_board), here = RefusedSince({}, by_bridge);
  std::string text = there.empty() ? "" : "by the board " + there;
  if (!there.empty() && !here.empty()) text += "; ";
  return here.empty() ? text : text + "by the bridge " + here;
}

void SealedPort::Send(const Outgoing& datagram) {
  std::vector<std::uint8_t>& sealed = queued_.emplace_back(kMaxSealedBytes);
  sealed.resize(seal_.Seal(datagram.bytes, sealed));
  if (!sealed.empty()) return port_->Send({datagram.to, sealed});
  queued_.pop_back();
  ++unsealed_;
}

void SealedPort::Flush() {
  port_->Flush();
  queued_.clear();
}

int SealedPort::Receive(std::span<Incoming> out) {
  const Nanoseconds now = clock_.Now();
  GoOn(now);
  taken_.clear();
  std::array<Incoming, 16> batch;
  const auto room = std::span(batch).first(std::min(batch.size(), out.size()));
  // What is refused does not stop what comes behind it.
  for (int count = 1; count > 0 && taken_.empty();) {
    count = port_->Receive(room);
    for (const Incoming& incoming : room.first(static_cast<std::size_t>(count))) {
      const Unsealed heard = seal_.Hear(incoming.bytes, now);
      if (heard.frame.empty()) continue;
      out[taken_.size()] = {incoming.from, {}};
      taken_.emplace_back(heard.frame.begin(), heard.frame.end());
    }
  }
  for (std::size_t i = 0; i < taken_.size(); ++i) out[i].bytes = taken_[i];
  GoOn(now);  // the board must know of a session before it hears a frame of it
  Report(now);
  return static_cast<int>(taken_.size());
}

void SealedPort::GoOn(Nanoseconds now) {
  std::array<std::uint8_t, kMaxHandshakeBytes> said;
  const std::size_t size = seal_.Speak(now, said);
  if (size == 0) return;
  port_->Send({board_, std::span(said).first(size)});
  port_->Flush();
}

void SealedPort::Report(Nanoseconds now) {
  if (seal_.sessions() != said_sessions_) {
    said_sessions_ = seal_.sessions();
    say_("the board has the key: sealed session " + std::to_string(said_sessions_));
  }
  if (now < say_at_) return;
  if (seal_.refused() != said_refused_ && seal_.refused() != SealError::kNone) {
    say_at_ = now + kSayEvery;
    say_(std::string("the board refuses what it hears (by its word, which nobody has proven): ") +
         ToString(seal_.refused()));
  }
  said_refused_ = seal_.refused();
  if (const std::string text = RefusedSince(said_, seal_.counters()); !text.empty()) {
    say_at_ = now + kSayEvery;
    say_("refused from the board's side: " + text);
  }
  said_ = seal_.counters();
}

}  // namespace continuo::mcu
