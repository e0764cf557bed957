// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "agent/edge/devices/device.h"
#include "agent/edge/record/recorder.h"
#include "agent/handoff/line.h"
#include "proto/plan/link.h"

// What the coordinator is told, from what the audio thread and the recorder say. Pure.

namespace continuo::agent {

plan::Status MakeStatus(const handoff::Counters& counters,
                        const std::vector<Recorder::Progress>& recordings);
/// What devices say of the outputs that are in the status. The latency is counted from the map's time on.
void AddDevices(const std::vector<DeviceProgress>& devices, const plan::MediaTimeMap& media,
                plan::Status& status);
/// What follows from this note of a join, and may not be in the counters yet.
void AddJoined(const handoff::IncidentNote& joined, plan::Status& status);
/// With a sentence for a person. `plan` is the one that is playing.
plan::Incident MakeIncident(const handoff::IncidentNote& note, const plan::Plan& plan);

}  // namespace continuo::agent
