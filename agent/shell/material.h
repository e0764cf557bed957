// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/rt/task_body.h"
#include "proto/plan/plan.h"

namespace continuo::agent {

/// The canonical assets that the tasks of this node play. An asset is in memory once, however many tasks of however
/// many plans play it, and as long as one of them does. One thread at a time.
class MaterialShelf {
 public:
  using PathOf = std::function<std::filesystem::path(const std::string& hash)>;
  explicit MaterialShelf(PathOf path_of) : path_of_(std::move(path_of)) {}

  /// What the tasks with a replica on `self` play, of plan.tasks[i]. Empty text, or a sentence.
  std::string Load(const plan::Plan& plan, plan::NodeId self, std::vector<rt::Material>& of_tasks);

 private:
  struct alignas(16) Word {
    std::uint8_t bytes[16];
  };
  struct File {
    std::vector<Word> storage;  // views need 16-byte alignment
    std::size_t bytes = 0;
    std::span<const std::uint8_t> view() const {
      return {reinterpret_cast<const std::uint8_t*>(storage.data()), bytes};
    }
  };
  struct Held {  // what the views of one task point to
    std::vector<std::shared_ptr<const File>> files;
    std::vector<dsp::AudioAsset> audio;
    session::NoteFile notes;
  };
  std::string LoadTask(const dsp::TaskDescription& task, rt::Material& material);
  std::shared_ptr<const File> Read(const std::string& hash, std::string& error);

  const PathOf path_of_;
  std::map<std::string, std::weak_ptr<const File>> files_;
};

}  // namespace continuo::agent
