// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/received_stream.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <utility>

#include "proto/session/conductor.h"

namespace continuo::agent::rt {
namespace {

/// A checkpoint is some seconds old when it is needed.
constexpr int kWitnessRings = 4;
constexpr PacketIndex kNobody = std::numeric_limits<PacketIndex>::max();

// Control that cannot be followed must not win its slot: the next copy may be whole.
bool MakesSense(const wire::RtpPacket& packet, int quantum) {
  session::ControlQuantum control;
  return session::ParseControl(packet.payload, control) && control.frames == quantum &&
         packet.timestamp == static_cast<std::uint32_t>(control.n);
}

}  // namespace

int RingSlots(int quantum) {
  return static_cast<int>(std::bit_ceil(static_cast<unsigned>(2 * kSampleRate / quantum)));
}

std::unique_ptr<ReceivedStream> ReceivedStream::Make(const ReceivedSpec& spec,
                                                     const Program& program) {
  auto stream = std::make_unique<ReceivedStream>();
  bool works = false;
  const std::string wrong = stream->memory_.Fill([&](Arena& arena) -> std::string {
    works = stream->Prepare(spec, program, arena);
    return {};
  });
  return works && wrong.empty() ? std::move(stream) : nullptr;
}

bool ReceivedStream::Prepare(const ReceivedSpec& spec, const Program& program, Arena& arena) {
  spec_ = &spec;
  const int quantum = program.plan.quantum;
  stream::MergeConfig config;
  config.ssrc = spec.stream.ssrc;
  config.generation = spec.stream.id.generation;
  config.epoch_min = spec.stream.epoch;
  config.quantum = quantum;
  config.payload_bytes = spec.stream.payload_bytes;
  config.fixed_size = !spec.stream.control;
  config.slots = RingSlots(quantum) * (spec.for_witness ? kWitnessRings : 1);
  config.first = spec.first;
  mask_ = config.slots - 1;
  needed_ = kNobody;
  end_ = spec.end;
  arrivals_ = arena.Take<MediaTime>(static_cast<std::size_t>(config.slots));
  const Frames after = program.plan.timing.repair_after;
  asker_.Start({.after = after, .again = 2 * after}, quantum);
  return merge_.Prepare(config, arena);
}

void ReceivedStream::Rewire(const ReceivedSpec& spec) {
  const bool same = spec.producers == spec_->producers;
  spec_ = &spec;
  end_ = spec.end;
  if (same) return;
  for (std::size_t i = 0; i < merge_.legs().size(); ++i) {
    const int leg = static_cast<int>(i);
    if (merge_.legs()[i].incarnation == 0 || NodeOfLeg(leg) != 0) continue;
    merge_.RecycleLeg(leg);
    for (auto& before : selected_before_) before[i] = 0;
    delays_[i] = {};
  }
}

void ReceivedStream::BeginAt(PacketIndex k) {
  if (k > merge_.next()) merge_.Release(k - 1);
}

stream::Offer ReceivedStream::Take(const wire::RtpPacket& packet, int network, MediaTime now) {
  const auto known = [&packet](const Producer& p) {
    return static_cast<std::uint16_t>(p.incarnation) == packet.incarnation;
  };
  const auto& producers = spec_->producers;
  const auto producer = std::find_if(producers.begin(), producers.end(), known);
  if (producer == producers.end()) return stream::Offer::kRefused;
  if (spec_->stream.control && !MakesSense(packet, merge_.config().quantum)) {
    return stream::Offer::kRefused;
  }
  const int leg = merge_.LegOf(producer->incarnation, static_cast<std::uint8_t>(network));
  if (leg < 0) return stream::Offer::kRefused;
  const stream::Offer offer = merge_.Take(packet, leg);
  if (offer == stream::Offer::kRefused || offer == stream::Offer::kTooEarly) return offer;
  const PacketIndex k =
      stream::PacketIndexFrom(packet.timestamp, merge_.config().quantum, merge_.next());
  if (offer == stream::Offer::kStored) arrivals_[k & mask_] = now;
  NoteArrival(packet, leg, k, now);
  return offer;
}

// What was asked for again was lost, not late; what is flagged has waited as long as it might; and a joiner is behind
// for a good reason. None of them says how long the way is.
void ReceivedStream::NoteArrival(const wire::RtpPacket& packet, int leg, PacketIndex k,
                                 MediaTime now) {
  constexpr std::uint8_t kSaysNothing =
      wire::kFlagRepair | wire::kFlagTainted | wire::kFlagConcealed | wire::kFlagJoiner;
  if ((packet.flags & kSaysNothing) != 0) return;
  delays_[leg].Note(now - (k + 1) * merge_.config().quantum);
}

void ReceivedStream::Release(PacketIndex floor) {
  // Nobody left who needs anything, or only one that has not begun yet: keep up with time, so that the legs are still
  // counted, and whoever joins meanwhile finds what has come.
  const bool later = needed_ == kNobody || needed_ > merge_.newest() + 1;
  const PacketIndex upto = std::min(later ? floor : std::max(needed_, floor), end_);
  if (merge_.next() < upto) merge_.Release(upto - 1);
  needed_ = kNobody;
}

bool ReceivedStream::Ask(PacketIndex expected_end, MediaTime now, wire::Nack& nack) {
  if (!asker_.Ask(merge_, std::min(expected_end, end_), now, nack)) return false;
  ++nacks_;
  return true;
}

bool ReceivedStream::Heard(Incarnation incarnation) const {
  return std::any_of(
      merge_.legs().begin(), merge_.legs().end(),
      [incarnation](const stream::Leg& leg) { return leg.incarnation == incarnation; });
}

plan::NodeId ReceivedStream::NodeOfLeg(int leg) const {
  if (leg < 0 || leg >= static_cast<int>(merge_.legs().size())) return 0;
  for (const Producer& p : spec_->producers) {
    if (p.incarnation == merge_.legs()[leg].incarnation) return p.node;
  }
  return 0;
}

void ReceivedStream::Publish(handoff::StreamCounters& out) {
  out.task = spec_->stream.id.task;
  out.needed_after = spec_->needed_after;
  out.concealed = concealed_;
  out.tainted = tainted_;
  out.nacks = nacks_;
  out.divergences = merge_.divergences();
  out.legs.clear();
  for (std::size_t i = 0; i < merge_.legs().size(); ++i) {
    const stream::Leg& leg = merge_.legs()[i];
    if (leg.incarnation == 0) continue;
    std::uint64_t& before = selected_before_[publication_][i];
    out.legs.push_back({leg, NodeOfLeg(static_cast<int>(i)), leg.counters.selected - before,
                        delays_[i].Publish()});
    before = leg.counters.selected;
  }
  publication_ = (publication_ + 1) % 4;
}

}  // namespace continuo::agent::rt
