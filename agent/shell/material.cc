// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/material.h"

#include <algorithm>
#include <fstream>

#include "dsp/graph/canonical.h"

namespace continuo::agent {

std::string Material::Load(const plan::Plan& plan, plan::NodeId self, const PathOf& path_of) {
  of_tasks_.assign(plan.tasks.size(), {});
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    const plan::Task& task = plan.tasks[i];
    const bool here = std::any_of(task.replicas.begin(), task.replicas.end(),
                                  [self](const plan::Replica& r) { return r.node == self; });
    if (!here) continue;
    if (std::string wrong = LoadTask(task.description, path_of, of_tasks_[i]); !wrong.empty()) {
      return "task " + std::string(task.description.name.view()) + ": " + wrong;
    }
  }
  return {};
}

std::string Material::LoadTask(const dsp::TaskDescription& task, const PathOf& path_of,
                               dsp::TaskMaterial& material) {
  std::string error;
  auto audio = std::make_unique<std::vector<dsp::AudioAsset>>();
  for (const dsp::AssetUse& use : task.assets) {
    const File* const file = Read(std::string(use.hash.view()), path_of, error);
    if (file == nullptr) return error;
    const char* const wrong = dsp::ViewAudio(file->view(), audio->emplace_back());
    if (wrong != nullptr) return "asset " + std::string(use.hash.view()) + ": " + wrong;
  }
  material.audio = *audio;
  audio_.push_back(std::move(audio));
  if (task.notes.file.empty()) return {};
  const File* const file = Read(std::string(task.notes.file.view()), path_of, error);
  if (file == nullptr) return error;
  notes_.push_back(std::make_unique<session::NoteFile>());
  material.notes = notes_.back().get();
  const char* const wrong = dsp::ViewNotes(file->view(), *notes_.back());
  if (wrong != nullptr) return "asset " + std::string(task.notes.file.view()) + ": " + wrong;
  return {};
}

const Material::File* Material::Read(const std::string& hash, const PathOf& path_of,
                                     std::string& error) {
  const auto [at, is_new] = files_.try_emplace(hash);
  File& file = at->second;
  if (!is_new) return &file;
  const std::filesystem::path path = path_of(hash);
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  file.bytes = in ? static_cast<std::size_t>(in.tellg()) : 0;
  file.storage.resize((file.bytes + sizeof(Word) - 1) / sizeof(Word));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(file.storage.data()), static_cast<std::streamsize>(file.bytes));
  if (in) return &file;
  error = "cannot read " + path.string();
  files_.erase(at);
  return nullptr;
}

}  // namespace continuo::agent
