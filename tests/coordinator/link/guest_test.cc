// SPDX-License-Identifier: Apache-2.0
#include "coordinator/link/guest.h"

#include <gtest/gtest.h>

namespace continuo::coordinator::link {
namespace {

constexpr Nanoseconds kMs = 1'000'000;
constexpr MediaTime kBegin = 48'000'000;

/// A show and a peer of Link, both of which go as they are told, over one clock.
class Together {
 public:
  explicit Together(Mode mode, double show_bpm, double link_bpm, bool start_stop = false)
      : guest(mode, start_stop), bpm(link_bpm) {
    segment.n0 = kBegin;
    segment.tempo_mbpm = static_cast<std::uint32_t>(show_bpm * 1e3);
    segment.playing = true;
    guest.Know({&segment, 1});
  }

  MediaTime Heard() const { return kBegin + at / 1'000 * 48 / 1'000; }
  double ShowPhase() const {
    const session::Ticks tick = segment.At(Heard()) - segment.bar_tick;
    return static_cast<double>(tick % (session::kTicksPerBeat * 4)) / session::kTicksPerBeat;
  }
  double LinkPhase() const {
    const double beats = phase + static_cast<double>(at - phase_at) * bpm / 60e9;
    return beats - 4 * static_cast<double>(static_cast<std::int64_t>(beats / 4));
  }
  /// 50 ms later.
  Wish Step() {
    at += 50 * kMs;
    const Wish wish = guest.Decide({at, peers, bpm, LinkPhase(), 4, plays}, Heard());
    if (wish.rolling.put) plays = *wish.rolling.put;
    if (wish.place) Put(wish.place->bpm, wish.place->phase);
    return wish;
  }
  /// What was wished first.
  Wish Run(Nanoseconds duration) {
    Wish first;
    for (const Nanoseconds until = at + duration; at < until;) {
      const Wish wish = Step();
      const bool proposes = wish.propose_mbpm || wish.rolling.propose;
      if (proposes && !first.propose_mbpm && !first.rolling.propose) first = wish;
    }
    return first;
  }
  void Put(double new_bpm, double new_phase) {
    bpm = new_bpm;
    phase = new_phase;
    phase_at = at;
  }
  void PeerWishes(double new_bpm) { Put(new_bpm, LinkPhase()); }
  void ShowRolls(bool rolls, Frames later = 0) {
    segment = session::Rebase(segment, Heard() + later);
    ++segment.version;
    segment.playing = rolls;
    guest.Know({&segment, 1});
  }
  void ShowGoes(std::uint32_t mbpm) {
    segment = session::Rebase(segment, Heard());
    ++segment.version;
    segment.tempo_mbpm = mbpm;
    guest.Know({&segment, 1});
  }

