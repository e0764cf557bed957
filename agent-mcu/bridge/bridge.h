// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent-mcu/bridge/clock_teller.h"
#include "agent-mcu/bridge/controls/control_desk.h"
#include "agent-mcu/bridge/core/stand_in.h"
#include "agent-mcu/bridge/openssl_cipher.h"
#include "agent-mcu/bridge/sealed_port.h"
#include "agent-mcu/bridge/state_traffic.h"
#include "agent/edge/bus/heart.h"
#include "agent/edge/grpc/coordinator_link.h"
#include "proto/mcu/frame.h"
#include "proto/transport/datagram_port.h"
#include "proto/transport/machine_clock.h"
#include "proto/transport/ptp_follower.h"
#include "proto/transport/server.h"

namespace continuo::mcu {

struct BridgeOptions {
  std::string name;                ///< of the node that the board is
  std::string coordinator;         ///< host:port, with commas if there are several
  std::vector<std::string> beats;  ///< as of continuo-agent
  transport::Address board;        ///< its socket, as bridge and nodes reach it
  /// The way to the board. nullptr, and the sentence says why not.
  std::function<std::unique_ptr<transport::DatagramPort>(std::string&)> open;
  bool shared = false;  ///< other bridges may stand for it: only the one that it names speaks
  std::optional<DeviceKey> key;  ///< without it anybody may speak for the board, and to it
  std::optional<ControlOptions> controls;  ///< of the board's panel; none: it is left alone
  std::string domain;
  transport::PtpWish ptp;  ///< without a socket: media time is by this machine's clock
  std::string
      board_clock_log;  ///< file for what the board's clock does, a line of JSON a report; empty: none
  std::string serve_states = "127.0.0.1:0";  ///< host:port where others fetch the board's state
};

/// A bridge's time, kept over all lives of the board.
struct BridgeTime {
  transport::StageClock clock;
  std::unique_ptr<transport::PtpFollower> ptp;  ///< null: it is the machine's
};

/// Stands for one board before the coordinator: a StandIn decides, and this is its clocks, its line to the board, its
/// stream to the coordinator, its heart and its server. Audio does not pass through it. One thread, and those of the
/// link. The heart beats only as long as the board answers. Where there are several bridges, all but the one that the
/// board names say nothing to anybody but the board.
class Bridge final : private Outlet {
 public:
  Bridge(BridgeOptions options, KnownBoard& known, const BridgeTime& time);
  ~Bridge();

  enum class Over : std::uint8_t {
    kEnding,
    kReset,     ///< this life of the board is over
    kNotLeads,  ///< another bridge speaks for it, or it is silent
    kFailed,    ///< it cannot begin, or the coordinator will not have it: why() says
  };
  /// Until `ending` says so, or for another reason. Then it is of no more use.
  Over Run(const std::function<bool()>& ending);
  const std::string& why() const { return refusal_.empty() ? core_.refusal() : refusal_; }

 private:
  // Outlet
  void ToBoard(std::span<const std::uint8_t> frame) override;
  void ToCoordinator(plan::FromAgent message) override { link_->Send(std::move(message)); }
  void Fetch(const agent::core::FetchState& what) override { traffic_.Begin(what); }
  void Abandon(std::uint32_t fetch) override { traffic_.End(fetch); }
  void Give(StateAnswer answer) override { traffic_.Answer(std::move(answer)); }
  void Say(const std::string& text) override;

  bool OpenPort();
  bool Start();
  void StandBy(const std::function<bool()>& ending);
  void Turn();
  plan::Hello MakeHello();
  void NoteHello();
  void HearCoordinator();
  void HearBoard();
  void Take(const Frame& frame);
  void Ask();
  void AwaitAnswer(Nanoseconds asked);
  void HearClock(const Report& report);
  void TellClock();
  void TellStatus();
  Moment Now() const { return {clock_.Now(), time_.clock.Now()}; }

  const BridgeOptions options_;
  const BridgeTime& time_;
  transport::MachineClock clock_;
  OpensslCipher cipher_;
  std::unique_ptr<SealedPort> port_;
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
  ClockTeller clock_teller_;
  BoardClockLog board_clock_log_;
  std::optional<bool> clock_leads_;  // the board's own, as it said last
  std::string refusal_;              // why it cannot begin
  StateTraffic traffic_;
  StandIn core_;
  std::unique_ptr<ControlDesk> controls_;    // nullptr: nothing is wired to its panel
  FrameError unheeded_ = FrameError::kNone;  // of the last frame that came, which was said

  std::mutex shared_;  // with the threads of the link:
  std::deque<plan::ToAgent> inbox_;
  plan::Hello hello_;

  agent::StateService state_service_{
      [this](const agent::StateWish& wish) { return traffic_.Give(wish); }};
  std::unique_ptr<transport::Server> server_;
  std::unique_ptr<agent::Heart> heart_;
  std::unique_ptr<agent::CoordinatorLink> link_;
};

}  // namespace continuo::mcu
