// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "agent/core/joins.h"
#include "agent/edge/state/state_fetch.h"
#include "agent/edge/state/state_service.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// Brings states to the board and from it. When one of its replicas joins, it asks members for theirs (agent/core/joins
/// decides which, and when to give up) and hands it over piece by piece; whoever wishes a state of the board gets it
/// likewise. One state is on its way at a time; pieces are repeated until the board answers. The bridge's thread, but
/// for Give.
class StateCarrier {
 public:
  /// `send`: a whole frame to the board.
  explicit StateCarrier(std::function<void(std::span<const std::uint8_t>)> send)
      : send_(std::move(send)) {}
  ~StateCarrier();

  /// Threads of the server; blocks for two seconds at most.
  agent::StateGiven Give(const agent::StateWish& wish);

  /// The board plays its parts of that plan.
  void Follow(const plan::Plan& plan, plan::NodeId self, const std::vector<plan::Peer>& peers);
  void Stop();
  /// Every turn. `seen`: what the board says of its replicas.
  void Turn(std::span<const agent::core::ReplicaSeen> seen, Nanoseconds now);
  void Take(const StatePiece& piece, Nanoseconds now);
  void Take(const StateTaken& taken, Nanoseconds now);
  void AddTo(plan::Status& status) const { joins_.AddTo(status); }

 private:
  struct Fetch {
    Fetch(const agent::core::FetchState& wanted, const agent::StateWish& wish)
        : what(wanted), call(wanted.address, wish) {}
    const agent::core::FetchState what;
    agent::StateFetch call;
    std::thread thread;
  };
  struct Arrived {
    std::uint32_t fetch = 0;
    agent::StateReceived received;
  };
  struct Asked {
    agent::StateWish wish;
    bool answered = false;
    agent::StateGiven given;
  };
  /// A replica of the board.
  struct Mine {
    plan::TaskId task = 0;
    std::uint16_t generation = 0;
    Incarnation incarnation = 0;
    bool tainted = false;
  };
  /// A state on its way to the board.
  struct Lesson {
    agent::core::ReplicaKey replica;
    std::vector<std::uint8_t> bytes;  // an image
    std::uint32_t ticket = 0, have = 0;
    Nanoseconds again = 0;  // when the piece is repeated
  };
  void Perform(const agent::core::Joins::Effects& effects);
  void Begin(const agent::core::FetchState& what);
  void End(std::uint32_t fetch);
  void HearFetches(Nanoseconds now);
  void Teach(Nanoseconds now);
  void AskBoard(Nanoseconds now);
  Mine* Playing(const agent::StateWish& wish);
  void Answer(agent::StateGiven::Answer answer, const char* why);
  void AnswerWhole(const StatePiece& piece);

  const std::function<void(std::span<const std::uint8_t>)> send_;
  agent::core::Joins joins_;
  std::map<std::uint32_t, std::unique_ptr<Fetch>> fetches_;
  std::map<std::uint32_t, std::vector<std::uint8_t>> images_;  // that came, until used
  std::deque<Lesson> lessons_;                                 // the first is on its way
  std::uint32_t ticket_ = static_cast<std::uint32_t>(std::random_device{}());
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
  // Of the state that the board gives:
  std::uint32_t asked_ticket_ = 0;
  std::vector<std::uint8_t> gathered_;
  Nanoseconds ask_again_ = 0;
  std::vector<Mine> mine_;

  std::mutex giving_;  // one after the other
  std::mutex mutex_;   // with other threads:
  std::condition_variable changed_;
  std::optional<Asked> asked_;
  std::deque<Arrived> arrived_;
};

}  // namespace continuo::mcu
