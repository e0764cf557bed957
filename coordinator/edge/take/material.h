// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dsp/graph/task_processor.h"

namespace continuo::coordinator {

/// Canonical assets of a folder, and what live inputs heard, in memory, for an offline render. Keeps what its views
/// point to.
class Material {
 public:
  /// `recordings`: the folder of the take; empty: there is none.
  explicit Material(std::filesystem::path folder, std::filesystem::path recordings = {})
      : folder_(std::move(folder)), recordings_(std::move(recordings)) {}

  /// Keeps a canonical asset that is not in the folder.
  void Put(const std::string& hash, std::string_view bytes);

  /// The material of a task. An asset whose bytes do not hash to its name is refused.
  absl::StatusOr<dsp::TaskMaterial> Of(const dsp::TaskDescription& task);
  /// What a live task heard in the show that begins at `start_n` and is `length` long (0: until further notice).
  absl::StatusOr<dsp::LiveTrack> Heard(const dsp::TaskDescription& task, MediaTime start_n,
                                       Frames length);

 private:
  struct File {
    struct alignas(16) Word {
      std::uint8_t bytes[16];
    };  // canonical files are viewed in place
    std::vector<Word> storage;
    std::size_t bytes = 0;
    session::NoteFile notes;
    dsp::AudioAsset audio;
  };
  static std::unique_ptr<File> Room(std::size_t bytes);
  absl::StatusOr<std::unique_ptr<File>> Read(const std::string& hash) const;
  absl::StatusOr<File*> Load(const std::string& hash, bool is_notes);

  std::filesystem::path folder_, recordings_;
  std::map<std::string, std::unique_ptr<File>> files_;
  std::vector<std::unique_ptr<std::vector<dsp::AudioAsset>>> lists_;
  std::vector<std::unique_ptr<std::vector<float>>> heard_;
};

}  // namespace continuo::coordinator
