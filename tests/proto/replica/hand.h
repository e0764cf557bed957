// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "proto/replica/replica.h"

namespace continuo::replica {

/// Replicas whose messages are carried by hand: nothing happens that a test does not say. One period is 1 ms.
class Hand {
 public:
  static constexpr int kQuantum = 48;
  static constexpr int kPromise = 40;  // periods
  static constexpr int kSilence = 20;

  /// Founders 1..count; the last `witnesses` of them compute nothing.
  explicit Hand(int count, int witnesses = 0) {
    Config config = Common(count);
    for (int i = count - witnesses + 1; i <= count; ++i)
      config.witnesses.push_back(static_cast<Incarnation>(i));
    for (int i = 1; i <= count; ++i) {
      config.self = static_cast<Incarnation>(i);
      config.witness = i > count - witnesses;
      replicas_.push_back(std::make_unique<Replica>());
      replicas_.back()->Start(config, now_);
    }
  }
  /// The plan lists one more, which joins; its number.
  int Join(bool witness = false) {
    const int self = count() + 1;
    Config config = Common(self);
    config.self = static_cast<Incarnation>(self);
    config.joins = true;
    config.witness = witness;
    for (auto& replica : replicas_) replica->Know(config.self, witness);
    replicas_.push_back(std::make_unique<Replica>());
    replicas_.back()->Start(config, now_);
    return self;
  }
  /// The plan lists it no more.
  void Drop(int member) {
    dropped_.push_back(static_cast<Incarnation>(member));
    for (auto& replica : replicas_) replica->Drop(dropped_.back());
  }
  /// What a member hands to a joiner.
  std::vector<std::uint8_t> Image(int donor) {
    std::vector<std::uint8_t> bytes(Replica::kMaxSnapshotBytes);
    ByteWriter out(bytes);
    (*this)[donor].Snapshot(out);
    bytes.resize(out.size());
    return bytes;
  }
  bool Learn(int joiner, const std::vector<std::uint8_t>& image) {
    ByteReader in(image);
    return (*this)[joiner].Learn(in, now_);
  }
  bool Learn(int joiner, int donor) { return Learn(joiner, Image(donor)); }
  /// Periods of a cluster in which all goes well: these run, talk and play; the states of all are equal, but for that
  /// of `odd`.
  void Live(const std::vector<int>& members, int periods, int odd = 0) {
    for (int p = 0; p < periods; ++p) {
      Run(members, 1);
      for (int m : members) {
        for (int i = 0; i < 8 && (*this)[m].Proven(); ++i) {
          (*this)[m].Advance();
          const PacketIndex next = (*this)[m].next();
          if ((*this)[m].WantsHash())
            (*this)[m].NoteHash(next, static_cast<std::uint64_t>(next) + (m == odd ? 1 : 0));
        }
      }
    }
  }
  int count() const { return static_cast<int>(replicas_.size()); }
  Replica& operator[](int member) { return *replicas_[static_cast<std::size_t>(member - 1)]; }
  MediaTime now() const { return now_; }
  MediaTime In(int periods) const { return now_ + periods * kQuantum; }

  wire::FellowMessage Message(int from, int to) {
    wire::FellowMessage message;
    (*this)[from].MessageFor(static_cast<Incarnation>(to), message);
    return message;
  }
  /// One message; true if there was one to carry.
  bool Carry(int from, int to) {
    wire::FellowMessage message;
    if (!(*this)[from].MessageFor(static_cast<Incarnation>(to), message)) return false;
    (*this)[to].OnFellow(message, now_);
    return true;
  }
  /// All that these members have to say to each other, once.
  void Exchange(const std::vector<int>& members) {
    for (int from : members) {
      for (int to : members) {
        if (from != to) Carry(from, to);
      }
    }
  }
  /// Time goes on for all; only `members` run and talk.
  void Run(const std::vector<int>& members, int periods) {
    for (int p = 0; p < periods; ++p) {
      now_ += kQuantum;
      for (int m : members) (*this)[m].Tick(now_);
      Exchange(members);
    }
  }
  void Pass(int periods) { now_ += periods * kQuantum; }
  /// Plays what is proven; the last packet played, or -1.
  PacketIndex Play(int member) {
    for (int i = 0; i < 10000 && (*this)[member].Proven(); ++i) (*this)[member].Advance();
    return (*this)[member].next() - 1;
  }

 private:
  Config Common(int members) const {
    Config config;
    config.task = 7;
    config.quantum = kQuantum;
    config.promise = kPromise * kQuantum;
    config.silence = kSilence * kQuantum;
    for (int i = members; i >= 1; --i) {  // six at most, the newest first
      const auto member = static_cast<Incarnation>(i);
      if (std::ranges::count(dropped_, member) == 0) config.members.push_back(member);
    }
    std::ranges::sort(config.members);
    return config;
  }

  MediaTime now_ = 0;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<Incarnation> dropped_;
};

inline Event Gain(EventId id, MediaTime at) {
  return {.at = at, .id = id, .value = static_cast<std::int64_t>(id)};
}

}  // namespace continuo::replica
