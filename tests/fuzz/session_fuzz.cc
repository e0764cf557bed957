// SPDX-License-Identifier: Apache-2.0
// Control packets from the network, snapshots of conductor and sequencer, commands of any value.
#include <algorithm>

#include "dsp/base/hash.h"
#include "fuzz/material.h"
#include "proto/session/conductor.h"
#include "proto/session/sequencer.h"
#include "proto/wire/rtp.h"

namespace continuo::fuzz {
namespace {

using session::ControlQuantum;

void PlayTo(session::Sequencer& sequencer, const ControlQuantum& quantum) {
  session::SequencedNote notes[16];
  const int count = sequencer.Run(quantum, notes);
  MediaTime last = quantum.n;
  for (int i = 0; i < count; ++i) {
    Require(notes[i].at >= last && notes[i].at < quantum.n + quantum.frames,
            "notes are in order, in the quantum");
    last = notes[i].at;
  }
}

const session::NoteFile& Tune() {
  static constexpr session::FileNote kNotes[] = {{0, 1, 0, 60, 100},
                                                 {session::kTicksPerBeat / 3, 0, 0, 60, 0},
                                                 {session::kTicksPerBeat / 2, 1, 0, 62, 90},
                                                 {session::kTicksPerBeat, 0, 0, 62, 0}};
  static const session::NoteFile tune{kNotes, 2 * session::kTicksPerBeat};
  return tune;
}

/// Whatever is accepted from the network can be written the same way, and played.
void CheckControl(std::span<const std::uint8_t> payload, session::Sequencer& sequencer) {
  ControlQuantum quantum;
  if (!session::ParseControl(payload, quantum)) return;
  std::uint8_t again[wire::kMaxPayloadBytes];
  const std::size_t size = session::EncodeControl(quantum, again);
  Require(std::ranges::equal(payload, std::span(again).first(size)),
          "a control packet has one form");
  const session::Segment& segment = session::SegmentAt(quantum, quantum.n);
  const session::Ticks tick = segment.At(quantum.n);
  (void)session::FromBarBeat(segment, session::ToBarBeat(segment, tick));
  PlayTo(sequencer, quantum);
}

void CheckConductor(Material& material, session::Sequencer& sequencer) {
  session::Conductor conductor;
  session::Segment start;
  start.n0 = 48'000;
  session::TempoMarks marks;
  for (std::uint32_t i = material.Below(4); i > 0; --i) {
    const session::Ticks before = marks.empty() ? 0 : marks.back().tick;
    marks.push_back({before + 1 + material.Below(2'000'000), 10'000 + material.Below(989'001)});
  }
  conductor.Start(start, 1, marks);
  ByteReader snapshot(material.Bytes(material.Below(80)));
  if (conductor.Restore(snapshot))
    Require(session::IsValid(conductor.segment()), "a restored segment is valid");
  MediaTime n = std::max<MediaTime>(conductor.segment().n0, 0) / 96 * 96 + 96;
  for (int i = 0; i < 20 && !material.empty(); ++i, n += 96) {
    Event events[3];
    const std::uint32_t count = material.Below(4);
    MediaTime at = n;
    for (std::uint32_t e = 0; e < count; ++e) {
      at += material.Below(40);
      events[e] = {at, e, static_cast<Command>(material.Take<std::uint8_t>()), 0,
                   material.Take<std::int64_t>()};
    }
    ControlQuantum quantum;
    conductor.Run(n, 96, std::span(events).first(count), quantum);
    for (const session::Segment& segment : quantum.segments) {
      Require(session::IsValid(segment), "a conductor makes valid segments only");
    }
    std::uint8_t payload[wire::kMaxPayloadBytes];
    const std::size_t size = session::EncodeControl(quantum, payload);
    ControlQuantum parsed;
    Require(session::ParseControl(std::span(payload).first(size), parsed) && parsed == quantum,
            "what a conductor says is understood");
    PlayTo(sequencer, quantum);
  }
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace continuo;
  fuzz::Material material(bytes, size);
  session::Sequencer sequencer;
  sequencer.Start(&fuzz::Tune(), {0xffff, 3, 0, 127, true});
  const std::uint8_t kind = material.Take<std::uint8_t>() % 4;
  if (kind & 1) {
    ByteReader snapshot(material.Bytes(material.Below(80)));
    if (!sequencer.Restore(snapshot)) sequencer.Start(&fuzz::Tune(), {});
  }
  if (kind & 2) {
    fuzz::CheckConductor(material, sequencer);
  } else {
    fuzz::Exact raw(material.Rest());
    fuzz::CheckControl(raw.span(), sequencer);
  }
  return 0;
}
