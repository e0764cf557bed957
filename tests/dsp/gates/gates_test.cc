// SPDX-License-Identifier: Apache-2.0
// Determinism gates within one binary, for every registered kernel. Between compilers and CPUs: same_bits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "dsp/base/random.h"
#include "dsp/gates/rehearsal.h"

namespace continuo::dsp::gates {
namespace {

constexpr int kReferenceBlock = 96;

class KernelGate : public testing::TestWithParam<Scenario> {};

/// Names the first sample that differs.
testing::AssertionResult SameBits(const std::vector<float>& expected,
                                  const std::vector<float>& actual, MediaTime first, int channels) {
  if (expected.size() != actual.size()) return testing::AssertionFailure() << "different lengths";
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (std::bit_cast<std::uint32_t>(expected[i]) == std::bit_cast<std::uint32_t>(actual[i]))
      continue;
    return testing::AssertionFailure()
           << "sample " << first + static_cast<MediaTime>(i) / channels - kStart << " channel "
           << i % channels << ": " << std::hexfloat << expected[i] << " became " << actual[i];
  }
  return testing::AssertionSuccess();
}

Rehearsal Played(const Scenario& scenario, int block) {
  Rehearsal rehearsal(scenario);
  EXPECT_TRUE(rehearsal.ok()) << "Prepare refused what the description allows, or measured wrongly";
  if (rehearsal.ok()) rehearsal.PlayTo(rehearsal.end(), block);
  return rehearsal;
}

TEST_P(KernelGate, OutputIsFiniteAndNotSilence) {
  const Rehearsal rehearsal = Played(GetParam(), kReferenceBlock);
  float loudest = 0;
  for (const float sample : rehearsal.output()) {
    ASSERT_TRUE(std::isfinite(sample));
    loudest = std::max(loudest, std::fabs(sample));
  }
  const float audible = GetParam().material == Material::kMusic ? 1e-4f : 0;
  EXPECT_GE(loudest, audible) << "silence proves nothing";
}

TEST_P(KernelGate, BlockSizeChangesNothing) {
  const Scenario& scenario = GetParam();
  const Rehearsal reference = Played(scenario, kReferenceBlock);
  for (const int block : {1, 6, 7, 48}) {
    const Rehearsal other = Played(scenario, block);
    ASSERT_TRUE(SameBits(reference.output(), other.output(), kStart, scenario.channels))
        << "block " << block;
    ASSERT_EQ(reference.Snapshot(), other.Snapshot()) << "state, block " << block;
  }
}

TEST_P(KernelGate, FlushToZeroChangesNothing) {
  const Scenario& scenario = GetParam();
  const auto played = [&scenario](bool flush) {
    const FlushToZero mode(flush);
    return Played(scenario, kReferenceBlock);
  };
  const Rehearsal off = played(false);
  const Rehearsal on = played(true);
  EXPECT_TRUE(SameBits(off.output(), on.output(), kStart, scenario.channels));
  EXPECT_EQ(off.Snapshot(), on.Snapshot()) << "state";
}

TEST_P(KernelGate, SnapshotGoesOnInAnotherInstance) {
  const Scenario& scenario = GetParam();
  for (std::uint32_t attempt = 0; attempt < 3; ++attempt) {
    Rehearsal original(scenario);
    const Frames part =
        RandomBits(scenario.seed, attempt, 1) % static_cast<std::uint64_t>(scenario.length);
    const MediaTime at = kStart + static_cast<Frames>(part);
    original.PlayTo(at, kReferenceBlock);
    const std::vector<std::uint8_t> snapshot = original.Snapshot();
    ASSERT_FALSE(snapshot.empty());

    Rehearsal other(scenario);
    other.Scribble();
    ASSERT_TRUE(other.Restore(snapshot, at));
    ASSERT_EQ(snapshot, other.Snapshot()) << "restored at sample " << part;
    Rehearsal reference(scenario);
    reference.PlayTo(at, kReferenceBlock);
    ASSERT_TRUE(reference.Restore(snapshot, at)) << "in place";

    original.PlayTo(original.end(), kReferenceBlock);
    other.PlayTo(other.end(), 7);
    reference.PlayTo(reference.end(), kReferenceBlock);
    const auto rest = [&](const Rehearsal& from) {
      return std::vector<float>(from.output().end() - (original.end() - at) * scenario.channels,
                                from.output().end());
    };
    ASSERT_TRUE(SameBits(rest(original), rest(other), at, scenario.channels))
        << "restored at sample " << part;
    ASSERT_TRUE(SameBits(rest(original), rest(reference), at, scenario.channels))
        << "in place, at " << part;
    ASSERT_EQ(original.Snapshot(), other.Snapshot()) << "state, restored at sample " << part;
  }
}

// Where each of its parameters was sent once more, it is already; else it would be on its way, and differ.
TEST_P(KernelGate, WhatItIsMadeWithHoldsFromTheFirstSample) {
  const Scenario& scenario = GetParam();
  const Frames length = std::min<Frames>(scenario.length, 12'000);
  for (std::uint32_t attempt = 0; attempt < 3; ++attempt) {
    std::vector<ParamSetting> settings;
    for (std::uint16_t p = 0; p < scenario.kernel->params.size(); ++p) {
      const ParamDescription& param = scenario.kernel->params[p];
      const float share = 0.5f + 0.5f * RandomBipolar(scenario.seed, attempt, p);
      const float value = param.min + share * (param.max - param.min);
      settings.push_back({p, std::clamp(value, param.min, param.max)});
    }
    Rehearsal made(scenario, settings), sent(scenario, settings);
    ASSERT_TRUE(made.ok() && sent.ok());
    sent.Apply(settings);
    made.PlayTo(kStart + length, kReferenceBlock);
    sent.PlayTo(kStart + length, kReferenceBlock);
    ASSERT_TRUE(SameBits(made.output(), sent.output(), kStart, scenario.channels));
  }
}

TEST_P(KernelGate, ShortenedSnapshotIsRefused) {
  const Scenario& scenario = GetParam();
  Rehearsal original(scenario);
  original.PlayTo(kStart + 5000, kReferenceBlock);
  const std::vector<std::uint8_t> snapshot = original.Snapshot();
  Rehearsal other(scenario);
  for (std::uint32_t attempt = 0; attempt < 20; ++attempt) {
    const std::size_t kept = RandomBits(scenario.seed, attempt, 2) % snapshot.size();
    EXPECT_FALSE(other.Restore(std::span(snapshot).first(kept), kStart + 5000)) << kept << " bytes";
  }
}

TEST_P(KernelGate, DamagedSnapshotIsRefusedOrHarmless) {
  const Scenario& scenario = GetParam();
  Rehearsal original(scenario);
  original.PlayTo(kStart + 5000, kReferenceBlock);
  const std::vector<std::uint8_t> snapshot = original.Snapshot();
  for (std::uint32_t attempt = 0; attempt < 24; ++attempt) {
    std::vector<std::uint8_t> damaged = snapshot;
    for (int flip = 0; flip < 3; ++flip) {
      const std::uint64_t bits = RandomBits(scenario.seed, attempt, flip);
      // Half of the damage at the beginning, where counts and positions tend to be.
      const std::size_t range =
          flip == 0 ? std::min<std::size_t>(64, damaged.size()) : damaged.size();
      damaged[bits % range] ^= static_cast<std::uint8_t>(1 + (bits >> 40) % 255);
    }
    Rehearsal other(scenario);
    if (!other.Restore(damaged, kStart + 5000)) continue;
    other.PlayTo(kStart + 6000, kReferenceBlock);
    for (const float sample : other.output())
      ASSERT_TRUE(std::isfinite(sample)) << "attempt " << attempt;
  }
}

std::string TestName(const testing::TestParamInfo<Scenario>& info) {
  std::string name = NameOf(info.param);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Kernels, KernelGate, testing::ValuesIn(Scenarios()), TestName);

}  // namespace

void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << NameOf(scenario);
}

}  // namespace continuo::dsp::gates
