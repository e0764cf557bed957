// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <vector>

#include "dsp/base/random.h"
#include "proto/replica/replica.h"
#include "proto/session/conductor.h"
#include "proto/session/sequencer.h"
#include "proto/stream/identity.h"
#include "proto/stream/repair.h"
#include "proto/wire/rtp.h"

// Tempo and transport in sync across three devices. Each device carries a replica of the conductor and plays a tune
// from the control stream that it merges from all three. Two networks between them lose, delay and reorder; in virtual
// time, one tick to the quantum. What the devices play is compared with one conductor and one sequencer in a loop.

namespace continuo::session {
namespace {

constexpr int kQuantum = 48;
constexpr PacketIndex kFirst = 1000;
constexpr PacketIndex kPackets = 1500;
constexpr int kPromise = 40, kSilence = 20, kPlayout = 80;  // in ticks, as all below
constexpr MediaTime kStart = kFirst * kQuantum;

/// What is heard: the notes and at which sample each change of the session came into force.
struct Heard {
  std::vector<SequencedNote> notes;
  std::vector<Segment> segments;

  void Listen(const ControlQuantum& quantum, Sequencer& sequencer) {
    for (const Segment& segment : quantum.segments) {
      if (segments.empty() || segment != segments.back()) segments.push_back(segment);
    }
    std::array<SequencedNote, 32> out;
    const int count = sequencer.Run(quantum, out);
    notes.insert(notes.end(), out.begin(), out.begin() + count);
  }
};

bool Same(const SequencedNote& a, const SequencedNote& b) {
  return a.at == b.at && a.kind == b.kind && a.key == b.key && a.velocity == b.velocity;
}

void ExpectSame(const Heard& a, const Heard& b, const std::string& where) {
  EXPECT_EQ(a.segments, b.segments) << where;
  ASSERT_EQ(a.notes.size(), b.notes.size()) << where;
  for (std::size_t i = 0; i < a.notes.size(); ++i)
    ASSERT_TRUE(Same(a.notes[i], b.notes[i])) << where;
}

const NoteFile& Tune() {
  static const std::vector<FileNote> notes = [] {
    std::vector<FileNote> all;
    for (int i = 0; i < 64; ++i) {  // 32nds, each half as long as its place
      const Ticks tick = i * kTicksPerBeat / 8;
      all.push_back({tick, 1, 0, static_cast<std::uint8_t>(40 + i), 100});
      all.push_back({tick + kTicksPerBeat / 16, 0, 0, static_cast<std::uint8_t>(40 + i), 0});
    }
    return all;
  }();
  static const NoteFile file{notes, 8 * kTicksPerBeat};
  return file;
}

Segment Session() {
  Segment segment;
  segment.n0 = kStart;
  segment.playing = true;
  return segment;
}

Heard Oracle(const std::vector<Event>& events) {
  Heard heard;
  Conductor conductor;
  Sequencer sequencer;
  conductor.Start(Session(), 1);
  sequencer.Start(&Tune(), {.loop = true});
  for (PacketIndex k = kFirst; k < kFirst + kPackets; ++k) {
    std::vector<Event> now;
    for (const Event& event : events) {
      if (PacketOf(event.at, kQuantum) == k) now.push_back(event);
    }
    ControlQuantum quantum;
    conductor.Run(k * kQuantum, kQuantum, now, quantum);
    heard.Listen(quantum, sequencer);
  }
  return heard;
}

using Datagram = std::vector<std::uint8_t>;

/// Two networks between three devices.
class Networks {
 public:
  explicit Networks(std::uint64_t seed) : seed_(seed) {}
  struct Arrival {
    int to;
    std::uint8_t network;
    Datagram datagram;
  };
  void Send(int to, std::span<const std::uint8_t> bytes, std::int64_t tick) {
    for (std::uint8_t network = 0; network < 2; ++network) {
      if (Draw(100) < 3) continue;
      in_flight_.emplace(tick + 1 + Draw(6), Arrival{to, network, {bytes.begin(), bytes.end()}});
    }
  }
  template <typename Take>
  void Deliver(std::int64_t tick, Take take) {
    while (!in_flight_.empty() && in_flight_.begin()->first <= tick) {
      const Arrival arrival = in_flight_.begin()->second;
      in_flight_.erase(in_flight_.begin());
      take(arrival);
    }
  }

