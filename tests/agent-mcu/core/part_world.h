// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "agent-mcu/core/inputs.h"
#include "agent-mcu/core/part.h"
#include "proto/mcu/slices.h"

namespace continuo::mcu {

/// Of an equaliser that is played by nobody else.
inline Slice Alone() {
  Slice slice = SomeSlice();
  slice.task.kind = "eq";
  slice.task.params.clear();
  slice.task.params.push_back({.index = 2, .value = 6.0f});
  slice.members.clear();
  slice.members.push_back({.incarnation = slice.self, .node = slice.node});
  return slice;
}

/// A board that plays an equaliser, and all that it hears and says. Virtual time.
class World final : private Exit {
 public:
  explicit World(const Slice& slice = Alone()) : slice_(slice) {
    Arena measure;
    EXPECT_EQ(part_->Prepare(slice_, measure), nullptr);
    memory_.resize(measure.needed() / 16 + 1);
    Arena arena(memory_.data(), memory_.size() * sizeof(Line));
    EXPECT_EQ(part_->Prepare(slice_, arena), nullptr);
    conductor_.Start(slice_.session, 1);
    Arena oracle_measure;
    oracle_.Prepare(slice_.task, {}, oracle_measure);
    oracle_memory_.resize(oracle_measure.needed() / 16 + 1);
    Arena oracle_arena(oracle_memory_.data(), oracle_memory_.size() * sizeof(Line));
    EXPECT_EQ(oracle_.Prepare(slice_.task, {}, oracle_arena), nullptr);
  }

  /// The block in which packet k of the inputs comes; `heard`: its sound comes as well.
  void Play(PacketIndex k, bool heard = true) {
    now_ = (k + 1) * slice_.quantum;
    part_->Wake(now_);
    session::ControlQuantum control;
    conductor_.Run(k * slice_.quantum, slice_.quantum, {}, control);
    EXPECT_TRUE(Take(ControlPacketOf(k, slice_.quantum, control)));
    if (heard) HearSound(k);
    Render(k, control);
    Turn();
  }
  void HearSound(PacketIndex k) { EXPECT_TRUE(Take(NoisePacketOf(k, slice_.quantum))); }
  /// Time passes, and nothing comes.
  void Wait(Frames frames) {
    for (const MediaTime until = now_ + frames; now_ < until;) {
      now_ += slice_.quantum;
      part_->Wake(now_);
      Turn();
    }
  }
  bool Take(const Bytes& datagram) { return part_->Take(datagram, now_, now_, *this); }
  void Turn() {
    part_->Exchange(*this);
    while (part_->Compute(now_, *this)) {
    }
    part_->Finish(now_, *this);
  }

  /// What was sent since: packets of its stream.
  std::vector<wire::RtpPacket> TakePackets() {
    kept_ = std::move(sent_);
    sent_.clear();
    std::vector<wire::RtpPacket> packets;
    for (const Bytes& datagram : kept_) {
      wire::RtpPacket packet;
      if (wire::ParseRtp(datagram, packet) == wire::RtpError::kNone) packets.push_back(packet);
    }
    return packets;
  }
  /// What was said to fellows since.
  std::vector<Bytes> TakeFellowFrames() {
    std::vector<Bytes> frames;
    std::erase_if(sent_, [&frames](const Bytes& datagram) {
      if (datagram[0] != wire::kFrameFellows) return false;
      frames.push_back(datagram);
      return true;
    });
    return frames;
  }
  std::vector<wire::Nack> Nacks() const {
    std::vector<wire::Nack> nacks;
    for (const Bytes& datagram : sent_) {
      wire::Nack nack;
      if (wire::ParseNack(datagram, nack)) nacks.push_back(nack);
    }
    return nacks;
  }
  const Bytes& rendered(std::size_t i) const { return rendered_[i]; }
  Part& part() { return *part_; }
  /// Whether it is told that what it sends now would be lost.
  void Jam(bool jammed) { jammed_ = jammed; }
  const Slice& slice() const { return slice_; }

 private:
  struct alignas(16) Line {
    std::uint8_t bytes[16] = {};
  };

  void Send(const Place& to, std::span<const std::uint8_t> datagram) override {
    EXPECT_NE(to.port, 0);
    sent_.emplace_back(datagram.begin(), datagram.end());
  }

  bool HasRoom(std::size_t count, std::size_t bytes) const override {
    EXPECT_TRUE(count > 0 && bytes > wire::kRtpOverheadBytes && bytes <= wire::kMaxDatagramBytes);
    return !jammed_;
  }
  void Loop(std::span<const std::uint8_t> packet) override { EXPECT_FALSE(packet.empty()); }

  void Render(PacketIndex k, const session::ControlQuantum& control) {
    std::vector<float> in(kHeardChannels * kMaxQuantum), out(kHeardChannels * kMaxQuantum);
    float* ins[] = {in.data(), in.data() + kMaxQuantum};
    float* outs[] = {out.data(), out.data() + kMaxQuantum};
    EXPECT_TRUE(wire::DecodeFloat(NoiseOf(k, slice_.quantum), kHeardChannels, slice_.quantum, ins));
    oracle_.Process(control, {}, ins, outs);
    Bytes bytes(wire::kMaxPayloadBytes);
    bytes.resize(wire::EncodeFloat(outs, kHeardChannels, slice_.quantum, bytes));
    rendered_.push_back(bytes);
  }

  Slice slice_;
  std::unique_ptr<Part> part_ = std::make_unique<Part>();
  std::vector<Line> memory_, oracle_memory_;
  session::Conductor conductor_;
  dsp::TaskProcessor oracle_;
  MediaTime now_ = 0;
  bool jammed_ = false;
  std::vector<Bytes> sent_, kept_, rendered_;
};

}  // namespace continuo::mcu
