// SPDX-License-Identifier: Apache-2.0
// Asset files as they arrive from another node: a name is a hash, but the first to name it may have been wrong.
#include <algorithm>
#include <cstring>

#include "dsp/graph/canonical.h"
#include "fuzz/material.h"
#include "proto/session/sequencer.h"

namespace continuo::fuzz {
namespace {

/// A file that was accepted can be played, looped, from anywhere.
void Play(const session::NoteFile& notes) {
  session::Sequencer sequencer;
  sequencer.Start(&notes, {0xffff, 48, 0, 127, true});
  session::ControlQuantum quantum{
      .n = 4'000'000'000, .frames = 96, .plan_version = 1, .segments = {}};
  session::Segment segment;
  segment.playing = true;
  segment.n0 = quantum.n;
  quantum.segments.push_back(segment);
  for (const session::Ticks at :
       {session::Ticks{0}, notes.length / 2, notes.length - 1, session::kTickLimit - 1}) {
    session::SequencedNote out[8];
    quantum.segments[0].version += 1;
    quantum.segments[0].tick0 = std::clamp<session::Ticks>(at, 0, session::kTickLimit - 1);
    for (int i = 0; i < 3; ++i, quantum.n += quantum.frames) sequencer.Run(quantum, out);
  }
}

void Read(std::span<const std::uint8_t> file) {
  dsp::AudioAsset audio;
  if (dsp::ViewAudio(file, audio) == nullptr) {
    Require(audio.frames >= 0 && audio.channels >= 1, "an audio asset has channels");
    for (const dsp::Zone& zone : audio.zones) {
      Require(dsp::IsSane(zone, audio.frames), "zones are within their recording");
    }
    float sum = 0;
    for (Frames i = 0; i < audio.frames * audio.channels; ++i) sum += audio.samples[i];
    volatile float heard = sum;
    (void)heard;
  }
  session::NoteFile notes;
  if (dsp::ViewNotes(file, notes) == nullptr) {
    session::Ticks last = 0;
    for (const session::FileNote& note : notes.notes) {
      Require(note.tick >= last && note.channel < 16 && note.key < 128 && note.velocity < 128,
              "notes are sane");
      last = note.tick;
    }
    Require(last <= notes.length, "the file is as long as its notes");
    Play(notes);
  }
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace continuo;
  const fuzz::Exact raw({bytes, size});
  fuzz::Exact file({bytes, size});
  fuzz::Read(file.span());
  // The same under a good header: the fuzzer need not find out what one looks like.
  if (size < dsp::kCanonicalHeaderBytes + 16) return 0;
  const std::span<std::uint8_t, dsp::kCanonicalHeaderBytes> head(file.span().data(),
                                                                 dsp::kCanonicalHeaderBytes);
  const std::size_t body = size - dsp::kCanonicalHeaderBytes;
  const int channels = 1 + bytes[0] % 8;
  dsp::WriteAudioHeader(channels, static_cast<Frames>(body / sizeof(float) / channels), head);
  fuzz::Read(file.span());
  const std::size_t zones = 1 + bytes[1] % 4;
  if (body >= zones * sizeof(dsp::Zone)) {
    const std::size_t samples = (body - zones * sizeof(dsp::Zone)) / sizeof(float);
    dsp::WriteAudioHeader(channels, static_cast<Frames>(samples / channels), head,
                          static_cast<std::uint32_t>(zones));
    fuzz::Read(file.span());
  }
  session::Ticks length = 0;
  std::memcpy(&length, bytes, sizeof(length));
  dsp::WriteNotesHeader(static_cast<std::uint32_t>(body / 16), length, head);
  fuzz::Read(file.span());
  return 0;
}
