// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/assets/importer.h"

#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "coordinator/edge/assets/formats.h"
#include "proto/transport/asset_folder.h"

namespace continuo::coordinator {
namespace {

namespace fs = std::filesystem;

// A device or a pipe might never end.
absl::Status CheckIsFile(const fs::path& path) {
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

absl::StatusOr<CanonicalAsset> Import(AssetKind kind, const fs::path& path) {
  if (absl::Status status = CheckIsFile(path); !status.ok()) return status;
  return kind == AssetKind::kAudio ? ImportAudio(path.string()) : ImportNotes(path.string());
}

}  // namespace

absl::StatusOr<CanonicalAsset> ImportAsset(const ShowAsset& asset, const std::string& folder) {
  const fs::path path = fs::path(folder) / asset.path;
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
