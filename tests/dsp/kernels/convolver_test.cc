// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

/// An impulse response, interleaved.
struct Room {
  int channels = 1;
  Signal samples;

  AudioAsset asset() const {
    return {samples.data(), static_cast<Frames>(samples.size()) / channels, channels};
  }
};

/// Noise that dies away, as rooms do.
Room Hall(int frames, int channels) {
  Room room{channels, Noise(frames * channels, 99)};
  for (int i = 0; i < frames * channels; ++i) {
    room.samples[i] *= 0.05f * std::exp(-6.0f * static_cast<float>(i) / (frames * channels));
  }
  return room;
}

/// Echoes of full level at these samples.
Room Echoes(int frames, std::initializer_list<int> at) {
  Room room{1, Signal(frames)};
  for (const int i : at) room.samples[i] = 1;
  return room;
}

void SetWet(Rig& rig) {
  rig.Set("mix", 1);
  rig.Settle(600);
}

double DirectAt(const Room& room, int side, const Signal& in, int n) {
  double sum = 0;
  const int frames = static_cast<int>(room.samples.size()) / room.channels;
  for (int t = 0; t < frames && t <= n; ++t) {
    sum += static_cast<double>(room.samples[t * room.channels + side]) *
           static_cast<double>(in[n - t]);
  }
  return sum;
}

