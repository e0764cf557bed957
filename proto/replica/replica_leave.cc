// SPDX-License-Identifier: Apache-2.0
#include "proto/replica/replica.h"

// How a replica goes, and how a witness takes over.

namespace continuo::replica {

void Replica::Retire(int) {}
void Replica::Stay() {}
void Replica::Checkpointed(PacketIndex) {}
bool Replica::ShouldResume() const {
  return false;
}
bool Replica::Resume(PacketIndex, std::uint32_t) {
  return false;
}

}  // namespace continuo::replica
