// SPDX-License-Identifier: Apache-2.0
// How a part comes to its state in mid-show, and gives it to others.
#include <algorithm>

#include "agent-mcu/core/part.h"

namespace continuo::mcu {
namespace {

/// A joiner asks for so many packets from before it began to hear: those that the members are about to compute. More
/// would be more than a board's network takes at once; who gives an older state is asked again.
constexpr PacketIndex kHeardBefore = 32;
/// What is on its way from a member that computes packet after packet.
constexpr PacketIndex kNear = 8;

}  // namespace

void Part::StartToHear(MediaTime now) {
  const PacketIndex from = PacketOf(now, slice_.quantum) - kHeardBefore;
  for (std::size_t i = 0; i < slice_.received.size(); ++i) inputs_[i].Release(from);
}

bool Part::HasState() const {
  const replica::State state = replica_.state();
  return active() && !replica_.bare() && state != replica::State::kEmpty &&
         state != replica::State::kClosed;
}

void Part::WatchJoin() {
  if (!joins_ || !Shadows()) return;
  const bool waits = replica_.bare();
  if (!waits) {
    behind_ = std::max<PacketIndex>(0, replica_.head() - replica_.next());
    caught_up_ = caught_up_ || behind_ <= kNear;
  }
  const PacketIndex k = replica_.next();
  const auto gone = [k](const Input& input) { return input.GoneAt(k); };
  if (replica_.state() == replica::State::kEmpty) {
    failure_ = "its fellows gave it up before it had joined";
  } else if (replica_.cut_off()) {
    failure_ = "its fellows have forgotten events that it still needed";
  } else if (replica_.deserted()) {
    failure_ = "it waits for the word of one that has left";
  } else if (!waits &&
             std::any_of(inputs_.begin(),
                         inputs_.begin() + static_cast<std::ptrdiff_t>(slice_.received.size()),
                         gone)) {
    failure_ = "an input was lost that it needed to catch up, and nobody has it any more";
  }
}

StateOutcome Part::Snapshot(PacketIndex not_before, std::span<std::uint8_t> out,
                            StateHead& head) const {
  if (!HasState() || Shadows()) return StateOutcome::kNotHere;
  if (replica_.next() < not_before) return StateOutcome::kNotYet;
  ByteWriter bytes(out);
  replica_.Snapshot(bytes);
  head.replica_bytes = static_cast<std::uint32_t>(bytes.size());
  processor_.Snapshot(bytes);
  head.total = static_cast<std::uint32_t>(bytes.size());
  head.next = replica_.next();
  head.evseq = replica_.evseq();
  return bytes.ok() ? StateOutcome::kDone : StateOutcome::kTooLarge;
}

bool Part::Restore(std::span<const std::uint8_t> body) {
  ByteReader in(body);
  return processor_.Restore(in);
}

bool Part::Learn(std::span<const std::uint8_t> replica, PacketIndex next, MediaTime now) {
  if (!active() || !replica_.bare()) return false;
  for (std::size_t i = 0; i < slice_.received.size(); ++i) {
    if (inputs_[i].GoneAt(next)) return false;
  }
  ByteReader in(replica);
  if (!replica_.Learn(in, now)) return false;
  HashState();
  return true;
}

JoinStage Part::join_stage() const {
  if (!joins_) return JoinStage::kNone;
  if (!started_ || replica_.bare()) return JoinStage::kSubscribed;
  if (Shadows()) return caught_up_ ? JoinStage::kShadow : JoinStage::kCatchUp;
  return JoinStage::kJoined;
}

void Part::Meet(Incarnation fellow, const Place* place) {
  if (place == nullptr) return;
  const auto is = [fellow](const Unlisted& one) { return one.incarnation == fellow; };
  if (std::any_of(unlisted_.begin(), unlisted_.end(), is)) return;
  if (unlisted_.full()) unlisted_.erase(0);
  unlisted_.push_back({fellow, *place});
}

const Place* Part::PlaceFor(Incarnation fellow) const {
  const std::uint16_t node = NodeOf(fellow);
  if (node != 0) return PlaceOf(node);
  for (const Unlisted& one : unlisted_) {
    if (one.incarnation == fellow) return &one.place;
  }
  return nullptr;
}

bool Part::Tell(std::uint8_t input, HearingTold& told) const {
  if (input >= slice_.received.size()) return false;
  told = {.part = slice_.self,
          .input = input,
          .inputs = static_cast<std::uint8_t>(slice_.received.size()),
          .said = said_,
          .heard = inputs_[input].heard()};
  return true;
}

void Part::HashState() {
  const MediaTime at = replica_.next() * slice_.quantum;
  if (at % replica::Replica::kHashEvery != 0 || !replica_.WantsHash()) return;
  Digest64 digest;
  ByteWriter out(digest);
  out.Le(replica_.evseq());
  out.Le(std::uint64_t{0});
  processor_.Snapshot(out);
  replica_.NoteHash(replica_.next(), digest.value());
}

}  // namespace continuo::mcu
