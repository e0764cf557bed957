// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/take/material.h"

#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "coordinator/edge/take/take.h"
#include "dsp/graph/canonical.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {

std::unique_ptr<Material::File> Material::Room(std::size_t bytes) {
  auto file = std::make_unique<File>();
  file->bytes = bytes;
  file->storage.resize((bytes + 15) / 16);
  return file;
}

void Material::Put(const std::string& hash, std::string_view bytes) {
  auto file = Room(bytes.size());
  std::memcpy(file->storage.data(), bytes.data(), bytes.size());
  files_[hash] = std::move(file);
}

absl::StatusOr<std::unique_ptr<Material::File>> Material::Read(const std::string& hash) const {
  const std::filesystem::path path = folder_ / hash;
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return absl::NotFoundError(absl::StrCat("asset ", path.string(), " is missing"));
  auto file = Room(static_cast<std::size_t>(in.tellg()));
  char* const bytes = reinterpret_cast<char*>(file->storage.data());
  in.seekg(0);
  in.read(bytes, static_cast<std::streamsize>(file->bytes));
  if (!in) return absl::DataLossError(absl::StrCat("asset ", path.string(), " cannot be read"));
  if (Sha256Hex({bytes, file->bytes}) != hash) {
    return absl::DataLossError(
        absl::StrCat("asset ", path.string(), " is not what its name says: it was changed"));
  }
  return file;
}

absl::StatusOr<Material::File*> Material::Load(const std::string& hash, bool is_notes) {
  std::unique_ptr<File>& file = files_[hash];
  if (file == nullptr) {
    auto read = Read(hash);
    if (!read.ok()) return read.status();
    file = *std::move(read);
  }
  const std::span view(reinterpret_cast<const std::uint8_t*>(file->storage.data()), file->bytes);
  const char* wrong =
      is_notes ? dsp::ViewNotes(view, file->notes) : dsp::ViewAudio(view, file->audio);
  if (wrong != nullptr) return absl::DataLossError(absl::StrCat("asset ", hash, ": ", wrong));
  return file.get();
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

absl::StatusOr<dsp::LiveTrack> Material::Heard(const dsp::TaskDescription& task, MediaTime start_n,
                                               Frames length) {
  const std::string name = std::string(task.name.view()) + std::string(plan::kInputSuffix);
  std::optional<FeedRecord> record;
  if (!recordings_.empty()) {
    auto found = FindFeed(recordings_, name, start_n, length);
    if (!found.ok()) return found.status();
    record = *std::move(found);
  }
  if (!record) {
    return absl::NotFoundError(absl::StrCat(
        "it is live, and there is no recording of what it heard (", name,
        ".f32): that can be rendered from a take only, whose agent records (--record)"));
  }
  auto samples = std::make_unique<std::vector<float>>(
      static_cast<std::size_t>(record->frames * record->channels));
  std::ifstream in(record->sound, std::ios::binary);
  in.read(reinterpret_cast<char*>(samples->data()),
          static_cast<std::streamsize>(samples->size() * sizeof(float)));
  if (!in) return absl::DataLossError(absl::StrCat(record->sound.string(), " cannot be read"));
  const dsp::LiveTrack track{*samples, record->channels, record->first_n};
  heard_.push_back(std::move(samples));
  return track;
}

}  // namespace continuo::coordinator
