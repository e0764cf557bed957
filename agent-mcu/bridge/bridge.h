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
#include "agent-mcu/bridge/clock_teller.h"
#include "agent-mcu/bridge/controls/control_desk.h"
#include "agent-mcu/bridge/hearing_book.h"
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

/// What outlives a Bridge of that board: an incarnation lives once, and a board that was reset meanwhile is another
/// one.
struct KnownBoard {
  agent::core::Lives lives;
  Report last;  ///< nothing was heard yet: boots is 0
};

/// A bridge's time, kept over all lives of the board.
struct BridgeTime {
  transport::StageClock clock;
  std::unique_ptr<transport::PtpFollower> ptp;  ///< null: it is the machine's
};

/// Stands for one board before the coordinator: says Hello in its name, decides about plans as a Linux node does
/// (agent/core), hands the board its slice of them, events and the time, and tells how it is. Audio does not pass
/// through it. One thread, and those of the link. The heart beats only as long as the board answers. Where there are
/// several bridges, all but the one that the board names say nothing to anybody but the board.
class Bridge {
 public:
  Bridge(BridgeOptions options, KnownBoard& known, const BridgeTime& time)
      : options_(std::move(options)),
        known_(known),
        time_(time),
        carrier_([this](std::span<const std::uint8_t> frame) { Send(frame); }) {}
  ~Bridge();

  enum class Over : std::uint8_t {
    kEnding,
    kReset,     ///< this life of the board is over
    kNotLeads,  ///< another bridge speaks for it, or it is silent
    kFailed,    ///< it cannot begin, or the coordinator will not have it: why() says
  };
  /// Until `ending` says so, or for another reason. Then it is of no more use.
  Over Run(const std::function<bool()>& ending);
  const std::string& why() const { return refusal_; }

 private:
  /// A board that does not answer for so long is not vouched for.
  static constexpr Nanoseconds kSilent = 150'000'000;

  bool OpenPort();
  bool Start();
  bool Leads() const;
  void StandBy(const std::function<bool()>& ending);
  void Say(const std::string& text) const;
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
  void AwaitAnswer(Nanoseconds asked);
  void HearClock(const Report& report);
  void TellClock(const plan::MediaTimeMap& media);
  void TellStatus();
  void CarryStates();
  MediaTime MediaNow();
  const PartReport* ReportOf(const Slice& slice) const;
  const Slice* PlayedOf(Incarnation part) const;
  void Send(std::size_t bytes);
  void Send(std::span<const std::uint8_t> frame);
  Nanoseconds Now() const { return clock_.Now(); }
  Nanoseconds StageNow() const { return time_.clock.Now(); }

  const BridgeOptions options_;
  KnownBoard& known_;
  const BridgeTime& time_;
  transport::MachineClock clock_;
  OpensslCipher cipher_;
  std::unique_ptr<SealedPort> port_;
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
  agent::core::Node node_;
  BoardClock board_clock_;  // beside stage time
  ClockTeller clock_teller_;
  BoardClockLog board_clock_log_;
  std::optional<bool> clock_leads_;  // the board's own, as it said last
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
  HearingBook hearings_;
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
