// SPDX-License-Identifier: Apache-2.0
// One replica among fellows that may say anything.
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
  return event;
}

wire::FellowMessage AnyMessage(Material& material, const replica::Replica& replica, MediaTime now) {
  wire::FellowMessage message;
  message.task = 9;
  message.from = material.Below(5);
  message.to = material.Take<std::uint8_t>() & 1 ? 2 : material.Below(5);
  message.seq = material.Below(64);
  message.echo = material.Below(64);
  message.fenced = material.Take<std::uint8_t>() & 1;
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

void Run(Material& material) {
  const auto replica = std::make_unique<replica::Replica>();
  replica::Config config{9, 2, {}, kQuantum, 1000, 20 * kQuantum, 10 * kQuantum};
  for (const Incarnation member : {1, 2, 3}) config.members.push_back(member);
  MediaTime now = 980 * kQuantum;
  replica->Start(config, now);
  while (!material.empty()) {
    for (std::uint32_t i = material.Below(4); i > 0; --i) {
      replica->OnFellow(AnyMessage(material, *replica, now), now);
    }
    if (material.Take<std::uint8_t>() & 1)
      (void)replica->Submit(AnyEvent(material, now + 30 * kQuantum), now);
    now += kQuantum * (material.Take<std::uint8_t>() > 250 ? 30 : 1);
    replica->Tick(now);
    if (material.Take<std::uint8_t>() > 240) (void)replica->Press();
    for (int i = 0; i < 4 && replica->Proven(); ++i) ComputeNext(*replica);
    for (const Incarnation fellow : replica->Fellows()) {
      wire::FellowMessage message;
      Require(fellow != 2, "a replica does not write to itself");
      if (replica->MessageFor(fellow, message))
        Require(message.from == 2 && message.to == fellow, "who to whom");
    }
    (void)replica->VerdictOf(material.Below(32), now);
    Require(replica->live_members() <= 3, "members do not appear from nowhere");
  }
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  continuo::fuzz::Run(material);
  return 0;
}
