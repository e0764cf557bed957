// SPDX-License-Identifier: Apache-2.0
#include "dsp/graph/canonical.h"

#include <bit>
#include <cstring>

#include "dsp/base/bytes.h"
#include "dsp/base/units.h"

namespace continuo::dsp {
namespace {

static_assert(std::endian::native == std::endian::little, "canonical assets are viewed in place");
static_assert(sizeof(session::FileNote) == 16 && offsetof(session::FileNote, on) == 8 &&
                  offsetof(session::FileNote, channel) == 9 &&
                  offsetof(session::FileNote, key) == 10 &&
                  offsetof(session::FileNote, velocity) == 11,
              "a record of a notes file is a FileNote");

constexpr std::uint32_t Magic(const char (&text)[5]) {
  return static_cast<std::uint32_t>(text[0]) | static_cast<std::uint32_t>(text[1]) << 8 |
         static_cast<std::uint32_t>(text[2]) << 16 | static_cast<std::uint32_t>(text[3]) << 24;
}
constexpr std::uint32_t kAudio = Magic("CAUD");
constexpr std::uint32_t kNotes = Magic("CMID");

bool Aligned(std::span<const std::uint8_t> file) {
  return (reinterpret_cast<std::uintptr_t>(file.data()) & 15) == 0;
}

}  // namespace

const char* ViewAudio(std::span<const std::uint8_t> file, AudioAsset& audio) {
  ByteReader in(file);
  if (in.Le<std::uint32_t>() != kAudio) return "not a canonical audio asset";
  if (in.Le<std::uint32_t>() != kCanonicalVersion) return "canonical audio of another version";
  if (in.Le<std::uint32_t>() != kSampleRate) return "canonical audio of another rate than 48000 Hz";
  const auto channels = in.Le<std::uint32_t>();
  const auto frames = in.Le<std::uint64_t>();
  const auto zones = in.Le<std::uint32_t>();
  in.Le<std::uint32_t>();
  if (!in.ok()) return "canonical audio is cut off";
  if (channels < 1 || channels > kMaxChannels) return "canonical audio must have 1 to 8 channels";
  const std::uint64_t bytes_per_frame = channels * sizeof(float);
  if (zones > kMaxZones) return "a kit must have at most 1024 zones";
  const std::size_t zone_bytes = zones * sizeof(Zone);
  if (in.left() < zone_bytes || (in.left() - zone_bytes) % bytes_per_frame != 0 ||
      (in.left() - zone_bytes) / bytes_per_frame != frames) {
    return "canonical audio has another length than its header says";
  }
  if (!Aligned(file)) return "canonical audio must be aligned to 16 bytes in memory";
  audio.channels = static_cast<int>(channels);
  audio.frames = static_cast<Frames>(frames);
  audio.samples = reinterpret_cast<const float*>(file.data() + kCanonicalHeaderBytes);
  audio.zones = {reinterpret_cast<const Zone*>(file.data() + file.size() - zone_bytes), zones};
  for (const Zone& zone : audio.zones) {
    if (!IsSane(zone, audio.frames)) return "a zone of a kit holds a value out of its range";
  }
  return nullptr;
}

const char* ViewNotes(std::span<const std::uint8_t> file, session::NoteFile& notes) {
  ByteReader in(file);
  if (in.Le<std::uint32_t>() != kNotes) return "not a canonical notes asset";
  if (in.Le<std::uint32_t>() != kCanonicalVersion) return "canonical notes of another version";
  if (in.Le<std::uint32_t>() != session::kTicksPerBeat)
    return "canonical notes with other ticks than 983040 a beat";
  const auto count = in.Le<std::uint32_t>();
  const auto length = in.Le<std::int64_t>();
  in.Le<std::uint64_t>();
  if (!in.ok()) return "canonical notes are cut off";
  if (length < 0 || length >= session::kTickLimit)
    return "canonical notes have an impossible length";
  if (in.left() != static_cast<std::uint64_t>(count) * sizeof(session::FileNote)) {
    return "canonical notes have another length than their header says";
  }
  if (!Aligned(file)) return "canonical notes must be aligned to 16 bytes in memory";
  const auto* first =
      reinterpret_cast<const session::FileNote*>(file.data() + kCanonicalHeaderBytes);
  for (std::uint32_t i = 0; i < count; ++i) {
    const session::FileNote& note = first[i];
    if (note.tick < 0 || (i > 0 && note.tick < first[i - 1].tick))
      return "canonical notes are not sorted by tick";
    if (note.on > 1 || note.channel > 15 || note.key > 127 || note.velocity > 127) {
      return "canonical notes hold a value outside MIDI's range";
    }
  }
  if (count > 0 && first[count - 1].tick > length)
    return "canonical notes go on after their length";
  notes.notes = {first, count};
  notes.length = length;
  return nullptr;
}

void WriteAudioHeader(int channels, Frames frames,
                      std::span<std::uint8_t, kCanonicalHeaderBytes> out, std::uint32_t zones) {
  ByteWriter header(out);
  header.Le(kAudio);
  header.Le(kCanonicalVersion);
  header.Le(static_cast<std::uint32_t>(kSampleRate));
  header.Le(static_cast<std::uint32_t>(channels));
  header.Le(static_cast<std::uint64_t>(frames));
  header.Le(zones);
  header.Le(std::uint32_t{0});
}

void WriteNotesHeader(std::uint32_t count, session::Ticks length,
                      std::span<std::uint8_t, kCanonicalHeaderBytes> out) {
  ByteWriter header(out);
  header.Le(kNotes);
  header.Le(kCanonicalVersion);
  header.Le(static_cast<std::uint32_t>(session::kTicksPerBeat));
  header.Le(count);
  header.Le(static_cast<std::int64_t>(length));
  header.Le(std::uint64_t{0});
}

}  // namespace continuo::dsp