 private:
  int Draw(unsigned below) { return static_cast<int>(RandomBits(seed_, 0, ++drawn_) % below); }
  std::uint64_t seed_;
  std::int64_t drawn_ = 0;
  std::multimap<std::int64_t, Arrival> in_flight_;
};

class Device {
 public:
  Device(int index, Networks& networks) : index_(index), networks_(networks), memory_(kBytes / 16) {
    replica::Config config;
    config.task = kTask;
    config.self = static_cast<Incarnation>(index + 1);
    for (Incarnation member = 1; member <= 3; ++member) config.members.push_back(member);
    config.quantum = kQuantum;
    config.first = kFirst;
    config.promise = kPromise * kQuantum;
    config.silence = kSilence * kQuantum;
    replica_->Start(config, kStart - kPromise * kQuantum);
    conductor_.Start(Session(), 1);
    sequencer_.Start(&Tune(), {.loop = true});
    Arena arena(memory_.data(), kBytes);
    EXPECT_TRUE(merge_.Prepare({.ssrc = stream::SsrcOf({kTask, 1, 0, 0}),
                                .generation = 1,
                                .quantum = kQuantum,
                                .payload_bytes = wire::kMaxPayloadBytes,
                                .fixed_size = false,
                                .slots = 256,
                                .first = kFirst},
                               arena));
    EXPECT_TRUE(ring_.Prepare(256, wire::kMaxDatagramBytes, arena));
    asker_.Start({.after = 8 * kQuantum, .again = 16 * kQuantum}, kQuantum);
  }

  void Submit(const Event& event, MediaTime now) {
    EXPECT_EQ(CheckCommand(event), nullptr);
    replica_->Submit(event, now);
  }
  void Take(const Networks::Arrival& arrival, MediaTime now) {
    const std::uint8_t type = arrival.datagram[0];
    if (type == wire::kFrameNack) return Answer(arrival.datagram);
    if (type == wire::kFrameFellows) {
      wire::FellowFrameReader reader(arrival.datagram);
      wire::FellowMessage message;
      while (reader.Next(message)) replica_->OnFellow(message, now);
      return;
    }
    wire::RtpPacket packet;
    ASSERT_EQ(wire::ParseRtp(arrival.datagram, packet), wire::RtpError::kNone);
    merge_.Take(packet, merge_.LegOf(packet.incarnation, arrival.network));
  }
  void Tick(std::int64_t tick) {
    const MediaTime now = tick * kQuantum;
    tick_ = tick;
    replica_->Tick(now);
    while (replica_->next() < kFirst + kPackets && replica_->Proven()) Conduct();
    for (const Incarnation fellow : replica_->Fellows()) Tell(fellow);
    wire::Nack nack;
    if (asker_.Ask(merge_, std::min(tick, kFirst + kPackets), now, nack)) Ask(nack);
    if (tick - kPlayout >= kFirst && tick - kPlayout < kFirst + kPackets) Play(tick - kPlayout);
  }

  const Heard& heard() const { return heard_; }
  int missing() const { return missing_; }
  std::uint64_t divergences() const { return merge_.divergences(); }
  Verdict VerdictOf(const Event& event) const { return replica_->VerdictOf(event.id, event.at); }

 private:
  static constexpr std::uint32_t kTask = 1;
  static constexpr std::size_t kBytes = 1 << 20;

