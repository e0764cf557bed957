// SPDX-License-Identifier: Apache-2.0
// One replica among fellows that may say anything.
#include <array>
#include <memory>

#include "fuzz/material.h"
#include "proto/replica/replica.h"

namespace continuo::fuzz {
namespace {

constexpr int kQuantum = 48;

Event AnyEvent(Material& material, MediaTime around) {
  Event event;
  event.at = around + static_cast<std::int16_t>(material.Take<std::uint16_t>());
  event.id = material.Below(32);
  event.value = material.Take<std::uint8_t>();
  if (material.Take<std::uint8_t>() > 240) event.command = Command::kJoin;
  return event;
}

wire::FellowMessage AnyMessage(Material& material, const replica::Replica& replica, MediaTime now) {
  wire::FellowMessage message;
  message.task = 9;
  message.from = material.Below(5);
  message.to = material.Take<std::uint8_t>() & 1 ? 2 : material.Below(5);
  message.seq = material.Below(64);
  message.echo = material.Below(64);
  const auto flags = material.Take<std::uint8_t>();
  message.fenced = flags & 1;
  message.tainted = flags & 2;
  message.witness = flags & 4;
  message.standing = static_cast<wire::Standing>(flags >> 3 & 3);
  message.hash_next = (flags & 32) != 0 ? 100 * material.Below(20) : 0;
  message.state_hash = material.Below(4);
  message.next = replica.next() + static_cast<std::int8_t>(material.Take<std::uint8_t>());
  message.promise = now + static_cast<std::int16_t>(material.Take<std::uint16_t>());
  message.log_end = material.Below(40);
  message.ack = material.Below(40);
  message.base = material.Below(40);
  for (std::uint32_t i = material.Below(5); i > 0; --i) {
    message.entries.push_back(AnyEvent(material, message.promise));
  }
  for (std::uint32_t i = material.Below(3); i > 0; --i)
    message.excluded.push_back(material.Below(5));
  return message;
}

void ComputeNext(replica::Replica& replica) {
  Event events[replica::Replica::kMaxEventsPerPacket];
  const PacketIndex next = replica.next();
  const int count = replica.EventsOfNext(events);
  for (int i = 0; i < count; ++i) {
    Require(events[i].at / kQuantum <= next, "an event is applied in its packet");
    Require(i == 0 || Before(events[i - 1], events[i]), "events come in order");
  }
  const std::uint32_t before = replica.evseq();
  replica.Advance();
  Require(replica.next() == next + 1, "one packet at a time");
  Require(replica.evseq() == before + static_cast<std::uint32_t>(count),
          "every event is counted once");
}

// Garbage, or what a member would say but for one byte. What is refused must leave the joiner as it was.
void Learn(Material& material, replica::Replica& replica, MediaTime now) {
  static std::array<std::uint8_t, replica::Replica::kMaxSnapshotBytes> image;
  std::size_t size = material.Below(400);
  if (material.Take<std::uint8_t>() & 1) {
    const auto donor = std::make_unique<replica::Replica>();
    replica::Config config{9,  1,     {},   kQuantum, 1000, 20 * kQuantum, 10 * kQuantum,
                           {}, false, false};
    for (const Incarnation member : {1, 3}) config.members.push_back(member);
    donor->Start(config, now);
    for (std::uint32_t i = material.Below(6); i > 0; --i)
      (void)donor->Submit(AnyEvent(material, now + 60 * kQuantum), now);
    ByteWriter out(image);
    donor->Snapshot(out);
    size = out.size();
    Require(out.ok() && size > 0, "a snapshot has room");
    image[material.Below(static_cast<std::uint32_t>(size))] = material.Take<std::uint8_t>();
  } else {
    for (std::size_t i = 0; i < size; ++i) image[i] = material.Take<std::uint8_t>();
  }
  const bool bare = replica.bare();
  const PacketIndex next = replica.next();
  ByteReader in(std::span<const std::uint8_t>(image).first(size));
  const bool learned = replica.Learn(in, now);
  Require(bare || !learned, "one learns once");
  Require(learned ? !replica.bare() : replica.bare() == bare && replica.next() == next,
          "whole or not at all");
}

void Disturb(Material& material, replica::Replica& replica, MediaTime now) {
  switch (material.Below(12)) {
    case 0:
      return Learn(material, replica, now);
    case 1:
      return replica.Know(material.Below(8), material.Take<std::uint8_t>() & 1);
    case 2:
      return replica.Drop(material.Below(8));
    case 3:
      return replica.Retire(static_cast<int>(material.Below(3)));
    case 4:
      return replica.Stay();
    case 5:
      return replica.Checkpointed(replica.next() + material.Below(3));
    case 6:
      (void)replica.Resume(replica.next() + material.Below(3), 0);
      return;
    case 7: {
      ByteWriter out({});
      replica.Snapshot(out);
      return;
    }
    default:
      return;
  }
}

void Run(Material& material) {
  const auto replica = std::make_unique<replica::Replica>();
  const auto kind = material.Below(4);
  replica::Config config{9,  2,         {},           kQuantum, 1000, 20 * kQuantum, 10 * kQuantum,
                         {}, kind >= 2, kind % 2 == 1};
  for (const Incarnation member : {1, 2, 3}) config.members.push_back(member);
  MediaTime now = 980 * kQuantum;
  replica->Start(config, now);
  while (!material.empty()) {
    for (std::uint32_t i = material.Below(4); i > 0; --i) {
      replica->OnFellow(AnyMessage(material, *replica, now), now);
    }
    if (material.Take<std::uint8_t>() & 1)
      (void)replica->Submit(AnyEvent(material, now + 30 * kQuantum), now);
    Disturb(material, *replica, now);
    now += kQuantum * (material.Take<std::uint8_t>() > 250 ? 30 : 1);
    replica->Tick(now);
    if (material.Take<std::uint8_t>() > 240) (void)replica->Press();
    for (int i = 0; i < 4 && replica->Proven(); ++i) ComputeNext(*replica);
    if (replica->WantsHash()) replica->NoteHash(replica->next(), material.Below(4));
    Incarnation learner = 0;
    (void)replica->TakeMismatch(learner);
    for (const Incarnation fellow : replica->Fellows()) {
      wire::FellowMessage message;
      Require(fellow != 2, "a replica does not write to itself");
      if (replica->MessageFor(fellow, message))
        Require(message.from == 2 && message.to == fellow, "who to whom");
    }
    (void)replica->VerdictOf(material.Below(32), now);
    Require(replica->live_members() <= static_cast<int>(replica::kMaxKnown) + 1,
            "there is room for so many");
    Require(replica->state() != replica::State::kLearning || config.joins, "only joiners learn");
  }
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  continuo::fuzz::Run(material);
  return 0;
}
