// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/task_inputs.h"

#include <algorithm>

#include "proto/wire/payload.h"

namespace continuo::agent::rt {

TaskInputs::State TaskInputs::StateAt(PacketIndex k) const {
  State worst = State::kClean;
  ForEach(k, [&worst, k](const ReceivedStream& stream) {
    stream::Selected copy;
    const State state = !stream.At(k, copy) ? State::kMissing
                        : copy.tainted      ? State::kTainted
                                            : State::kClean;
    worst = std::max(worst, state);
  });
  return worst;
}

MediaTime TaskInputs::ArrivalOf(PacketIndex k) const {
  MediaTime newest = 0;
  ForEach(k, [&newest, k](const ReceivedStream& stream) {
    stream::Selected copy;
    if (stream.At(k, copy)) newest = std::max(newest, stream.ArrivalOf(k));
  });
  return newest;
}

bool TaskInputs::GoneAt(PacketIndex k) const {
  bool gone = false;
  ForEach(k, [&gone, k](const ReceivedStream& stream) { gone |= stream.first_kept() > k; });
  return gone;
}

void TaskInputs::Claim(PacketIndex k) {
  ForAll([k](ReceivedStream& stream) { stream.StillNeeds(k); });
}

void TaskInputs::KeepAgain(PacketIndex end) {
  ForAll([end](ReceivedStream& stream) { stream.KeepAgain(end - stream.slots()); });
}

void TaskInputs::GatherControl(PacketIndex k, session::ControlQuantum& control) {
  ReceivedStream& conductor = stream(spec_->control);
  stream::Selected copy;
  if (conductor.At(k, copy) && session::ParseControl(copy.payload, control)) return;
  conductor.CountConcealed();
  // No word from the conductor: the music goes on as it went.
  session::ControlQuantum on;
  on.n = k * program_->plan.quantum;
  on.frames = program_->plan.quantum;
  on.plan_version = control.plan_version;
  on.segments.push_back(control.segments.back());
  control = on;
}

void TaskInputs::GatherAudio(PacketIndex k, float** channels) {
  const int quantum = program_->plan.quantum;
  for (std::size_t i = 0; i < spec_->wires.size(); ++i) {
    const Feed& feed = spec_->wires[i];
    if (!SoundsAt(k, i)) {
      channels += feed.channels;
      continue;
    }
    for (int group = 0; group < feed.groups; ++group) {
      ReceivedStream& from = stream(feed.first + group);
      stream::Selected copy;
      const int count = from.spec().stream.channels;
      if (from.At(k, copy) && wire::DecodeFloat(copy.payload, count, quantum, channels)) {
        if (copy.tainted) from.CountTainted();
      } else {
        from.CountConcealed();
        for (int c = 0; c < count; ++c) std::fill_n(channels[c], quantum, 0.0f);
      }
      channels += count;
    }
  }
}

}  // namespace continuo::agent::rt
