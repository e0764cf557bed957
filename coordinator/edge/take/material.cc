// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/take/material.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "coordinator/edge/take/take.h"
#include "dsp/graph/canonical.h"

namespace continuo::coordinator {

absl::StatusOr<Material::File*> Material::Load(const std::string& hash, bool is_notes) {
  if (const auto known = files_.find(hash); known != files_.end()) return known->second.get();
  const std::filesystem::path path = folder_ / hash;
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return absl::NotFoundError(absl::StrCat("asset ", path.string(), " is missing"));
  auto file = std::make_unique<File>();
  file->bytes = static_cast<std::size_t>(in.tellg());
  file->storage.resize((file->bytes + 15) / 16);
  char* bytes = reinterpret_cast<char*>(file->storage.data());
  in.seekg(0);
  in.read(bytes, static_cast<std::streamsize>(file->bytes));
  if (!in) return absl::DataLossError(absl::StrCat("asset ", path.string(), " cannot be read"));
  if (Sha256Hex({bytes, file->bytes}) != hash) {
    return absl::DataLossError(absl::StrCat("asset ", path.string(), " is not what its name says: it was changed"));
  }
  const std::span view(reinterpret_cast<const std::uint8_t*>(bytes), file->bytes);
  const char* wrong = is_notes ? dsp::ViewNotes(view, file->notes) : dsp::ViewAudio(view, file->audio);
  if (wrong != nullptr) return absl::DataLossError(absl::StrCat("asset ", path.string(), ": ", wrong));
  return (files_[hash] = std::move(file)).get();
}

absl::StatusOr<dsp::TaskMaterial> Material::Of(const dsp::TaskDescription& task) {
  dsp::TaskMaterial material;
  auto list = std::make_unique<std::vector<dsp::AudioAsset>>();
  for (const dsp::AssetUse& use : task.assets) {
    auto file = Load(std::string(use.hash.view()), /*is_notes=*/false);
    if (!file.ok()) return file.status();
    list->push_back((*file)->audio);
  }
  if (!task.notes.file.empty()) {
    auto file = Load(std::string(task.notes.file.view()), /*is_notes=*/true);
    if (!file.ok()) return file.status();
    material.notes = &(*file)->notes;
  }
  material.audio = *list;
  lists_.push_back(std::move(list));
  return material;
}

}  // namespace continuo::coordinator
