// SPDX-License-Identifier: Apache-2.0
#include "proto/replica/replica.h"

// How a replica comes in.

namespace continuo::replica {

void Replica::Know(Incarnation, bool) {}
void Replica::Drop(Incarnation) {}
void Replica::Snapshot(ByteWriter& out) const {
  out.Le<std::uint8_t>(0);
}
bool Replica::Learn(ByteReader&, MediaTime) {
  return false;
}
bool Replica::WantsHash() const {
  return false;
}
void Replica::NoteHash(PacketIndex, std::uint64_t) {}
bool Replica::TakeMismatch(Incarnation&) {
  return false;
}
PacketIndex Replica::head() const {
  return next_;
}

}  // namespace continuo::replica
