// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "agent-mcu/time/ptp_slave.h"
#include "dsp/base/random.h"
#include "proto/clock/ptp_time.h"

namespace continuo::mcu {

inline constexpr Nanoseconds kMs = 1'000'000, kUs = 1'000;
inline constexpr clock::ClockIdentity kBoard = 0x02436ffffe6e0001, kMasterA = 0x001122fffe334455,
                                      kMasterB = 0x001122fffe667788;

/// How a network treats frames: all times one way.
struct Net {
  Nanoseconds delay = 40 * kUs, jitter = 0, asymmetry = 0;  ///< asymmetry: on the way to the board
  int lost_in_1000 = 0, doubled_in_1000 = 0;
  Nanoseconds late = 0;  ///< a stamp of the board is, now and then, by up to this
};

/// A master, its network and a slave, in virtual time. The master's clock is right; the board's is not.
class World {
 public:
  explicit World(Net net = {}, std::int64_t board_ppb = 40'000) : net_(net), ppb_(board_ppb) {}

  PtpSlave slave{kBoard};
  clock::ClockIdentity master = kMasterA;                  ///< 0: silent
  Nanoseconds ptp_ahead = 1'790'000'000 * clock::kSecond;  ///< of true time
  bool two_step = true;
  bool keeps = true;  ///< makes entries of the map, as a keeper would
  std::uint8_t priority = 100;

  Nanoseconds now() const { return now_; }
  Nanoseconds BoardAt(Nanoseconds t) const {
    return 7 * clock::kSecond + t + t / clock::kSecond * ppb_ +
           t % clock::kSecond * ppb_ / clock::kSecond;
  }
  /// By how much the board's stage time is ahead of what the first master's clock says.
  Nanoseconds Error() const { return slave.servo().line().At(BoardAt(now_)) - (now_ + kBegan); }

  void Run(Nanoseconds span) {
    for (const Nanoseconds until = now_ + span; now_ < until; now_ += kStep) Step();
  }
  /// The largest error from now on.
  Nanoseconds Worst(Nanoseconds span) {
    Nanoseconds worst = 0;
    for (const Nanoseconds until = now_ + span; now_ < until; now_ += kStep) {
      Step();
      worst = std::max(worst, std::abs(Error()));
    }
    return worst;
  }
  void Inject(const wire::PtpMessage& message) {
    std::array<std::uint8_t, wire::kPtpMessageBytes> bytes{};
    const std::size_t size = wire::EncodePtpMessage(message, bytes);
    slave.Hear(std::span(bytes).first(size), BoardAt(now_));
  }
  wire::PtpMessage Announce(clock::ClockIdentity identity, std::uint8_t priority1) const {
    wire::PtpMessage message{.type = wire::PtpType::kAnnounce, .source = {identity, 1}};
    message.interval = -2;
    message.announce = {priority1, 248, 0xfe, 0xffff, 128, identity, 0};
    return message;
  }
  Net& net() { return net_; }

 private:
  static constexpr Nanoseconds kStep = 500 * kUs;
  static constexpr Nanoseconds kBegan = 1'790'000'000 * clock::kSecond;

  struct OnTheWay {
    Nanoseconds due = 0;
    wire::PtpMessage message;
    Nanoseconds late = 0;
  };

  std::uint64_t Dice() { return RandomBits(1, 0, ++dice_); }
  bool Happens(int in_1000) { return static_cast<int>(Dice() % 1000) < in_1000; }
  Nanoseconds Upto(Nanoseconds most) {
    return most == 0 ? 0 : static_cast<Nanoseconds>(Dice() % static_cast<std::uint64_t>(most));
  }

  void Send(const wire::PtpMessage& message) {
    for (int copies = 1 + (Happens(net_.doubled_in_1000) ? 1 : 0); copies > 0; --copies) {
      if (Happens(net_.lost_in_1000)) continue;
      const Nanoseconds late = Happens(300) ? Upto(net_.late) : 0;
      way_.push_back({now_ + net_.delay + net_.asymmetry + Upto(net_.jitter), message, late});
    }
  }

  void Step() {
    Speak();
    Deliver();
    const Nanoseconds board = BoardAt(now_);
    if (now_ % (50 * kMs) == 0) slave.Turn(board);
    std::array<std::uint8_t, wire::kPtpDelayReqBytes> request{};
    const std::size_t size = slave.Speak(board, request);
    if (size != 0) {
      slave.Left(board);
      wire::PtpMessage message;
      wire::ParsePtpMessage(std::span(request).first(size), message);
      Answer(message);
    }
    Keep();
  }

  void Speak() {
    if (master == 0) return;
    if (now_ % (250 * kMs) == 0) Send(Announce(master, priority));
    if (now_ % (62'500 * kUs) != 0) return;
    wire::PtpMessage sync{.type = wire::PtpType::kSync, .source = {master, 1}, .sequence = ++sync_};
    sync.interval = -4;
    sync.two_step = two_step;
    if (!two_step) sync.time = now_ + ptp_ahead;
    Send(sync);
    if (!two_step) return;
    sync.type = wire::PtpType::kFollowUp;
    sync.two_step = false;
    sync.time = now_ + ptp_ahead;
    // Behind its Sync by more than the network jitters.
    const Nanoseconds sent = now_;
    now_ += 2 * net_.jitter + 100 * kUs;
    Send(sync);
    now_ = sent;
  }

  void Answer(const wire::PtpMessage& request) {
    if (master == 0 || Happens(net_.lost_in_1000)) return;
    const Nanoseconds came = now_ + net_.delay + Upto(net_.jitter);
    wire::PtpMessage answer{
        .type = wire::PtpType::kDelayResp, .source = {master, 1}, .sequence = request.sequence};
    answer.interval = -4;
    answer.time = came + ptp_ahead;
    answer.requester = request.source;
    Send(answer);
  }

  // Between two steps true time is that at which a frame comes.
  void Deliver() {
    const auto later = [](const OnTheWay& a, const OnTheWay& b) { return a.due < b.due; };
    std::stable_sort(way_.begin(), way_.end(), later);
    std::size_t come = 0;
    for (; come < way_.size() && way_[come].due <= now_ + kStep; ++come) {
      std::array<std::uint8_t, wire::kPtpMessageBytes> bytes{};
      const std::size_t size = wire::EncodePtpMessage(way_[come].message, bytes);
      slave.Hear(std::span(bytes).first(size), BoardAt(way_[come].due + way_[come].late));
    }
    way_.erase(way_.begin(), way_.begin() + static_cast<std::ptrdiff_t>(come));
  }

  void Keep() {
    const auto candidate = slave.servo().candidate();
    if (!keeps || !candidate || now_ < next_entry_) return;
    next_entry_ = now_ + clock::kSecond;
    const auto& servo = slave.servo();
    if (servo.map().version() == 0) {
      slave.Add(clock::FirstEntry(candidate->grandmaster));
      return;
    }
    const MediaTime from = clock::SampleAt(servo.line().At(BoardAt(now_)) + 500 * kMs);
    slave.Add(
        clock::NextEntry(servo.map().version(), candidate->grandmaster, candidate->ahead, from));
  }

  Net net_;
  std::int64_t ppb_;
  Nanoseconds now_ = 0;
  Nanoseconds next_entry_ = 0;
  std::int64_t dice_ = 0;
  std::uint16_t sync_ = 0;
  std::vector<OnTheWay> way_;
};

}  // namespace continuo::mcu
