// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/material.h"

#include <algorithm>
#include <fstream>

#include "dsp/graph/canonical.h"
#include "proto/plan/routes.h"

namespace continuo::agent {

std::string MaterialShelf::Load(const plan::Plan& plan, plan::NodeId self,
                                std::vector<rt::Material>& of_tasks) {
  std::erase_if(files_, [](const auto& entry) { return entry.second.expired(); });
  of_tasks.assign(plan.tasks.size(), {});
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    const plan::Task& task = plan.tasks[i];
    if (!plan::RunsOn(task, self)) continue;
    if (std::string wrong = LoadTask(task.description, of_tasks[i]); !wrong.empty()) {
      return "task " + std::string(task.description.name.view()) + ": " + wrong;
    }
  }
  return {};
}

std::string MaterialShelf::LoadTask(const dsp::TaskDescription& task, rt::Material& material) {
  std::string error;
  const auto held = std::make_shared<Held>();
  for (const dsp::AssetUse& use : task.assets) {
    const std::string hash(use.hash.view());
    held->files.push_back(Read(hash, error));
    if (held->files.back() == nullptr) return error;
    const char* const wrong =
        dsp::ViewAudio(held->files.back()->view(), held->audio.emplace_back());
    if (wrong != nullptr) return "asset " + hash + ": " + wrong;
  }
  material.plays.audio = held->audio;
  material.keeps = held;
  if (task.notes.file.empty()) return {};
  const std::string hash(task.notes.file.view());
  held->files.push_back(Read(hash, error));
  if (held->files.back() == nullptr) return error;
  material.plays.notes = &held->notes;
  const char* const wrong = dsp::ViewNotes(held->files.back()->view(), held->notes);
  return wrong == nullptr ? "" : "asset " + hash + ": " + wrong;
}

std::shared_ptr<const MaterialShelf::File> MaterialShelf::Read(const std::string& hash,
                                                               std::string& error) {
  if (auto known = files_[hash].lock()) return known;
  const auto file = std::make_shared<File>();
  const std::filesystem::path path = path_of_(hash);
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  file->bytes = in ? static_cast<std::size_t>(in.tellg()) : 0;
  file->storage.resize((file->bytes + sizeof(Word) - 1) / sizeof(Word));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(file->storage.data()), static_cast<std::streamsize>(file->bytes));
  if (!in) {
    error = "cannot read " + path.string();
    return nullptr;
  }
  files_[hash] = file;
  return file;
}

}  // namespace continuo::agent
