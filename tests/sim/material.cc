// SPDX-License-Identifier: Apache-2.0
#include "sim/material.h"

#include <algorithm>
#include <string>

namespace continuo::sim {
namespace {

std::vector<session::FileNote> MakeNotes() {
  std::vector<session::FileNote> notes;
  for (int i = 0; i < 400; ++i) {
    const session::Ticks tick = i * session::kTicksPerBeat / 6;
    const auto channel = static_cast<std::uint8_t>(i % 3);
    const auto key = static_cast<std::uint8_t>(40 + i * 7 % 36);
    notes.push_back({tick, 1, channel, key, static_cast<std::uint8_t>(60 + i % 60)});
    notes.push_back({tick + session::kTicksPerBeat / 7, 0, channel, key, 0});
  }
  std::stable_sort(notes.begin(), notes.end(), [](const auto& a, const auto& b) {
    return a.tick != b.tick ? a.tick < b.tick : a.on < b.on;
  });
  return notes;
}

const session::NoteFile& Song() {
  static const std::vector<session::FileNote> notes = MakeNotes();
  static const session::NoteFile song{notes, 68 * session::kTicksPerBeat};
  return song;
}

}  // namespace

std::vector<coordinator::ImportedAsset> Imported() {
  coordinator::ImportedAsset song;
  song.name = "song";
  song.kind = coordinator::AssetKind::kNotes;
  song.hash = std::string(64, 'a');
  song.notes = static_cast<std::uint32_t>(Song().notes.size());
  song.bytes = 16 * Song().notes.size();
  return {song};
}

std::vector<dsp::TaskMaterial> MaterialOf(const plan::Plan& plan) {
  std::vector<dsp::TaskMaterial> material(plan.tasks.size());
  for (std::size_t i = 0; i < material.size(); ++i) {
    if (!plan.tasks[i].description.notes.file.empty()) material[i].notes = &Song();
  }
  return material;
}

}  // namespace continuo::sim
