// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "dsp/base/bytes.h"
#include "dsp/base/hash.h"

namespace continuo {
namespace {

constexpr std::uint64_t kOfHundred = 5952172493304770109;  // measured on x86-64

std::vector<std::uint8_t> Some(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(Mix64(i));
  return bytes;
}

std::uint64_t Of(const std::vector<std::uint8_t>& bytes) {
  Digest64 digest;
  digest.Add(bytes.data(), bytes.size());
  return digest.value();
}

TEST(Digest64Test, DoesNotDependOnHowTheBytesAreCut) {
  const std::vector<std::uint8_t> bytes = Some(1000);
  const std::uint64_t whole = Of(bytes);
  for (const std::size_t piece : {1u, 3u, 8u, 31u, 32u, 33u, 500u}) {
    Digest64 digest;
    for (std::size_t i = 0; i < bytes.size(); i += piece) {
      digest.Add(bytes.data() + i, std::min(piece, bytes.size() - i));
    }
    EXPECT_EQ(digest.value(), whole) << piece;
  }
}

TEST(Digest64Test, EveryBitCountsAndSoDoesTheLength) {
  for (const std::size_t size : {1u, 31u, 32u, 100u}) {
    std::vector<std::uint8_t> bytes = Some(size);
    const std::uint64_t before = Of(bytes);
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      EXPECT_NE(Of(bytes), before) << size << ", bit " << bit;
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    }
    bytes.push_back(0);
    EXPECT_NE(Of(bytes), before);
  }
}

TEST(Digest64Test, IsTheSameOnEveryMachine) {
  EXPECT_EQ(Of(Some(100)), kOfHundred);
}

TEST(Digest64Test, AWriterThatKeepsNothingHashesWhatAnotherKeeps) {
  std::vector<std::uint8_t> kept(300);
  const std::vector<float> samples(50, 0.25f);
  ByteWriter keeper(kept);
  Digest64 digest;
  ByteWriter hasher(digest);
  for (ByteWriter* const writer : {&keeper, &hasher}) {
    writer->Le<std::uint16_t>(7);
    writer->F32s(samples.data(), samples.size());
    writer->Be<std::int64_t>(-5);
  }
  kept.resize(keeper.size());
  EXPECT_EQ(hasher.size(), keeper.size());
  EXPECT_TRUE(hasher.ok());
  EXPECT_EQ(digest.value(), Of(kept));
}

}  // namespace
}  // namespace continuo
