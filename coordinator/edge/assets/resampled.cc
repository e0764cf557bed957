// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/assets/resampled.h"

#include <samplerate.h>
#include <sndfile.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "proto/transport/asset_folder.h"

namespace continuo::coordinator {
namespace {

namespace fs = std::filesystem;

/// Raised when the conversion, or the form of what is kept, becomes another.
constexpr std::string_view kForm = "continuo resampled 1 ";
constexpr std::size_t kHashDigits = 64;

std::optional<std::string> ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return std::nullopt;
  return bytes;
}

}  // namespace

Resampled Resampled::OfUser() {
  // A relative path in the variable is to be ignored, says the standard.
  if (const char* const cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
    return Resampled(fs::path(cache) / "continuo/resampled");
  if (const char* const home = std::getenv("HOME"); home != nullptr && *home == '/')
    return Resampled(fs::path(home) / ".cache/continuo/resampled");
  return Resampled({});
}

std::string Resampled::KeyOf(const std::string& path) {
  const std::optional<std::string> bytes = ReadAll(path);
  if (!bytes) return "";
  return transport::Sha256(std::string(kForm) + src_get_version() + sf_version_string() +
                           transport::Sha256(*bytes));
}

std::optional<std::string> Resampled::Find(const std::string& key) const {
  if (folder_.empty() || key.empty()) return std::nullopt;
  const fs::path path = folder_ / key;
  std::optional<std::string> bytes = ReadAll(path);
  if (!bytes || bytes->size() < kHashDigits) return std::nullopt;
  const std::string hash = bytes->substr(bytes->size() - kHashDigits);
  bytes->resize(bytes->size() - kHashDigits);
  if (transport::Sha256(*bytes) != hash) return std::nullopt;
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
  return bytes;
}

void Resampled::Keep(const std::string& key, std::string_view canonical) const {
  if (folder_.empty() || key.empty()) return;
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) return;
  const fs::path draft = folder_ / ("." + key + "." + std::to_string(getpid()));
  {
    std::ofstream out(draft, std::ios::binary);
    out << canonical << transport::Sha256(canonical);
    out.close();
    if (out) fs::rename(draft, folder_ / key, failed);
    if (!out || failed) fs::remove(draft, failed);
  }
  MakeRoom();
}

void Resampled::MakeRoom() const {
  struct Kept {
    fs::file_time_type used;
    std::uintmax_t bytes;
    fs::path path;
  };
  std::vector<Kept> all;
  std::uintmax_t total = 0;
  std::error_code gone;
  for (fs::directory_iterator entry(folder_, gone); !gone && entry != fs::directory_iterator();
       entry.increment(gone)) {
    std::error_code vanished;
    const Kept kept{entry->last_write_time(vanished), entry->file_size(vanished), entry->path()};
    if (vanished) continue;
    total += kept.bytes;
    all.push_back(kept);
  }
  std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) { return a.used < b.used; });
  for (const Kept& kept : all) {
    if (total <= kBytesMax) return;
    fs::remove(kept.path, gone);
    total -= kept.bytes;
  }
}

}  // namespace continuo::coordinator
