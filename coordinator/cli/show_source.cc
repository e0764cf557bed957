// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/show_source.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "coordinator/core/compile.h"
#include "coordinator/core/show_check.h"
#include "coordinator/edge/show/show_file.h"

namespace continuo::coordinator::cli {
namespace {

namespace fs = std::filesystem;

void ImportAll(const std::string& file, LoadedShow& loaded, std::vector<Issue>& issues) {
  const std::string folder = fs::absolute(file).parent_path().string();
  const bool live = isatty(STDERR_FILENO) != 0;
  for (const ShowAsset& asset : loaded.show.assets) {
    if (live) std::fprintf(stderr, "\r\033[Kimporting %s", asset.name.c_str());
    auto imported = ImportAsset(asset, folder);
    if (imported.ok()) {
      for (const std::string& warning : imported->warnings) {
        issues.push_back({.field = "assets." + asset.name, .text = warning, .warning = true});
      }
      loaded.assets.push_back(*std::move(imported));
    } else {
      issues.push_back(
          {.field = "assets." + asset.name, .text = std::string(imported.status().message())});
    }
  }
  if (live) std::fprintf(stderr, "\r\033[K");
}

}  // namespace

std::vector<ImportedAsset> LoadedShow::Imported() const {
  std::vector<ImportedAsset> imported;
  for (const CanonicalAsset& asset : assets) imported.push_back(asset.about);
  return imported;
}

std::string ReadShow(const std::string& file, std::string& source) {
  if (!fs::exists(file)) return "no such file";
  std::ifstream in(file, std::ios::binary);
  if (!in || fs::is_directory(file)) return "cannot be read";
  // What is longer is refused all the same, and a device may have no end.
  source.resize(kShowBytesMax + 1);
  in.read(source.data(), static_cast<std::streamsize>(source.size()));
  source.resize(static_cast<std::size_t>(in.gcount()));
  return in.bad() ? "cannot be read" : "";
}

std::vector<Issue> LoadShow(const std::string& file, LoadedShow& loaded) {
  if (const std::string wrong = ReadShow(file, loaded.source); !wrong.empty()) {
    return {{.field = "", .text = wrong}};
  }
  const ParsedShow parsed = ParseShow(loaded.source);
  if (!parsed.is_show) return parsed.issues;
  loaded.show = parsed.show;
  loaded.lines = parsed.lines;
  std::vector<Issue> issues = parsed.issues;
  ImportAll(file, loaded, issues);
  // What could not be imported has been said, with the reason.
  const auto said = [before = issues](const Issue& issue) {
    return std::any_of(before.begin(), before.end(), [&issue](const Issue& b) {
      return !b.warning && !b.field.empty() && b.field == issue.field;
    });
  };
  for (Issue& issue : CheckShow(loaded.show, loaded.Imported(), nullptr)) {
    if (!said(issue)) issues.push_back(std::move(issue));
  }
  AddLines(parsed, issues);
  return issues;
}

absl::StatusOr<LoadedShow> LoadShow(const std::string& file) {
  LoadedShow loaded;
  const std::vector<Issue> issues = LoadShow(file, loaded);
  if (!HasErrors(issues)) {
    loaded.warnings = issues;
    return loaded;
  }
  std::string text = "the show has errors";
  for (const Issue& issue : issues) absl::StrAppend(&text, "\n  ", IssueLine(file, issue));
  return absl::InvalidArgumentError(text);
}

std::string IssueLine(const std::string& file, const Issue& issue) {
  std::string line = file.empty() ? "show" : file;
  if (issue.line > 0) absl::StrAppend(&line, ":", issue.line);
  if (!issue.field.empty()) absl::StrAppend(&line, ": ", issue.field);
  return absl::StrCat(line, ": ", issue.warning ? "warning: " : "", issue.text);
}

plan::Plan PlanOffline(const LoadedShow& loaded) {
  plan::Plan plan;
  plan.version = 1;
  plan.show = loaded.show.name;
  const std::vector<ImportedAsset> assets = loaded.Imported();
  Placement nowhere;
  nowhere.replicas.resize(loaded.show.tasks.size() + 1);  // and the conductor
  nowhere.outputs.resize(static_cast<std::size_t>(CountFeeds(loaded.show)));
  Incarnation last = 0;
  FillPlan(loaded.show, assets, nowhere, last, plan);
  return plan;
}

}  // namespace continuo::coordinator::cli
