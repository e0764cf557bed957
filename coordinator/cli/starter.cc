// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/starter.h"

#include <algorithm>
#include <array>

namespace continuo::coordinator::cli {
namespace {

constexpr int kTicks = 480;  // of a beat

struct Message {
  int tick = 0;
  std::array<std::uint8_t, 3> bytes{};
};

void AddNote(std::vector<Message>& messages, int channel, int key, int velocity, int from, int to) {
  const auto byte = [](int value) { return static_cast<std::uint8_t>(value); };
  messages.push_back({from, {byte(0x90 | (channel - 1)), byte(key), byte(velocity)}});
  messages.push_back({to, {byte(0x80 | (channel - 1)), byte(key), 0}});
}

/// Am, F, C, G: a bar each.
std::vector<Message> Notes() {
  struct Chord {
    int bass;
    std::array<int, 4> keys;
  };
  constexpr Chord kChords[] = {{33, {57, 60, 64, 69}},
                               {29, {57, 60, 65, 69}},
                               {36, {55, 60, 64, 67}},
                               {31, {55, 59, 62, 67}}};
  std::vector<Message> messages;
  int bar = 0;
  for (const Chord& chord : kChords) {
    const int begin = bar++ * 4 * kTicks;
    for (int beat = 0; beat < 4; ++beat) {
      const int at = begin + beat * kTicks;
      AddNote(messages, 1, chord.bass, beat == 0 ? 110 : 90, at, at + kTicks * 3 / 4);
    }
    for (int eighth = 0; eighth < 8; ++eighth) {
      const int up = eighth % 6, step = up < 4 ? up : 6 - up;
      const int at = begin + eighth * kTicks / 2;
      AddNote(messages, 2, chord.keys[static_cast<std::size_t>(step)], 80, at, at + kTicks * 2 / 5);
    }
  }
  std::ranges::stable_sort(messages, {}, &Message::tick);
  return messages;
}

void AddBig(std::vector<std::uint8_t>& out, std::uint32_t value, int bytes) {
  for (int i = bytes; i-- > 0;) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void AddText(std::vector<std::uint8_t>& out, const char* text) {
  for (; *text != 0; ++text) out.push_back(static_cast<std::uint8_t>(*text));
}

/// Seven bits a byte, the highest first; all but the last are marked.
void AddVariable(std::vector<std::uint8_t>& out, int value) {
  if (value >= 0x80) out.push_back(static_cast<std::uint8_t>(0x80 | (value >> 7)));
  out.push_back(static_cast<std::uint8_t>(value & 0x7f));
}

constexpr const char* kShow =
    R"(# A show: what is played, by what, and where it leaves.
#   continuo show check FILE   says what is wrong with it
#   continuo show apply FILE   plays it; applied again while it plays, it is changed without a gap
show: @NAME@
redundancy: 2            # replicas of each task, on different nodes: any one may die unheard
quantum: 96              # samples per block and packet: 6, 12, 16, 32, 48, 64 or 96
tempo: 100               # beats per minute
meter: 4/4
# A shared or busy machine may keep a process waiting for half a second; these let that pass for
# a pause. On machines of their own leave the line out: the defaults answer faster.
timing: {playout: 300ms, promise: 700ms, silence: 600ms, lead: 750ms}

assets:                  # paths start at this file
  song: {midi: @SONG@}
# kick: {audio: kick.wav}

tasks:
  bass:
    kind: synth
    notes: {file: song, channels: [1], loop: true}
    params: {cutoff: 700}
  keys:
    kind: synth
    notes: {file: song, channels: [2], loop: true}
# drums:                 # samples by MIDI key
#   kind: sampler
#   notes: {file: song, channels: [10], loop: true}
#   samples: {36: kick}
  room: {kind: reverb, inputs: [keys]}
  master:
    kind: mixer
    inputs: [bass, keys, room]
    params: {gain.1: 6, gain.2: 6, gain.3: 0}   # of each input, dB; change them while it plays:
                                                # continuo task set master gain.3 6 --at 17.1

outputs:
  foh: {from: master, feeds: [a, b]}   # each feed on a node of its own that has --record

scenes:                  # all of one on one sample: continuo scene recall bare --at 17.1
  bare: {bass: {cutoff: 250}, master: {gain.2: -6, gain.3: -24}}
  full: {bass: {cutoff: 700}, master: {gain.2: 6, gain.3: 0}}
)";

void Replace(std::string& text, const std::string& mark, const std::string& by) {
  if (const std::size_t at = text.find(mark); at != std::string::npos) {
    text.replace(at, mark.size(), by);
  }
}

}  // namespace

std::string StarterShow(const std::string& name, const std::string& song) {
  std::string text = kShow;
  Replace(text, "@NAME@", name);
  Replace(text, "@SONG@", song);
  return text;
}

std::vector<std::uint8_t> StarterSong() {
  std::vector<std::uint8_t> track;
  int now = 0;
  for (const Message& message : Notes()) {
    AddVariable(track, message.tick - now);
    track.insert(track.end(), message.bytes.begin(), message.bytes.end());
    now = message.tick;
  }
  AddVariable(track, 4 * 4 * kTicks - now);  // whole bars, so that it loops in time
  track.insert(track.end(), {0xff, 0x2f, 0x00});

  std::vector<std::uint8_t> file;
  AddText(file, "MThd");
  AddBig(file, 6, 4);
  AddBig(file, 0, 2);
  AddBig(file, 1, 2);
  AddBig(file, kTicks, 2);
  AddText(file, "MTrk");
  AddBig(file, static_cast<std::uint32_t>(track.size()), 4);
  file.insert(file.end(), track.begin(), track.end());
  return file;
}

}  // namespace continuo::coordinator::cli
