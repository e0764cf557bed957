// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/assets/midi_notes.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

// Standard MIDI Files 1.0 (RP-001): chunks, then per track pairs of a delta time and a message.

namespace continuo::coordinator {
namespace {

constexpr std::uint32_t kTickLimit = 1u << 28;  // what four bytes of a variable-length number hold

// Reads big-endian; past the end: zeros, and whole() is false from then on.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool whole() const { return whole_; }
  bool empty() const { return at_ == bytes_.size(); }
  std::size_t at() const { return at_; }

  std::uint8_t Byte() {
    const std::string_view byte = Take(1);
    return byte.empty() ? 0 : static_cast<std::uint8_t>(byte[0]);
  }
  std::uint8_t Peek() const { return empty() ? 0 : static_cast<std::uint8_t>(bytes_[at_]); }
  std::uint32_t Number(int bytes) {
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | Byte();
    return value;
  }
  // Seven bits a byte, the last has bit 7 clear. More than four bytes count as cut off.
  std::uint32_t Variable() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const std::uint8_t byte = Byte();
      value = value << 7 | (byte & 0x7F);
      if ((byte & 0x80) == 0) return value;
    }
    whole_ = false;
    return 0;
  }
  std::string_view Take(std::size_t bytes) {
    if (bytes > bytes_.size() - at_) {
      whole_ = false;
      at_ = bytes_.size();
      return {};
    }
    at_ += bytes;
    return bytes_.substr(at_ - bytes, bytes);
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool whole_ = true;
};

void AppendNumber(std::string& out, std::uint32_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xFF);
}

void AppendVariable(std::string& out, std::uint32_t value) {
  for (int shift = 21; shift > 0; shift -= 7) {
    if (value >> shift != 0) out += static_cast<char>((value >> shift & 0x7F) | 0x80);
  }
  out += static_cast<char>(value & 0x7F);
}

absl::Status WrongSong(const std::string& what) {
  return absl::InvalidArgumentError(what);
}

// One track, from its chunk to its chunk.
class SongTrack {
 public:
  SongTrack(std::string_view events, int number) : in_(events), number_(number) {}

  absl::Status Read() {
    while (!ended_ && !in_.empty()) {
      const std::uint32_t delta = in_.Variable();
      if (delta >= kTickLimit - tick_) return Broken("goes on for more than 268435455 ticks");
      tick_ += delta;
      if (absl::Status status = Message(); !status.ok()) return status;
      if (!in_.whole()) return Broken("breaks off in the middle of a message");
    }
    Keep(0xFF, 0x2F, 0);  // also where a careless program left the end of the track out
    return absl::OkStatus();
  }

  std::uint32_t messages() const { return messages_; }
  void AppendTo(std::string& file) const {
    file += "MTrk";
    AppendNumber(file, static_cast<std::uint32_t>(out_.size()), 4);
    file += out_;
  }

 private:
  absl::Status Message() {
    // Strictly, a text or system exclusive message ends running status; programs exist that do not know.
    const std::uint8_t status = (in_.Peek() & 0x80) != 0 ? in_.Byte() : running_;
    if (status == 0xFF) {
      ended_ = in_.Byte() == 0x2F;
      in_.Take(in_.Variable());
    } else if (status == 0xF0 || status == 0xF7) {
      in_.Take(in_.Variable());
    } else if (status >= 0x80 && status < 0xF0) {
      running_ = status;
      const std::uint8_t first = in_.Byte();
      const bool two = (status & 0xE0) != 0xC0;  // all but program change and channel pressure
      const std::uint8_t second = two ? in_.Byte() : 0;
      if (((first | second) & 0x80) != 0) return Broken("holds a data byte above 127");
      if (status < 0xA0) Keep(status, first, second);
    } else {
      return Broken("holds something that is not a message");
    }
    return absl::OkStatus();
  }

  void Keep(std::uint8_t status, std::uint8_t first, std::uint8_t second) {
    AppendVariable(out_, tick_ - kept_tick_);
    kept_tick_ = tick_;
    for (const std::uint8_t byte : {status, first, second}) out_ += static_cast<char>(byte);
    ++messages_;
  }

  absl::Status Broken(const char* what) const {
    return WrongSong(absl::StrCat("is broken: track ", number_, " ", what, " (byte ", in_.at(),
                                  " of the track): export it again"));
  }

  Reader in_;
  int number_;
  std::uint8_t running_ = 0;
  bool ended_ = false;
  std::uint32_t tick_ = 0, kept_tick_ = 0, messages_ = 0;
  std::string out_;
};

absl::Status CheckHeader(std::uint32_t format, std::uint32_t tracks, std::uint32_t division) {
  if (format == 2)
    return WrongSong("holds several songs (format 2): save the one you mean as format 0 or 1");
  if (format > 2)
    return WrongSong(absl::StrCat("has the unknown format ", format, ": save it as format 0 or 1"));
  if ((division & 0x8000) != 0) {
    return WrongSong(
        "counts time in SMPTE frames, not in ticks per quarter note: export it in ticks (PPQ)");
  }
  if (division == 0) return WrongSong("is broken: 0 ticks per quarter note; export it again");
  if (tracks == 0) return WrongSong("has no tracks: export it again");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MidiNotes> CutDownToNotes(std::string_view file) {
  Reader in(file);
  if (in.Take(4) != "MThd")
    return WrongSong("is not a MIDI file (it does not begin with MThd): give a .mid file");
  Reader header(in.Take(in.Number(4)));
  const std::uint32_t format = header.Number(2), tracks = header.Number(2),
                      division = header.Number(2);
  if (!header.whole()) return WrongSong("is cut off in its header: copy it again");
  if (absl::Status status = CheckHeader(format, tracks, division); !status.ok()) return status;

  MidiNotes notes;
  notes.ticks_per_quarter = static_cast<int>(division);
  notes.file = "MThd";
  AppendNumber(notes.file, 6, 4);
  for (const std::uint32_t number : {format, tracks, division}) AppendNumber(notes.file, number, 2);
  while (notes.tracks < static_cast<int>(tracks)) {
    const std::string_view kind = in.Take(4);
    const std::string_view events = in.Take(in.Number(4));
    if (!in.whole()) {
      return WrongSong(absl::StrCat("is cut off in track ", notes.tracks + 1, " of ", tracks,
                                    ": copy it again"));
    }
    if (kind != "MTrk") continue;  // of another program; the format allows it
    SongTrack track(events, ++notes.tracks);
    if (absl::Status status = track.Read(); !status.ok()) return status;
    track.AppendTo(notes.file);
    notes.messages += track.messages();
  }
  return notes;
}

}  // namespace continuo::coordinator
