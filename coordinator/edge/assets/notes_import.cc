// SPDX-License-Identifier: Apache-2.0
#include <glib.h>  // before smf.h, which includes it as C; today it holds C++
#include <smf.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "coordinator/edge/assets/formats.h"
#include "coordinator/edge/assets/midi_notes.h"
#include "dsp/graph/canonical.h"
#include "proto/session/note_file.h"

namespace continuo::coordinator {
namespace {

using session::FileNote;
using session::Ticks;

constexpr std::size_t kBytesMax = 16u << 20;

// What libsmf found. Ticks still of the file.
struct Song {
  std::vector<FileNote> notes;
  Ticks end = 0;  // of the last track
  std::uint32_t messages = 0;
};

// libsmf reports to glib's log, which writes to the error output.
void Quiet() {
  static const guint handler = g_log_set_handler(
      "libsmf", GLogLevelFlags(G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION),
      [](const gchar*, GLogLevelFlags, const gchar*, gpointer) {}, nullptr);
  static_cast<void>(handler);
}

void Add(const smf_event_t& event, Song& song) {
  ++song.messages;
  song.end = std::max(song.end, Ticks{event.time_pulses});
  const std::span<const unsigned char> message(event.midi_buffer,
                                               static_cast<std::size_t>(event.midi_buffer_length));
  if (message.size() != 3 || message[0] >= 0xA0) return;
  const bool on = message[0] >= 0x90 && message[2] > 0;
  song.notes.push_back({.tick = event.time_pulses,
                        .on = on,
                        .channel = static_cast<std::uint8_t>(message[0] & 15),
                        .key = message[1],
                        .velocity = message[2]});
}

Song Decode(const MidiNotes& midi) {
  Quiet();
  const std::unique_ptr<smf_t, decltype(&smf_delete)> file(
      smf_load_from_memory(midi.file.data(), static_cast<int>(midi.file.size())), smf_delete);
  Song song;
  if (file == nullptr) return song;
  for (int t = 1; t <= file->number_of_tracks; ++t) {
    const smf_track_t* track = smf_get_track_by_number(file.get(), t);
    for (int e = 1; e <= track->number_of_events; ++e) {
      Add(*smf_track_get_event_by_number(track, e), song);
    }
  }
  return song;
}

// A note that begins and ends on one tick would, with offs before ons, be ended before it begins and sound for ever.
// Such pairs are left out. An off that follows an on of the same tick may as well end an older note, if there is one.
void DropNotesOfNoLength(std::vector<FileNote>& notes) {
  constexpr std::uint8_t kDropped = 2;
  std::vector<int> sounding(16 * 128);
  std::vector<std::vector<FileNote*>> begun(16 * 128);  // on this tick
  const auto key_of = [](const FileNote& note) { return note.channel * 128u + note.key; };
  for (auto first = notes.begin(); first != notes.end();) {
    const auto last =
        std::find_if(first, notes.end(), [&](const FileNote& n) { return n.tick != first->tick; });
    for (FileNote& note : std::span(first, last)) {
      const auto key = key_of(note);
      if (note.on != 0) {
        begun[key].push_back(&note);
      } else if (sounding[key] > 0) {
        --sounding[key];
      } else if (!begun[key].empty()) {
        begun[key].back()->on = note.on = kDropped;
        begun[key].pop_back();
      }
    }
    for (const FileNote& note : std::span(first, last)) {
      sounding[key_of(note)] += static_cast<int>(begun[key_of(note)].size());
      begun[key_of(note)].clear();
    }
    first = last;
  }
  std::erase_if(notes, [](const FileNote& note) { return note.on == kDropped; });
}

// By tick, offs before ons; what is equal stays in the order of the file.
void Sort(std::vector<FileNote>& notes) {
  std::stable_sort(notes.begin(), notes.end(),
                   [](const FileNote& a, const FileNote& b) { return a.tick < b.tick; });
  DropNotesOfNoLength(notes);
  std::stable_sort(notes.begin(), notes.end(), [](const FileNote& a, const FileNote& b) {
    return a.tick != b.tick ? a.tick < b.tick : a.on < b.on;
  });
}

// Nearest canonical tick. Exact wherever the file's ticks divide a beat of 983040, as all usual ones do; the product
// stays below 2^49.
Ticks Rescale(Ticks tick, int ticks_per_quarter) {
  return (2 * tick * session::kTicksPerBeat + ticks_per_quarter) / (2 * ticks_per_quarter);
}

CanonicalAsset Canonical(const Song& song, Ticks length) {
  CanonicalAsset asset;
  const auto count = static_cast<std::uint32_t>(song.notes.size());
  std::array<std::uint8_t, dsp::kCanonicalHeaderBytes> header;
  dsp::WriteNotesHeader(count, length, header);
  asset.bytes.assign(header.begin(), header.end());
  for (const FileNote& note : song.notes) {
    std::array<char, sizeof(FileNote)> record{};  // padding must be zero: it is part of the hash
    for (int i = 0; i < 8; ++i) record[i] = static_cast<char>(note.tick >> 8 * i & 0xFF);
    record[8] = static_cast<char>(note.on);
    record[9] = static_cast<char>(note.channel);
    record[10] = static_cast<char>(note.key);
    record[11] = static_cast<char>(note.velocity);
    asset.bytes.append(record.data(), record.size());
  }
  asset.about.notes = count;
  return asset;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  std::ifstream in(path, std::ios::binary);
  if (unknown || !in) {
    return absl::PermissionDeniedError("cannot be opened: make it readable for the coordinator");
  }
  if (size > kBytesMax) {
    return absl::InvalidArgumentError(
        "is larger than 16 MiB, the most a MIDI file may be: split it");
  }
  std::string bytes(size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

}  // namespace

absl::StatusOr<CanonicalAsset> ImportNotes(const std::string& path) {
  const absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<MidiNotes> midi = CutDownToNotes(*bytes);
  if (!midi.ok()) return midi.status();
  Song song = Decode(*midi);
  if (song.messages != midi->messages) {
    return absl::InternalError(
        "was not read completely by libsmf: export it again, with fewer tracks");
  }
  Sort(song.notes);
  if (std::none_of(song.notes.begin(), song.notes.end(), [](const FileNote& n) { return n.on; })) {
    return absl::InvalidArgumentError("has no notes in it: give a file that has");
  }
  const int quarter = midi->ticks_per_quarter;
  for (FileNote& note : song.notes) note.tick = Rescale(note.tick, quarter);
  // A loop of no length would never go on.
  const Ticks beats = std::max<Ticks>(1, (song.end + quarter - 1) / quarter);
  return Canonical(song, beats * session::kTicksPerBeat);
}

}  // namespace continuo::coordinator
