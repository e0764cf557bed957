// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/assets/importer.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "coordinator/edge/assets/formats.h"
#include "proto/transport/asset_folder.h"

namespace continuo::coordinator {
namespace {

namespace fs = std::filesystem;

/// Of a Hydrogen kit by its name.
fs::path InstalledKit(const fs::path& name) {
  const char* const home = std::getenv("HOME");
  for (const fs::path& folder : {fs::path(home != nullptr ? home : "") / ".hydrogen/data/drumkits",
                                 fs::path("/usr/share/hydrogen/data/drumkits")}) {
    if (fs::path file = folder / name / "drumkit.xml"; fs::exists(file)) return file;
  }
  return {};
}

fs::path PathOf(const ShowAsset& asset, const fs::path& folder) {
  fs::path path = folder / asset.path;
  if (asset.kind != AssetKind::kHydrogen) return path;
  std::error_code error;
  if (fs::is_directory(path, error)) return path / "drumkit.xml";
  if (fs::exists(path, error) || asset.path.find('/') != asset.path.npos) return path;
  const fs::path installed = InstalledKit(asset.path);
  return installed.empty() ? path : installed;
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
          "does not exist: correct the path in the show (relative paths start at its file), or "
          "install what brings the file");
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