TEST(Convolver, TwoSecondsInStereoMeetDirectConvolutionWithin120Decibels) {
  const Room room = Hall(96'000, 2);
  Rig rig("convolver", 2, 1, {room.asset()});
  SetWet(rig);
  const std::vector<Signal> in = {Noise(110'000, 5), Noise(110'000, 6)};
  const std::vector<Signal> out = rig.Render(in);
  double error = 0, energy = 0;
  for (int n = 0; n < 110'000; n += 547) {
    for (int c = 0; c < 2; ++c) {
      const double want = DirectAt(room, c, in[c], n);
      error += std::pow(static_cast<double>(out[c][n]) - want, 2);
      energy += want * want;
    }
  }
  EXPECT_LT(10 * std::log10(error / energy), -120);
}

TEST(Convolver, WhereStagesMeetNoSampleIsLostOrDoubled) {
  const auto at = {0, 1, 127, 128, 191, 192, 2047, 2048, 8191, 8192, 12'287, 12'288, 19'999};
  const Room room = Echoes(20'000, at);
  Rig rig("convolver", 1, 1, {room.asset()});
  SetWet(rig);
  Signal in(21'000);
  in[777] = 1;
  const Signal out = rig.RenderAlike(in)[0];
  Signal want(21'000);
  for (const int echo : at) {
    if (777 + echo < 21'000) want[777 + echo] = 1;
  }
  for (int n = 0; n < 21'000; ++n) ASSERT_NEAR(out[n], want[n], 3e-7f) << n;
}

TEST(Convolver, HasNoLatency) {
  const Room room = Echoes(1, {0});
  Rig rig("convolver", 2, 1, {room.asset()});
  SetWet(rig);
  const Signal in = Noise(5000);
  EXPECT_EQ(rig.RenderAlike(in)[1], in);
}

TEST(Convolver, EachSideHasItsRoomAndOneChannelTheMeanOfBoth) {
  Room room{2, Signal(2 * 300)};
  room.samples[2 * 10] = 1;         // left
  room.samples[2 * 250 + 1] = 0.5;  // right
  Rig stereo("convolver", 2, 1, {room.asset()});
  SetWet(stereo);
  const auto out = stereo.RenderAlike(Impulse(500));
  EXPECT_NEAR(out[0][10], 1, 1e-6);
  EXPECT_NEAR(out[0][250], 0, 1e-6);
  EXPECT_NEAR(out[1][10], 0, 1e-6);
  EXPECT_NEAR(out[1][250], 0.5, 1e-6);
  Rig mono("convolver", 1, 1, {room.asset()});
  SetWet(mono);
  const Signal one = mono.RenderAlike(Impulse(500))[0];
  EXPECT_NEAR(one[10], 0.5, 1e-6);
  EXPECT_NEAR(one[250], 0.25, 1e-6);
}

TEST(Convolver, PreDelayLevelAndMixAreWhatTheySay) {
  const Room room = Echoes(200, {0, 150});
  Rig rig("convolver", 1, 1, {room.asset()});
  rig.Set("predelay", 12.5f);
  rig.Set("level", -6.0206f);
  rig.Set("mix", 0.5f);
  rig.Settle(2000);
  const Signal out = rig.RenderAlike(Impulse(2000))[0];
  EXPECT_NEAR(out[0], 0.5, 1e-6);
  EXPECT_NEAR(out[600], 0.25, 1e-6);
  EXPECT_NEAR(out[750], 0.25, 1e-6);
}

TEST(Convolver, KnobsMakeNoZipperNoise) {
  const Room room = Echoes(200, {0, 150});
  for (const auto& [name, value] : {std::pair{"predelay", 5.0f}, std::pair{"predelay", 245.0f},
                                    std::pair{"level", -60.0f}, std::pair{"mix", 0.0f}}) {
    Rig rig("convolver", 1, 1, {room.asset()});
    SetWet(rig);
    const Signal tone = Sine(100, 24'000);
    rig.RenderAlike(tone);
    rig.Set(name, value);
    // A sine of 100 Hz and amplitude 2 steps by 0.026; a fade within 10 ms adds 0.004.
    EXPECT_LT(LargestStep(rig.RenderAlike(tone)[0]), 0.032f) << name;
  }
}

TEST(Convolver, TheLoudestSampleIsForgottenLikeAnyOther) {
  const Room room = Hall(20'000, 1);
  Rig rig("convolver", 1, 1, {room.asset()});
  SetWet(rig);
  Signal in(21'000);
  in[5] = 3.4e38f;
  const Signal out = rig.RenderAlike(in)[0];
  for (const float sample : out) ASSERT_TRUE(std::isfinite(sample));
  rig.Settle(20'000);
  EXPECT_EQ(rig.RenderAlike(Signal(1000))[0], Signal(1000));
}

TEST(Convolver, ARoomOfMoreThanTenSecondsIsRefused) {
  const Signal samples(480'001);
  const KernelDescription& kernel = *FindKernel("convolver");
  const AudioAsset asset{samples.data(), 480'001, 1};
  struct alignas(16) Cell {
    std::uint8_t bytes[16];
  };
  std::vector<Cell> place(kernel.bytes / sizeof(Cell) + 1);
  Arena measure;
  KernelConfig config;
  config.assets = {&asset, 1};
  EXPECT_FALSE(kernel.create(place.data())->Prepare(config, measure));
}

TEST(Convolver, StateOfTwoSecondsInStereoStaysBelowAMegabyteAndIsExact) {
  const Room room = Hall(96'000, 2);
  Rig one("convolver", 2, 1, {room.asset()}), other("convolver", 2, 1, {room.asset()});
  one.Set("mix", 1);
  one.RenderAlike(Noise(50'001, 3));
  std::vector<std::uint8_t> bytes(2'000'000);
  ByteWriter writer(bytes);
  one.kernel().Snapshot(writer);
  ASSERT_TRUE(writer.ok());
  EXPECT_LT(writer.size(), 1'000'000u);
  bytes.resize(writer.size());
  ByteReader reader(bytes);
  ASSERT_TRUE(other.kernel().Restore(reader));
  other.GoTo(one.n());
  const Signal more = Noise(50'000, 4);
  EXPECT_EQ(one.RenderAlike(more), other.RenderAlike(more));
}

double CpuNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// What a quantum costs depends on where in the largest partition it lies; at its best of many rounds, so that nothing
/// else on the machine counts.
TEST(Convolver, NoQuantumTakesMuchMoreThanItsShare) {
  constexpr int kQuantum = 64, kQuanta = 4096 / kQuantum, kRounds = 12;
  const Room room = Hall(96'000, 2);
  Rig rig("convolver", 2, 1, {room.asset()});
  rig.Settle(100'000);
  std::vector<double> best(kQuanta, 1e18);
  for (int i = 0; i < kQuanta * kRounds; ++i) {
    const double before = CpuNanoseconds();
    rig.RenderAlike(Signal(kQuantum));
    best[i % kQuanta] = std::min(best[i % kQuanta], CpuNanoseconds() - before);
  }
  double sum = 0;
  for (const double cost : best) sum += cost;
  const double worst = *std::max_element(best.begin(), best.end());
  EXPECT_LT(worst, 2.5 * sum / kQuanta) << "mean " << sum / kQuanta << " ns";
  RecordProperty("worst_over_mean", std::to_string(worst * kQuanta / sum));
}

}  // namespace
}  // namespace continuo::dsp
