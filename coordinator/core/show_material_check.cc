// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/show_rules.h"
#include "dsp/graph/description.h"

namespace continuo::coordinator {
namespace {

std::vector<std::string> AssetNames(const Show& show) {
  std::vector<std::string> names;
  for (const ShowAsset& asset : show.assets) names.push_back(asset.name);
  return names;
}

/// nullptr, and an error, if there is none.
const ShowAsset* CheckIsThere(const Show& show, const std::string& field, const std::string& name,
                              Issues& issues) {
  const ShowAsset* asset = FindShowAsset(show, name);
  if (asset == nullptr) {
    issues.Error(field, "there is no asset \"" + name + "\"" + DidYouMean(name, AssetNames(show)));
  }
  return asset;
}

void CheckSample(const Show& show, const ShowSample& sample, const dsp::KernelDescription& kernel,
                 const std::string& field, Issues& issues) {
  if (sample.key < 0 || sample.key > 127) {
    issues.Error(field, "is not a MIDI key; allowed are 0 to 127");
  }
  const ShowAsset* asset = CheckIsThere(show, field, sample.asset, issues);
  if (asset == nullptr) return;
  const std::string quoted = "\"" + asset->name + "\"";
  if (asset->kind == AssetKind::kNotes) {
    issues.Error(field, quoted + " is midi, but samples are audio assets");
  } else if (IsKit(asset->kind) && !kernel.takes_kits) {
    issues.Error(field, quoted + " is a kit, and a " + kernel.kind + " plays none; a sampler does");
  } else if (IsKit(asset->kind) && sample.key != ShowSample().key) {
    issues.Error(field,
                 quoted + " is a kit and knows its keys: write `samples: " + asset->name + "`");
  }
}

void CheckSamples(const Show& show, const ShowTask& task, const dsp::KernelDescription& kernel,
                  Issues& issues) {
  const std::string field = "tasks." + task.name + ".samples";
  const int count = static_cast<int>(task.samples.size());
  const int most = std::min(kernel.assets_max, dsp::kMaxAssetsPerTask);
  if (count > 0 && most == 0) {
    issues.Error(field, std::string("a ") + kernel.kind + " plays no samples");
    return;
  }
  if (count < kernel.assets_min || count > most) {
    issues.Error(field, "has " + std::to_string(count) + " samples; a " + kernel.kind + " takes " +
                            std::to_string(kernel.assets_min) + " to " + std::to_string(most));
  }
  for (const ShowSample& sample : task.samples) {
    CheckSample(show, sample, kernel, field + "." + std::to_string(sample.key), issues);
  }
}

void CheckNotes(const Show& show, const ShowTask& task, const dsp::KernelDescription& kernel,
                Issues& issues) {
  const std::string field = "tasks." + task.name + ".notes";
  if (!task.notes) {
    if (kernel.takes_notes && !kernel.rolls)
      issues.Warning("tasks." + task.name, "has no notes: it will be silent");
    return;
  }
  const ShowNotes& notes = *task.notes;
  if (!kernel.takes_notes) {
    issues.Error(field, std::string("a ") + kernel.kind + " plays no notes");
    return;
  }
  const ShowAsset* file = CheckIsThere(show, field + ".file", notes.file, issues);
  if (file != nullptr && file->kind != AssetKind::kNotes) {
    issues.Error(field + ".file",
                 "\"" + notes.file + "\" is audio, but notes come from a midi asset");
  }
  for (const int channel : notes.channels) {
    if (channel < 1 || channel > 16) {
      issues.Error(field + ".channels",
                   std::to_string(channel) + " is no MIDI channel; allowed are 1 to 16");
    }
  }
  if (notes.transpose < -48 || notes.transpose > 48) {
    issues.Error(field + ".transpose", std::to_string(notes.transpose) +
                                           " is out of range; allowed are -48 to 48 semitones");
  }
  if (notes.key_min < 0 || notes.key_max > 127 || notes.key_min > notes.key_max) {
    issues.Error(field + ".keys", "must be [lowest, highest] with 0 <= lowest <= highest <= 127");
  }
}

bool IsUsed(const Show& show, const std::string& asset) {
  return std::any_of(show.tasks.begin(), show.tasks.end(), [&asset](const ShowTask& task) {
    return (task.notes && task.notes->file == asset) ||
           std::any_of(task.samples.begin(), task.samples.end(),
                       [&asset](const ShowSample& sample) { return sample.asset == asset; });
  });
}

}  // namespace

const ShowAsset* FindShowAsset(const Show& show, std::string_view name) {
  for (const ShowAsset& asset : show.assets) {
    if (asset.name == name) return &asset;
  }
  return nullptr;
}

void CheckAssets(const Show& show, std::span<const ImportedAsset> imported, Issues& issues) {
  for (const ShowAsset& asset : show.assets) {
    const std::string field = "assets." + asset.name;
    if (&asset != FindShowAsset(show, asset.name)) {
      issues.Error(field, "there is another asset of this name; rename one");
    }
    const auto is_it = [&asset](const ImportedAsset& other) { return other.name == asset.name; };
    if (std::none_of(imported.begin(), imported.end(), is_it)) {
      issues.Error(field, asset.path + " was not imported");
    }
    if (!IsUsed(show, asset.name)) issues.Warning(field, "is used by no task");
  }
}

void CheckMaterial(const Show& show, const ShowTask& task, const dsp::KernelDescription& kernel,
                   Issues& issues) {
  CheckSamples(show, task, kernel, issues);
  CheckNotes(show, task, kernel, issues);
}

}  // namespace continuo::coordinator
