// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/output_player.h"

#include <algorithm>
#include <utility>

#include "dsp/base/bytes.h"

namespace continuo::agent::rt {

std::unique_ptr<OutputPlayer> OutputPlayer::Make(const Program& program, const OutputSpec& spec,
                                                 std::shared_ptr<handoff::SampleRing> ring) {
  auto player = std::make_unique<OutputPlayer>();
  player->program_ = &program;
  player->spec_ = &spec;
  player->ring_ = std::move(ring);
  player->margin_min_ = program.plan.timing.playout + program.plan.timing.promise;
  const std::string wrong =
      player->memory_.Fill([&player](Arena& arena) { return player->Prepare(arena); });
  return wrong.empty() ? std::move(player) : nullptr;
}

std::string OutputPlayer::Prepare(Arena& arena) {
  const Feed& feed = spec_->feed;
  interleaved_ = arena.Take<float>(static_cast<std::size_t>(feed.channels) * kMaxQuantum);
  concealers_.resize(static_cast<std::size_t>(feed.groups));
  for (int group = 0; group < feed.groups; ++group) {
    const ReceivedSpec& received = program_->received[static_cast<std::size_t>(feed.first + group)];
    concealers_[group].Prepare(received.stream.channels, program_->plan.quantum, arena);
  }
  return {};
}

void OutputPlayer::Start(PacketIndex first) {
  first_ = next_ = first;
  ring_->StartAt(first * program_->plan.quantum);
}

MediaTime OutputPlayer::DeadlineOf(PacketIndex k) const {
  return (k + 1) * program_->plan.quantum + program_->plan.timing.playout;
}

void OutputPlayer::Play(MediaTime now) {
  while (next_ < program_->end && DeadlineOf(next_) <= now) PlayOne(now - DeadlineOf(next_));
  if (next_ < program_->end || finished_) return;
  finished_ = true;
  ring_->Finish();
}

void OutputPlayer::PlayOne(MediaTime late) {
  // This thread slept through the moment at which the packet had to leave, and then as long again:
  // a device would have been silent there, whatever lies in the sockets by now.
  const bool missed = late > program_->plan.timing.playout;
  concealing_ = playing_tainted_ = false;
  for (int group = 0; group < spec_->feed.groups; ++group) {
    Fetch(*(*received_)[spec_->feed.first + group], concealers_[group], missed);
  }
  if (concealing_) ++concealed_;
  if (playing_tainted_) ++tainted_;
  const plan::Plan& plan = program_->plan;
  const MediaTime n = next_ * plan.quantum;
  Frames frames = plan.quantum;
  if (plan.length > 0) frames = std::min(frames, plan.start_n + plan.length - n);
  ring_->Write({interleaved_, static_cast<std::size_t>(frames * spec_->feed.channels)});
  frames_ += frames;
  ++next_;
}

void OutputPlayer::Fetch(ReceivedStream& stream, stream::Concealer& concealer, bool missed) {
  const StreamSpec& group = stream.spec().stream;
  stream::Selected copy;
  const bool here = stream.At(next_, copy) && !missed;
  if (here) {
    margin_min_ = std::min(margin_min_, DeadlineOf(next_) - stream.ArrivalOf(next_));
    if (copy.tainted) stream.CountTainted();
    playing_tainted_ |= copy.tainted;
  } else {
    stream.CountConcealed();
    concealing_ = true;
  }
  float* const first = interleaved_ + group.first_channel;
  const int stride = spec_->feed.channels;
  if (!here) return concealer.Conceal(first, stride);
  ByteReader in(copy.payload);
  for (int i = 0; i < program_->plan.quantum; ++i) {
    for (int c = 0; c < group.channels; ++c) first[i * stride + c] = in.F32();
  }
  concealer.Hear(first, stride);
}

void OutputPlayer::ClaimInputs() {
  for (int group = 0; group < spec_->feed.groups; ++group) {
    (*received_)[spec_->feed.first + group]->StillNeeds(next_);
  }
}

void OutputPlayer::Publish(handoff::OutputCounters& out) const {
  out.id = spec_->id;
  out.first_n = first_ * program_->plan.quantum;
  out.frames = frames_;
  out.concealed = concealed_;
  out.tainted = tainted_;
  out.margin_min = margin_min_;
  out.finished = finished_;
}

}  // namespace continuo::agent::rt