  void SendToOthers(std::span<const std::uint8_t> bytes) {
    for (int to = 0; to < 3; ++to) {
      if (to != index_) networks_.Send(to, bytes, tick_);
    }
  }
  void Conduct() {
    const PacketIndex k = replica_->next();
    std::array<Event, replica::Replica::kMaxEventsPerPacket> events;
    const int count = replica_->EventsOfNext(events);
    ControlQuantum quantum;
    conductor_.Run(k * kQuantum, kQuantum, std::span(events).first(static_cast<std::size_t>(count)),
                   quantum);
    replica_->Advance();
    std::array<std::uint8_t, wire::kMaxPayloadBytes> payload;
    wire::RtpPacket packet;
    packet.payload_type = wire::kPayloadTypeControl;
    packet.sequence = stream::SequenceOf(k);
    packet.timestamp = stream::TimestampOf(k, kQuantum);
    packet.ssrc = merge_.config().ssrc;
    packet.generation = 1;
    packet.incarnation = static_cast<std::uint16_t>(index_ + 1);
    packet.evseq = replica_->evseq();
    packet.payload = std::span(payload).first(EncodeControl(quantum, payload));
    merge_.Take(packet, merge_.LegOf(packet.incarnation, 0));
    ring_.Commit(k, wire::EncodeRtp(packet, ring_.Room(k)));
    SendToOthers(ring_.Find(k));
  }
  void Tell(Incarnation fellow) {
    wire::FellowMessage message;
    if (!replica_->MessageFor(fellow, message)) return;
    std::array<std::uint8_t, wire::kMaxDatagramBytes> bytes;
    wire::FellowFrameWriter writer(bytes, static_cast<std::uint16_t>(index_));
    EXPECT_TRUE(writer.Add(message));
    networks_.Send(static_cast<int>(fellow) - 1, std::span(bytes).first(writer.size()), tick_);
  }
  void Ask(wire::Nack& nack) {
    nack.from_node = static_cast<std::uint16_t>(index_);
    std::array<std::uint8_t, wire::kNackBytes> bytes;
    wire::EncodeNack(nack, bytes);
    SendToOthers(bytes);
  }
  void Answer(std::span<const std::uint8_t> frame) {
    wire::Nack nack;
    ASSERT_TRUE(wire::ParseNack(frame, nack));
    for (int bit = 0; bit < 64; ++bit) {
      if ((nack.mask >> bit & 1) == 0) continue;
      const auto datagram = ring_.Find(nack.first + bit);
      if (datagram.empty()) continue;
      wire::MarkRepair(datagram);
      networks_.Send(nack.from_node, datagram, tick_);
    }
  }
  void Play(PacketIndex k) {
    stream::Selected selected;
    ControlQuantum quantum;
    if (merge_.At(k, selected) && ParseControl(selected.payload, quantum)) {
      heard_.Listen(quantum, sequencer_);
    } else {
      ++missing_;
    }
    merge_.Release(k);
  }

  struct alignas(16) Word {
    std::uint8_t bytes[16];
  };
  int index_;
  Networks& networks_;
  std::vector<Word> memory_;
  std::unique_ptr<replica::Replica> replica_ = std::make_unique<replica::Replica>();
  Conductor conductor_;
  stream::Merge merge_;
  stream::RepairAsker asker_;
  stream::SenderRing ring_;
  Sequencer sequencer_;
  Heard heard_;
  int missing_ = 0;
  std::int64_t tick_ = 0;
};

struct Submission {
  std::int64_t tick;
  int device;
  Event event;
};

/// Plays a show on three devices; `dies` stops at tick `death`.
class Stage {
 public:
  explicit Stage(std::uint64_t seed) : networks_(seed) {
    for (int i = 0; i < 3; ++i) devices_.push_back(std::make_unique<Device>(i, networks_));
  }
  void Run(const std::vector<Submission>& submissions, int dies = -1,
           std::int64_t death = 1 << 30) {
    for (std::int64_t tick = kFirst - kPromise; tick <= kFirst + kPackets + kPlayout; ++tick) {
      const auto alive = [&](int device) { return device != dies || tick < death; };
      networks_.Deliver(tick, [&](const Networks::Arrival& arrival) {
        if (alive(arrival.to)) devices_[arrival.to]->Take(arrival, tick * kQuantum);
      });
      for (const Submission& s : submissions) {
        if (s.tick == tick && alive(s.device)) devices_[s.device]->Submit(s.event, tick * kQuantum);
      }
      for (int i = 0; i < 3; ++i) {
        if (alive(i)) devices_[i]->Tick(tick);
      }
    }
  }
  const Device& operator[](int i) const { return *devices_[i]; }

