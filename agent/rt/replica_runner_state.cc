// SPDX-License-Identifier: Apache-2.0
// How a replica's state leaves it, comes to it, and is compared.
#include <algorithm>
#include <optional>
#include <utility>

#include "agent/rt/replica_runner.h"
#include "dsp/base/bytes.h"
#include "dsp/base/hash.h"

namespace continuo::agent::rt {
namespace {

using handoff::kImageHeadBytes;

/// So much of a state is hashed in a tenth of a second: half a millisecond of the audio thread. Larger ones are hashed
/// at every second, third, ... tenth aligned packet only.
constexpr std::size_t kHashedAtOnce = 4 << 20;
constexpr Frames kHashesSkippedMost = 10;
constexpr Frames kWishPeriod = FramesOfMs(500);
/// The death of a node may have taken the source of an input, too. It resumes as well, and a gap
/// that is a little longer is better than a state that is wrong for ever.
constexpr Frames kResumeGrace = FramesOfMs(1000);

}  // namespace

std::size_t ReplicaRunner::RoomForImage() const {
  return kImageHeadBytes + replica::Replica::kMaxSnapshotBytes + body_->state_bytes();
}

bool ReplicaRunner::HasState() const {
  return active() && body_ != nullptr && !replica_.bare() && !replica_.witness() &&
         replica_.state() != replica::State::kEmpty;
}

void ReplicaRunner::Snapshot(handoff::SnapshotSlot& slot) const {
  using Result = handoff::SnapshotSlot::Result;
  slot.task = task();
  slot.incarnation = spec_->self;
  slot.next = replica_.next();
  slot.used = 0;
  if (!HasState() || shadows() || replica_.state() == replica::State::kClosed) {
    slot.result = Result::kNotHere;
    return;
  }
  slot.result = Result::kNotYet;
  if (slot.next < slot.not_before) return;
  slot.needed = RoomForImage();
  slot.result = Result::kTooSmall;
  if (slot.bytes.size() < kImageHeadBytes) return;
  const std::span<std::uint8_t> bytes(slot.bytes);
  ByteWriter out(bytes.subspan(kImageHeadBytes));
  replica_.Snapshot(out);
  const std::size_t replica_bytes = out.size();
  body_->Snapshot(out);
  if (!out.ok()) {
    // What was measured was not enough, then: the state has grown.
    slot.needed = std::max(slot.needed, 2 * slot.bytes.size());
    return;
  }
  handoff::EncodeImageHead({.task = task(),
                            .generation = task_->generation,
                            .next = slot.next,
                            .evseq = replica_.evseq(),
                            .replica_bytes = static_cast<std::uint32_t>(replica_bytes),
                            .body_bytes = static_cast<std::uint32_t>(out.size() - replica_bytes)},
                           bytes.first<kImageHeadBytes>());
  slot.used = kImageHeadBytes + out.size();
  slot.result = Result::kWritten;
}

void ReplicaRunner::Learn(Learned& learned, MediaTime now) {
  learned.outcome = Learned::Outcome::kNotWaiting;
  if (!active() || !replica_.bare() || replica_.witness()) return;
  learned.outcome = Learned::Outcome::kRefused;
  if (!learned.body->Rewire(*task_)) return;  // it may have been made for an earlier plan
  ByteReader in(learned.image.replica);
  if (inputs_.GoneAt(learned.image.head.next) || !replica_.Learn(in, now)) return;
  learned.outcome = Learned::Outcome::kTaken;
  std::swap(body_, learned.body);
  image_bytes_ = learned.bytes.size();
  catch_up_.Begin(replica_.next(), now);
  BeginToSettle();
  HashState();
}

void ReplicaRunner::Checkpoint(Learned& learned, MediaTime now) {
  learned.outcome = Learned::Outcome::kNotWaiting;
  if (!active() || !replica_.witness()) return;
  learned.outcome = Learned::Outcome::kRefused;
  const PacketIndex next = learned.image.head.next;
  if (replica_.bare()) {
    ByteReader in(learned.image.replica);
    if (!replica_.Learn(in, now)) return;
  }
  if (next < replica_.next()) return;
  replica_.Checkpointed(next);
  learned.outcome = Learned::Outcome::kTaken;
  image_bytes_ = learned.bytes.size();
}

bool ReplicaRunner::WantsToResume(MediaTime now) {
  if (!active() || !replica_.witness() || !replica_.ShouldResume()) return false;
  if (body_ != nullptr && replica_.next() == spec_->first) {
    ResumeAt(replica_.next(), 0, now);
    return false;
  }
  if (now < next_wish_) return false;
  next_wish_ = now + kWishPeriod;
  return true;
}

void ReplicaRunner::Resume(Learned& learned, MediaTime now) {
  learned.outcome = Learned::Outcome::kNotWaiting;
  if (!active() || !replica_.witness() || !replica_.ShouldResume()) return;
  learned.outcome = Learned::Outcome::kRefused;
  if (!learned.body->Rewire(*task_)) return;  // it may have been made for an earlier plan
  const handoff::ImageHead& head = learned.image.head;
  if (!ResumeAt(head.next, head.evseq, now)) return;
  learned.outcome = Learned::Outcome::kTaken;
  std::swap(body_, learned.body);
  image_bytes_ = learned.bytes.size();
  BeginToSettle();
  // What it computes until it has settled is not what the dead one would have.
  if (Settles()) replica_.Taint();
}

bool ReplicaRunner::ResumeAt(PacketIndex next, std::uint32_t evseq, MediaTime now) {
  if (!replica_.Resume(next, evseq)) return false;
  resumed_ = true;
  grace_ = inputs_.GoneAt(next) ? now : now + kResumeGrace;
  return true;
}

void ReplicaRunner::CountGap(PacketIndex k, MediaTime now) {
  if (k >= dead_head_ && now >= (k + 1) * program_->plan.quantum + spec_->due) {
    gap_ += program_->plan.quantum;
  }
}

bool ReplicaRunner::Settles() const {
  const dsp::KernelDescription* const kernel = body_->kernel();
  return kernel != nullptr && kernel->handover == dsp::Handover::kSettled;
}

void ReplicaRunner::BeginToSettle() {
  if (!Settles()) return;
  sent_.Begin(replica_.next() * program_->plan.quantum, body_->kernel()->tail_frames);
}

void ReplicaRunner::HashState() {
  constexpr Frames kEvery = replica::Replica::kHashEvery;
  const MediaTime at = replica_.next() * program_->plan.quantum;
  if (at % kEvery != 0) return;
  const bool settles = Settles();
  const std::optional<std::uint64_t> sent =
      settles ? sent_.Take(at, kEvery) : std::optional<std::uint64_t>(0);
  if (!sent || !replica_.WantsHash()) return;
  const auto stride = static_cast<Frames>(1 + body_->state_bytes() / kHashedAtOnce);
  if (at % (std::min(stride, kHashesSkippedMost) * kEvery) != 0) return;
  Digest64 digest;
  ByteWriter out(digest);
  out.Le(replica_.evseq());
  out.Le(*sent);
  body_->Snapshot(out);
  replica_.NoteHash(replica_.next(), digest.value());
}

}  // namespace continuo::agent::rt
