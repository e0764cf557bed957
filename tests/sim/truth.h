// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dsp/offline/oracle.h"
#include "proto/plan/plan.h"

namespace continuo::sim {

/// What every task of a plan should have sent, rendered afterwards in one piece with the events that were acknowledged:
/// the oracle of dsp/offline, for all tasks at once, with the digest of each packet.
struct Truth {
  std::map<std::uint32_t, std::vector<std::uint64_t>> digests;  ///< by SSRC, by packet
  std::vector<float> output;  ///< of the task that outputs play, interleaved
  std::string error;          ///< not empty: it could not be rendered
};
Truth Render(const plan::Plan& plan, const std::vector<dsp::TaskEvent>& events,
             PacketIndex packets);

}  // namespace continuo::sim
