// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent-mcu/bridge/board_clock.h"
#include "agent-mcu/bridge/controls/control_desk.h"
#include "agent-mcu/bridge/openssl_cipher.h"
#include "agent-mcu/bridge/sealed_port.h"
#include "agent-mcu/bridge/state_carrier.h"
#include "agent/core/lives.h"
#include "agent/core/node.h"
#include "agent/edge/bus/heart.h"
#include "agent/edge/grpc/coordinator_link.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/slice.h"
#include "proto/transport/datagram_port.h"
#include "proto/transport/machine_clock.h"
#include "proto/transport/server.h"

namespace continuo::mcu {

struct BridgeOptions {
  std::string name;                ///< of the node that the board is
  std::string coordinator;         ///< host:port, with commas if there are several
  std::vector<std::string> beats;  ///< as of continuo-agent
  transport::Address board;        ///< its socket, as bridge and nodes reach it
  std::string serial;  ///< where its serial line is; empty: the bridge speaks to the socket
  std::optional<DeviceKey> key;  ///< without it anybody may speak for the board, and to it
  std::optional<ControlOptions> controls;  ///< of the board's panel; none: it is left alone
  std::string domain;
  std::string serve_states = "127.0.0.1:0";  ///< host:port where others fetch the board's state
};

/// Stands for one board before the coordinator: says Hello in its name, decides about plans as a Linux node does
/// (agent/core), hands the board its slice of them, events and the time, and tells how it is. Audio does not pass
/// through it. One thread, and those of the link. The heart beats only as long as the board answers.
class Bridge {
 public:
  /// `lives`: kept over all lives of the board. An incarnation lives once.
  Bridge(BridgeOptions options, agent::core::Lives& lives)
      : options_(std::move(options)),
        lives_(lives),
        carrier_([this](std::span<const std::uint8_t> frame) { Send(frame); }) {}
  ~Bridge();

  /// Until `ending` says so: empty text; or until this life of the board is over (it was reset) or the coordinator will
  /// not have it: a sentence.
  std::string Run(const std::function<bool()>& ending);

 private:
  std::string Start(const std::function<bool()>& ending);
  plan::Hello MakeHello();
  void Feed(const agent::core::Input& input);
  void Perform(const agent::core::Effect& effect);
  void Play(const plan::Plan& plan);
  void HearBoard();
  void Take(const Frame& frame);
  void OnPrepared(const Prepared& prepared);
  void SendSlices(Nanoseconds now);
  bool StopUnwanted();
  void EndPlan(const std::string& error);
  void Ask();
  void TellStatus();
  void CarryStates();
  MediaTime MediaNow();
  const PartReport* ReportOf(const Slice& slice) const;
  const Slice* PlayedOf(Incarnation part) const;
  void Send(std::size_t bytes);
  void Send(std::span<const std::uint8_t> frame);
  Nanoseconds Now() const { return clock_.Now(); }

  const BridgeOptions options_;
  agent::core::Lives& lives_;
  transport::MachineClock clock_;
  OpensslCipher cipher_;
  std::unique_ptr<SealedPort> port_;
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
  agent::core::Node node_;
  BoardClock board_clock_;
  Report report_;
  Nanoseconds reported_ = 0;  // when; 0: never
  bool reset_ = false;
  std::string refusal_;
  /// A plan on its way to the board.
  struct Wanted {
    plan::Plan plan;
    std::vector<Slice> slices;
    std::vector<bool> prepared;  // by slice: the board has said so
  };
  std::optional<Wanted> wanted_;
  std::vector<Slice> played_;
  std::uint32_t played_version_ = 0;  // of the plan that they are of
  bool told_ = false;                 // what is to be played: before that, what plays is left alone
  StateCarrier carrier_;
  std::unique_ptr<ControlDesk> controls_;  // nullptr: nothing is wired to its panel
  Nanoseconds next_ask_ = 0, next_slice_ = 0, next_status_ = 0;

  std::mutex shared_;  // with the threads of the link:
  std::deque<plan::ToAgent> inbox_;
  plan::MediaTimeMap media_;
  std::uint64_t heard_term_ = 0;
  std::uint64_t held_term_ = 0;
  std::uint32_t held_version_ = 0;

  agent::StateService state_service_{
      [this](const agent::StateWish& wish) { return carrier_.Give(wish); }};
  std::unique_ptr<transport::Server> server_;
  std::unique_ptr<agent::Heart> heart_;
  std::unique_ptr<agent::CoordinatorLink> link_;
};

}  // namespace continuo::mcu