  Guest guest;
  session::Segment segment;
  Nanoseconds at = 0, phase_at = 0;
  double bpm, phase = 1.3;
  int peers = 1;
  bool plays = false;  // Link
};

TEST(LinkGuest, PutsLinkOntoTheShowAtTheFirstMeeting) {
  for (const Mode mode : {Mode::kLead, Mode::kFollow}) {
    Together both(mode, 112, 140);
    EXPECT_FALSE(both.Run(6'000 * kMs).propose_mbpm) << "what was there before is nobody's wish";
    EXPECT_DOUBLE_EQ(both.bpm, 112);
    ASSERT_TRUE(both.guest.apart_ms());
    EXPECT_LT(std::abs(*both.guest.apart_ms()), 0.25);
  }
}

TEST(LinkGuest, ProposesWhatAPeerSetsOnceAndOnlyWhenItFollows) {
  Together both(Mode::kFollow, 112, 112);
  both.Run(5'000 * kMs);
  both.PeerWishes(126.5);
  const Wish wish = both.Run(1'000 * kMs);
  ASSERT_TRUE(wish.propose_mbpm);
  EXPECT_EQ(*wish.propose_mbpm, 126'500U);
  EXPECT_DOUBLE_EQ(both.bpm, 126.5) << "Link is let go on while it is dated";
  both.ShowGoes(126'500);
  EXPECT_FALSE(both.Run(6'000 * kMs).propose_mbpm);
  ASSERT_TRUE(both.guest.apart_ms());
  EXPECT_LT(std::abs(*both.guest.apart_ms()), 0.25);

  Together led(Mode::kLead, 112, 112);
  led.Run(5'000 * kMs);
  led.PeerWishes(126.5);
  EXPECT_FALSE(led.Run(1'000 * kMs).propose_mbpm);
  EXPECT_DOUBLE_EQ(led.bpm, 112);
}

TEST(LinkGuest, AJoinerResetsNobody) {
  Together both(Mode::kFollow, 112, 112);
  both.Run(5'000 * kMs);
  both.peers = 2;
  both.Step();
  both.PeerWishes(90);
  EXPECT_FALSE(both.Run(2'000 * kMs).propose_mbpm);
  EXPECT_DOUBLE_EQ(both.bpm, 112);
}

TEST(LinkGuest, TakesBackWhatTheShowWillNotHave) {
  Together both(Mode::kFollow, 112, 112);
  both.Run(5'000 * kMs);
  both.PeerWishes(300);
  ASSERT_TRUE(both.Run(100 * kMs).propose_mbpm);
  both.guest.Refused();
  EXPECT_FALSE(both.Run(1'000 * kMs).propose_mbpm);
  EXPECT_DOUBLE_EQ(both.bpm, 112);
  // One of which nothing was heard is given up, too.
  both.PeerWishes(301);
  ASSERT_TRUE(both.Run(100 * kMs).propose_mbpm);
  EXPECT_FALSE(both.Run(6'000 * kMs).propose_mbpm);
  EXPECT_DOUBLE_EQ(both.bpm, 112);
}

TEST(LinkGuest, TheShowsOwnTempoHolds) {
  Together both(Mode::kFollow, 112, 112);
  both.Run(5'000 * kMs);
  both.ShowGoes(90'000);
  EXPECT_FALSE(both.Run(1'000 * kMs).propose_mbpm);
  EXPECT_DOUBLE_EQ(both.bpm, 90);
  // What is known already but not heard yet changes nothing.
  session::Segment later = both.segment;
  later.n0 += 1'000'000'000;
  later.tempo_mbpm = 60'000;
  both.guest.Know({&later, 1});
  both.Run(1'000 * kMs);
  EXPECT_DOUBLE_EQ(both.bpm, 90);
}

TEST(LinkGuest, LeavesLinkAloneBesideAShowThatStandsOrIsTooSlow) {
  Together both(Mode::kLead, 112, 112);
  both.segment.playing = false;
  ++both.segment.version;
  both.guest.Know({&both.segment, 1});
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(both.Step().place);
  both.ShowGoes(15'000);
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(both.Step().place);
}

TEST(LinkGuest, ExchangesStartsAndStopsOnlyWhereItIsToldTo) {
  Together both(Mode::kFollow, 112, 112);
  both.Run(5'000 * kMs);
  EXPECT_FALSE(both.plays);

  Together told(Mode::kFollow, 112, 112, true);
  told.Run(5'000 * kMs);
  EXPECT_TRUE(told.plays) << "the show rolls";
  told.plays = false;
  const Wish wish = told.Run(500 * kMs);
  ASSERT_TRUE(wish.rolling.propose);
  EXPECT_FALSE(*wish.rolling.propose);
  told.ShowRolls(false, 48'000);
  EXPECT_FALSE(told.Run(5'000 * kMs).rolling.propose) << "it is dated, and then heard";
  EXPECT_FALSE(told.plays);
  told.plays = true;
  ASSERT_TRUE(told.Run(500 * kMs).rolling.propose);
  told.ShowRolls(true);
  EXPECT_FALSE(told.Run(5'000 * kMs).rolling.propose);
  EXPECT_TRUE(told.plays);
  ASSERT_TRUE(told.guest.apart_ms()) << "and it is put onto the place where the show goes on";
  EXPECT_LT(std::abs(*told.guest.apart_ms()), 0.25);
}

TEST(LinkWords, AreReadBackOrRefused) {
  const auto state = ReadPeerState("link 1234567 3 112.000000000 3.250000000 4.000000000 1");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->at, 1'234'567'000);
  EXPECT_EQ(state->peers, 3);
  EXPECT_DOUBLE_EQ(state->phase, 3.25);
  EXPECT_TRUE(state->playing);
  for (const char* wrong :
       {"", "link", "link 1 1 112 0", "link -1 1 112 0 4 0", "link 1 -1 112 0 4 0",
        "link 1 1 nan 0 4 0", "link 1 1 inf 0 4 0", "link 1 1 112 4.5 4 0", "link 1 1 112 0 0 0",
        "link 1 1 112 0 1e9 0", "link 1 1 19 0 4 0", "link 1 1 112 0 4 5 0",
        "link 99999999999999999999 1 112 0 4 0", "link 1 99999999999 112 0 4 0", "link 1 1 112 0 4",
        "link 1 1 112 0 4 2", "link 1 1 112 0 4 -1", "link 1 1 112 0 4 0 0",
        "knil 1 1 112 0 4 0"}) {
    EXPECT_FALSE(ReadPeerState(wrong)) << wrong;
  }
  EXPECT_EQ(SetWords(112, 3.25, 1'234'567'890), "set 112.000000000 3.250000000 1234567\n");
  EXPECT_EQ(QuantumWords(3), "quantum 3.000000000\n");
  EXPECT_EQ(PlayingWords(true, 1'234'567'890), "play 1234567\n");
  EXPECT_EQ(PlayingWords(false, 5'000), "stop 5\n");
}

}  // namespace
}  // namespace continuo::coordinator::link
