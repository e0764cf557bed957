// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/assets/importer.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "coordinator/edge/assets/formats.h"
#include "proto/transport/asset_folder.h"

namespace continuo::coordinator {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKits = "/usr/share/hydrogen/data/drumkits";

/// What brings a missing file, as far as the example shows need it.
std::string Bringer(std::string_view path) {
  constexpr std::pair<std::string_view, const char*> kPackages[] = {
      {"/usr/share/hydrogen/", "hydrogen-data"},
      {"/usr/share/games/openttd/baseset/openmsx/", "openttd-openmsx"}};
  for (const auto& [folder, package] : kPackages) {
    if (path.starts_with(folder)) return absl::StrCat("its package (apt install ", package, ")");
  }
  return "what brings the file";
}

/// Of a Hydrogen kit by its name; where Debian would have it, if there is none.
fs::path InstalledKit(const fs::path& name) {
  const char* const home = std::getenv("HOME");
  for (const fs::path& folder :
       {fs::path(home != nullptr ? home : "") / ".hydrogen/data/drumkits", fs::path(kKits)}) {
    if (fs::path file = folder / name / "drumkit.xml"; fs::exists(file)) return file;
  }
  return fs::path(kKits) / name / "drumkit.xml";
}

fs::path PathOf(const ShowAsset& asset, const fs::path& folder) {
  fs::path path = folder / asset.path;
  if (asset.kind != AssetKind::kHydrogen) return path;
  std::error_code error;
  if (fs::is_directory(path, error)) return path / "drumkit.xml";
  if (fs::exists(path, error) || asset.path.find('/') != asset.path.npos) return path;
  return InstalledKit(asset.path);
}

absl::StatusOr<CanonicalAsset> Import(AssetKind kind, const fs::path& path) {
  if (absl::Status status = CheckIsFile(path.string()); !status.ok()) return status;
  if (kind == AssetKind::kAudio) return ImportAudio(path.string());
  if (kind == AssetKind::kNotes) return ImportNotes(path.string());
  return ImportKit(path.string(), kind);
}

}  // namespace

absl::Status CheckIsFile(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  switch (status.type()) {
    case fs::file_type::regular:
      return absl::OkStatus();
    case fs::file_type::not_found:
      return absl::NotFoundError(
          absl::StrCat("does not exist: correct the path in the show (relative paths start at its "
                       "file), or install ",
                       Bringer(path)));
    case fs::file_type::directory:
      return absl::InvalidArgumentError("is a folder: name one file in it");
    case fs::file_type::none:
      return absl::PermissionDeniedError(absl::StrCat("cannot be looked at: ", error.message()));
    default:
      return absl::InvalidArgumentError("is neither a file nor a folder: name a file");
  }
}

absl::StatusOr<CanonicalAsset> ImportAsset(const ShowAsset& asset, const std::string& folder) {
  const fs::path path = PathOf(asset, folder);
  absl::StatusOr<CanonicalAsset> imported = Import(asset.kind, path);
  if (!imported.ok()) {
    const absl::Status& status = imported.status();
    return absl::Status(status.code(), absl::StrCat("asset \"", asset.name, "\": ", path.string(),
                                                    " ", status.message()));
  }
  imported->about.name = asset.name;
  imported->about.kind = asset.kind;
  imported->about.hash = transport::Sha256(imported->bytes);
  imported->about.bytes = imported->bytes.size();
  return imported;
}

}  // namespace continuo::coordinator
