// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "dsp/base/arena.h"
#include "dsp/base/random.h"
#include "proto/stream/identity.h"
#include "proto/stream/merge.h"

namespace continuo::stream {

// Memory as an owner of merges and rings gives it: measured first, then taken.
class TestMemory {
 public:
  template <typename Prepare>
  void Give(Prepare prepare) {
    Arena measure;
    EXPECT_FALSE(prepare(measure));
    words_.assign(measure.needed() / 16 + 1, {});
    Arena arena(words_.data(), words_.size() * 16);
    EXPECT_TRUE(prepare(arena));
    EXPECT_EQ(arena.needed(), measure.needed());
  }

 private:
  struct alignas(16) Word {
    std::uint8_t bytes[16];
  };
  std::vector<Word> words_;
};

// A stream whose right payload is a function of the packet index.
struct TestStream {
  StreamId id{7, 2, 0, 0};
  int quantum = 12;
  std::uint32_t epoch = 5;

  std::size_t payload_bytes() const { return static_cast<std::size_t>(quantum) * 4; }
  std::vector<std::uint8_t> Payload(PacketIndex k) const {
    std::vector<std::uint8_t> payload(payload_bytes());
    for (std::size_t i = 0; i < payload.size(); ++i) {
      payload[i] = static_cast<std::uint8_t>(RandomBits(id.task, static_cast<std::uint32_t>(i), k));
    }
    return payload;
  }
  wire::RtpPacket Packet(PacketIndex k, const std::vector<std::uint8_t>& payload,
                         std::uint8_t flags = 0) const {
    wire::RtpPacket packet;
    packet.sequence = SequenceOf(k);
    packet.timestamp = TimestampOf(k, quantum);
    packet.ssrc = SsrcOf(id);
    packet.epoch = epoch;
    packet.generation = id.generation;
    packet.flags = flags;
    packet.payload = payload;
    return packet;
  }
  MergeConfig Config(PacketIndex first, int slots) const {
    MergeConfig config;
    config.ssrc = SsrcOf(id);
    config.generation = id.generation;
    config.epoch_min = epoch;
    config.quantum = quantum;
    config.payload_bytes = payload_bytes();
    config.slots = slots;
    config.first = first;
    return config;
  }
};

}  // namespace continuo::stream
