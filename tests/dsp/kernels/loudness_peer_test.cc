// SPDX-License-Identifier: Apache-2.0
// The meter beside libebur128 (Debian's libebur128-dev), which many use: the same material, the same answers.
#include <ebur128.h>

#include <memory>

#include "dsp/kernels/meter_rig.h"

namespace continuo::dsp {
namespace {

struct CloseState {
  void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};
using Peer = std::unique_ptr<ebur128_state, CloseState>;

/// Passages of 0.7 s: noise (little of it near half the rate, where true peak meters part) or tones from 30 Hz to
/// 15 kHz, at -60 to 0 dBFS, each side its own.
std::vector<Signal> Material(int frames) {
  std::vector<Signal> sides(2, Signal(frames));
  const Signal dice = Noise(4000, 3);
  for (int side = 0; side < 2; ++side) {
    Signal noise = Noise(frames, 10 + static_cast<std::uint32_t>(side));
    for (int i = frames - 1; i > 1; --i) {
      noise[i] = 0.25f * noise[i] + 0.5f * noise[i - 1] + 0.25f * noise[i - 2];
    }
    for (int i = 0; i < frames; ++i) {
      const int passage = i / 33600 * 8 + side * 4;
      const double level = std::pow(10.0, -3 * std::abs(static_cast<double>(dice[passage])));
      const double hz = 30 * std::pow(500.0, std::abs(static_cast<double>(dice[passage + 1])));
      const double wave = dice[passage + 2] < 0 ? static_cast<double>(noise[i])
                                                : std::sin(2 * M_PI * hz * i / kSampleRate);
      sides[side][i] = static_cast<float>(level * wave);
    }
  }
  return sides;
}

class LoudnessPeer : public testing::Test {
 protected:
  void Play(int frames) {
    std::vector<Signal> part(2);
    std::vector<float> interleaved;
    for (int side = 0; side < 2; ++side) {
      part[side].assign(material_[side].begin() + at_, material_[side].begin() + at_ + frames);
    }
    for (int i = 0; i < frames; ++i) {
      for (const Signal& side : part) interleaved.push_back(side[i]);
    }
    at_ += frames;
    meter_.Play(part);
    ASSERT_EQ(
        ebur128_add_frames_float(peer_.get(), interleaved.data(), static_cast<std::size_t>(frames)),
        EBUR128_SUCCESS);
  }

  static constexpr int kFrames = 30 * 48000;
  std::vector<Signal> material_ = Material(kFrames);
  int at_ = 0;
  MeterRig meter_;
  Peer peer_{ebur128_init(2, kSampleRate,
                          EBUR128_MODE_M | EBUR128_MODE_S | EBUR128_MODE_I | EBUR128_MODE_LRA |
                              EBUR128_MODE_SAMPLE_PEAK | EBUR128_MODE_TRUE_PEAK)};
};

TEST_F(LoudnessPeer, AgreesWithin) {
  double momentary = 0, short_term = 0;
  for (int tenth = 1; tenth <= kFrames / 4800; ++tenth) {
    Play(4800);
    double theirs = 0;
    if (tenth < 30) continue;
    ASSERT_EQ(ebur128_loudness_momentary(peer_.get(), &theirs), EBUR128_SUCCESS);
    momentary = std::max(momentary, std::abs(theirs - meter_.Read("momentary")));
    ASSERT_EQ(ebur128_loudness_shortterm(peer_.get(), &theirs), EBUR128_SUCCESS);
    short_term = std::max(short_term, std::abs(theirs - meter_.Read("short_term")));
  }
  double integrated = 0, range = 0, left = 0, right = 0;
  ebur128_loudness_global(peer_.get(), &integrated);
  ebur128_loudness_range(peer_.get(), &range);
  ebur128_true_peak(peer_.get(), 0, &left);
  ebur128_true_peak(peer_.get(), 1, &right);
  const double true_peak = 20 * std::log10(std::max(left, right));
  RecordProperty("momentary_lu", std::to_string(momentary));
  RecordProperty("short_term_lu", std::to_string(short_term));
  RecordProperty("integrated_lu", std::to_string(meter_.Read("integrated") - integrated));
  RecordProperty("range_lu", std::to_string(meter_.Read("range") - range));
  RecordProperty("true_peak_db", std::to_string(meter_.Read("max_true_peak") - true_peak));
  EXPECT_LT(momentary, 0.01);
  EXPECT_LT(short_term, 0.01);
  // Blocks of one bin of 0.1 LU are gated together.
  EXPECT_NEAR(meter_.Read("integrated"), integrated, 0.05);
  // It takes a short-term loudness each second, the meter each tenth: with passages so unlike each other that shows.
  EXPECT_NEAR(meter_.Read("range"), range, 1.0);
  EXPECT_NEAR(meter_.Read("max_true_peak"), true_peak, 0.2);
}

}  // namespace
}  // namespace continuo::dsp
