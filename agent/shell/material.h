// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dsp/graph/task_processor.h"
#include "proto/plan/plan.h"

namespace continuo::agent {

/// The canonical assets that a node's tasks of a plan play, in memory. Keeps what the views point to.
class Material {
 public:
  using PathOf = std::function<std::filesystem::path(const std::string& hash)>;

  /// Reads what the tasks with a replica on `self` need. Empty, or a sentence.
  std::string Load(const plan::Plan& plan, plan::NodeId self, const PathOf& path_of);
  /// Of plan.tasks[i]; empty where no replica runs here.
  const std::vector<dsp::TaskMaterial>& of_tasks() const { return of_tasks_; }

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
  std::string LoadTask(const dsp::TaskDescription& task, const PathOf& path_of,
                       dsp::TaskMaterial& material);
  const File* Read(const std::string& hash, const PathOf& path_of, std::string& error);

  std::map<std::string, File> files_;
  std::vector<std::unique_ptr<std::vector<dsp::AudioAsset>>> audio_;
  std::vector<std::unique_ptr<session::NoteFile>> notes_;
  std::vector<dsp::TaskMaterial> of_tasks_;
};

}  // namespace continuo::agent
