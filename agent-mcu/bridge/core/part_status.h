// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/mcu/frame.h"
#include "proto/mcu/slice.h"
#include "proto/plan/link.h"

// What a board says of its parts, as the coordinator is told of replicas.

namespace continuo::mcu {

plan::ReplicaState StateOf(const PartReport& part);
/// Of the part that plays `slice`; nullptr: the board does not speak of it.
plan::ReplicaStatus StatusOf(const Slice& slice, const PartReport* part);

}  // namespace continuo::mcu
