// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "proto/transport/asset_folder.h"

namespace grpc {
class Service;
}

namespace continuo::transport {

enum class AssetAccess { kFetchOnly, kFetchAndPut };

/// continuo.v1.AssetStore over a folder; coordinator and agents serve the same. The folder must outlive it.
std::unique_ptr<grpc::Service> MakeAssetService(const AssetFolder& folder, AssetAccess access);

}  // namespace continuo::transport
