// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/core/show.h"
#include "coordinator/edge/assets/importer.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator::cli {

/// A show's file, read, its assets imported, everything checked that can be checked without a cluster.
struct LoadedShow {
  Show show;
  std::string source;  ///< the YAML
  std::vector<CanonicalAsset> assets;
  std::vector<Issue> warnings;
  std::map<std::string, int> lines;  ///< field -> line, for what the coordinator says about it

  std::vector<ImportedAsset> Imported() const;
};

/// The YAML as it stands there. Empty, or why it cannot be had.
std::string ReadShow(const std::string& file, std::string& source);

/// Everything that is wrong with the file and its assets, with lines where they are known. Shows progress on standard
/// error if it takes longer than a second there and it is a terminal.
std::vector<Issue> LoadShow(const std::string& file, LoadedShow& show);

/// The same, all issues in one error text: a line each.
absl::StatusOr<LoadedShow> LoadShow(const std::string& file);

/// "demo.yaml:17: tasks.bass.params.cutoff: ..."
std::string IssueLine(const std::string& file, const Issue& issue);

/// The plan of a show that no cluster plays: for rendering offline, from sample 0.
plan::Plan PlanOffline(const LoadedShow& show);

}  // namespace continuo::coordinator::cli
