// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/record/track_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace continuo::agent {
namespace {

static_assert(std::endian::native == std::endian::little, "recordings are little-endian");

/// Names come from shows and are checked there; this keeps the side file well-formed whatever comes.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + '"';
}

}  // namespace

TrackFile::TrackFile(const std::filesystem::path& folder, const Track& track, MediaTime first_n) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  std::string name = track.name;
  path_ = folder / (name + ".f32");
  file_ = open(path_.c_str(), kFlags, 0644);
  if (file_ < 0 && errno == EEXIST) {
    name += ".from-" + std::to_string(first_n);
    path_ = folder / (name + ".f32");
    file_ = open(path_.c_str(), kFlags, 0644);
  }
  if (file_ < 0) {
    Fail("cannot make");
  } else {
    WriteSideFile(folder / (name + ".json"), track, first_n);
  }
}

TrackFile::~TrackFile() {
  if (file_ >= 0) close(file_);
}

bool TrackFile::Fail(const std::string& what) {
  error_ = what + " " + path_.string() + ": " + std::strerror(errno);
  if (errno == ENOSPC) error_ += " (make room; the sound goes on, this recording ends here)";
  if (file_ >= 0) close(file_);
  file_ = -1;
  return false;
}

bool TrackFile::WriteSideFile(const std::filesystem::path& path, const Track& track,
                              MediaTime first_n) {
  std::ofstream side(path);
  side << "{\"output\": " << Quoted(track.name) << ", \"node\": " << Quoted(track.node)
       << ", \"first_n\": " << first_n << ", \"channels\": " << track.ring->channels()
       << ", \"quantum\": " << track.quantum << ", \"build_id\": " << Quoted(track.build_id)
       << "}\n";
  side.flush();
  if (side) return true;
  path_ = path;
  return Fail("cannot write");
}

bool TrackFile::Write(std::span<const float> samples) {
  if (file_ < 0) return false;
  const char* bytes = reinterpret_cast<const char*>(samples.data());
  std::size_t left = samples.size_bytes();
  while (left > 0) {
    const ssize_t written = write(file_, bytes, left);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Fail("cannot write");
    bytes += written;
    left -= static_cast<std::size_t>(written);
  }
  samples_ += samples.size();
  return true;
}

}  // namespace continuo::agent