 private:
  Networks networks_;
  std::vector<std::unique_ptr<Device>> devices_;
};

Event MakeEvent(EventId id, PacketIndex packet, int offset, Command command,
                std::int64_t value = 0) {
  return {
      .at = (kFirst + packet) * kQuantum + offset, .id = id, .command = command, .value = value};
}

// Each comes to one device only, while the one before it is still under way.
std::vector<Submission> Show() {
  const Event events[] = {MakeEvent(1, 300, 13, Command::kTempo, 97'531),
                          MakeEvent(2, 304, 0, Command::kTempo, 180'000),
                          MakeEvent(3, 306, 47, Command::kMeter, 7 << 8 | 8),
                          MakeEvent(4, 600, 5, Command::kStop),
                          MakeEvent(5, 601, 6, Command::kLocate, 3 * kTicksPerBeat),
                          MakeEvent(6, 700, 7, Command::kPlay),
                          MakeEvent(7, 700, 7, Command::kTempo, 60'001)};
  std::vector<Submission> show;
  for (const Event& event : events) {
    const std::int64_t tick = PacketOf(event.at, kQuantum) - kPromise - 15;
    show.push_back({tick, static_cast<int>(event.id % 3), event});
  }
  return show;
}

std::vector<Event> EventsOf(const std::vector<Submission>& show) {
  std::vector<Event> events;
  for (const Submission& s : show) events.push_back(s.event);
  return events;
}

TEST(ThreeDevices, TempoAndTransportChangeOnTheSameSampleEverywhere) {
  const Heard expected = Oracle(EventsOf(Show()));
  ASSERT_EQ(expected.segments.size(), 7u) << "two of the seven fall on one sample";
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Stage stage(seed);
    stage.Run(Show());
    for (int i = 0; i < 3; ++i) {
      const std::string where = "device " + std::to_string(i) + ", seed " + std::to_string(seed);
      EXPECT_EQ(stage[i].missing(), 0) << where;
      EXPECT_EQ(stage[i].divergences(), 0u) << where;
      ExpectSame(stage[i].heard(), expected, where);
      for (const Submission& s : Show())
        EXPECT_EQ(stage[i].VerdictOf(s.event), Verdict::kCommitted) << where;
    }
  }
}

// The device that alone was told of the change dies while it spreads: the others both make it, or neither does.
TEST(ThreeDevices, ADeathDuringTheTempoChangeLeavesTheOthersTogether) {
  const Submission change = {kFirst + 200, 1, MakeEvent(1, 300, 13, Command::kTempo, 97'531)};
  const Heard with = Oracle({change.event}), without = Oracle({});
  int made = 0, not_made = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Stage stage(seed);
    stage.Run({change}, 1, change.tick + static_cast<std::int64_t>(seed % 6));
    const bool makes = stage[0].heard().segments.size() > 1;
    ++(makes ? made : not_made);
    for (const int i : {0, 2}) {
      const std::string where = "device " + std::to_string(i) + ", seed " + std::to_string(seed);
      EXPECT_EQ(stage[i].missing(), 0) << where;
      EXPECT_EQ(stage[i].divergences(), 0u) << where;
      ExpectSame(stage[i].heard(), makes ? with : without, where);
    }
  }
  EXPECT_GT(made, 0);
  EXPECT_GT(not_made, 0) << "the test must see both";
}

}  // namespace
}  // namespace continuo::session
