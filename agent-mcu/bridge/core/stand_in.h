// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent-mcu/bridge/core/board_clock.h"
#include "agent-mcu/bridge/core/hearing_book.h"
#include "agent-mcu/bridge/core/outlet.h"
#include "agent-mcu/bridge/core/part_news.h"
#include "agent-mcu/bridge/core/state_carrier.h"
#include "agent/core/lives.h"
#include "agent/core/node.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/slice.h"

namespace continuo::mcu {

/// What outlives a StandIn of that board: an incarnation lives once, and a board that was reset meanwhile is another
/// one.
struct KnownBoard {
  agent::core::Lives lives;
  Report last;                 ///< nothing was heard yet: boots is 0
  Nanoseconds round_trip = 0;  ///< of that one
};

/// One moment by the bridge's clocks.
struct Moment {
  Nanoseconds now = 0;    ///< a clock that goes forward
  Nanoseconds stage = 0;  ///< the clock of media time, which may be another
};

/// What a bridge decides that stands for one board before the coordinator: about plans as a Linux node does
/// (agent/core); what the board is told of them, of events, states and the time; what is told of the board. It lasts
/// until the board is reset, speaks through another bridge, or the coordinator will not have it; then it is of no more
/// use. Pure: moments and messages are handed in, what follows leaves by the outlet. One thread.
class StandIn {
 public:
  struct Options {
    std::string name;      ///< of the node that the board is
    std::string domain;    ///< what fails together with it; empty: itself
    std::uint32_t ip = 0;  ///< of the board's socket, as nodes reach it
    std::uint16_t port = 0;
    bool shared = false;  ///< other bridges may stand for it: only the one that it names speaks
    std::uint32_t ticket = 0;                  ///< random
    std::vector<plan::KernelCost> costs = {};  ///< by kind, what kernels take on it
  };
  /// How often the board is asked how it is, and the heart beats.
  static constexpr Nanoseconds kAskPeriod = 50'000'000;

  StandIn(Options options, KnownBoard& known, Outlet& outlet)
      : options_(std::move(options)),
        known_(known),
        outlet_(outlet),
        carrier_(outlet, options_.ticket, [this](plan::Incident incident) {
          incident.n = MediaAt(stage_);
          Tell(std::move(incident));
        }) {}

  void Hear(const plan::ToAgent& message) { Feed(message); }
  /// A frame of the board's. False: it is about something else.
  bool Hear(const Frame& frame, const Moment& at);
  void Hear(StateArrived arrived, const Moment& at) {
    stage_ = at.stage;
    carrier_.Take(std::move(arrived), at.now);
  }
  /// As StateCarrier::Wish.
  void Wish(const std::optional<StateAsked>& asked) { carrier_.Wish(asked); }

  /// Asks the board how it is, when it is time: true then. Its answer should be handed in when it comes, since what it
  /// waits is taken for its way.
  bool Ask(const Moment& at);
  /// After that: what else it is asked.
  void AskFurther();
  /// Whatever else there is to do. Some hundred times a second.
  void Turn(const Moment& at);
  /// Of the node, but for what its build and its clock are; nothing: it is not time, or the board does not answer.
  /// Four times a second.
  std::optional<plan::Status> Status(const Moment& at);
  /// But for build, clock, and where states are to be had.
  plan::Hello Hello() const;

  /// Whether we speak for the board. By its word; where others may, only as long as it stands by that.
  bool Leads(Nanoseconds now) const;
  /// It was heard lately: the heart may beat.
  bool Answers(Nanoseconds now) const { return reported_ != 0 && now - reported_ < kSilent; }
  bool was_heard() const { return reported_ != 0; }
  bool was_reset() const { return reset_; }  ///< this life of the board is over
  const std::string& refusal() const {
    return refusal_;
  }  ///< why the coordinator will not have it; empty: it has
  const Report& report() const { return report_; }  ///< the last
  const plan::MediaTimeMap& media() const {
    return media_;
  }                                            ///< of what is played; version 0: nothing yet
  MediaTime MediaAt(Nanoseconds stage) const;  ///< 0: it is not known
  const agent::core::Node& node() const { return node_; }

 private:
  /// A board that does not answer for so long is not vouched for.
  static constexpr Nanoseconds kSilent = 150'000'000;
  /// A plan on its way to the board.
  struct Wanted {
    plan::Plan plan;
    std::vector<Slice> slices;
    std::vector<bool> prepared;  // by slice: the board has said so
  };

  void Feed(const agent::core::Input& input);
  void Perform(const agent::core::Effect& effect);
  void Play(const plan::Plan& plan);
  void Stop();
  void OnReport(const Report& report, const Moment& at);
  void OnPrepared(const Prepared& prepared);
  void OnVerdict(const VerdictTold& told);
  void SendSlices(Nanoseconds now);
  bool StopUnwanted(Nanoseconds now);
  void EndPlan(const std::string& error);
  void CarryStates(Nanoseconds now);
  void Tell(plan::Incident incident);
  const PartReport* ReportOf(const Slice& slice) const;
  const Slice* PlayedOf(Incarnation part) const;
  void Send(std::size_t bytes);

  const Options options_;
  KnownBoard& known_;
  Outlet& outlet_;
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
  agent::core::Node node_;
  BoardClock board_clock_;  // beside stage time
  Report report_;
  Nanoseconds reported_ = 0;  // when; 0: never
  bool reset_ = false;
  std::string refusal_;
  std::optional<Wanted> wanted_;
  std::vector<Slice> played_;
  std::uint32_t played_version_ = 0;  // of the plan that they are of
  bool told_ = false;                 // what is to be played: before that, what plays is left alone
  Nanoseconds welcomed_ = 0;          // when; 0: not yet
  plan::MediaTimeMap media_;
  Nanoseconds stage_ = 0;  // the last moment that was handed in
  StateCarrier carrier_;
  HearingBook hearings_;
  PartNews news_;
  Nanoseconds next_ask_ = 0, next_slice_ = 0, next_status_ = 0;
};

}  // namespace continuo::mcu
