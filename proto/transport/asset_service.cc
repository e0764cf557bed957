// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/asset_service.h"

#include <fstream>

#include "proto/continuo/v1/assets.grpc.pb.h"
#include "proto/transport/channel.h"
#include "proto/transport/field_place.h"

namespace continuo::transport {
namespace {

constexpr int kMaxHashesAsked = 4096;
constexpr std::uint64_t kMaxAssetBytes = 1u << 30;

grpc::Status Problem(grpc::StatusCode code, const std::string& text) {
  return {code, text};
}

class AssetService final : public v1::AssetStore::Service {
 public:
  AssetService(const AssetFolder& folder, AssetAccess access) : folder_(folder), access_(access) {}

  grpc::Status Has(grpc::ServerContext*, const v1::HasRequest* request,
                   v1::HasReply* reply) override {
    if (request->hashes_size() > kMaxHashesAsked) {
      return Problem(grpc::StatusCode::INVALID_ARGUMENT, "hashes: at most 4096 allowed");
    }
    for (const std::string& hash : request->hashes()) {
      if (!folder_.Has(hash)) reply->add_missing(hash);
    }
    return grpc::Status::OK;
  }

  grpc::Status Fetch(grpc::ServerContext*, const v1::FetchRequest* request,
                     grpc::ServerWriter<v1::Chunk>* writer) override {
    if (!IsHash(request->hash())) return NoHash();
    if (!folder_.Has(request->hash())) {
      return Problem(grpc::StatusCode::NOT_FOUND, "asset " + request->hash() + " is not here");
    }
    std::ifstream file(folder_.PathOf(request->hash()), std::ios::binary);
    v1::Chunk chunk;
    while (file) {
      std::string& data = *chunk.mutable_data();
      data.resize(kAssetChunkBytes);
      file.read(data.data(), static_cast<std::streamsize>(data.size()));
      data.resize(static_cast<std::size_t>(file.gcount()));
      if (!data.empty() && !writer->Write(chunk)) return grpc::Status::CANCELLED;
    }
    if (file.eof()) return grpc::Status::OK;
    return Problem(grpc::StatusCode::DATA_LOSS, "asset " + request->hash() + " cannot be read");
  }

  grpc::Status Put(grpc::ServerContext*, grpc::ServerReader<v1::PutChunk>* reader,
                   v1::PutReply*) override {
    if (access_ != AssetAccess::kFetchAndPut) {
      return Problem(grpc::StatusCode::PERMISSION_DENIED,
                     "this node only gives assets; put them to the coordinator");
    }
    v1::PutChunk chunk;
    if (!reader->Read(&chunk) || !IsHash(chunk.hash())) return NoHash();
    if (folder_.Has(chunk.hash())) return grpc::Status::OK;
    const auto incoming = folder_.Receive(chunk.hash());
    do {
      if (incoming->bytes() + chunk.data().size() > kMaxAssetBytes) {
        return Problem(grpc::StatusCode::RESOURCE_EXHAUSTED, "an asset may have 1 GiB at most");
      }
      if (!incoming->Write(chunk.data())) break;
    } while (reader->Read(&chunk));
    if (incoming->Keep()) return grpc::Status::OK;
    return Problem(incoming->mismatch() ? grpc::StatusCode::INVALID_ARGUMENT
                                        : grpc::StatusCode::RESOURCE_EXHAUSTED,
                   incoming->error());
  }

 private:
  static grpc::Status NoHash() {
    return Problem(grpc::StatusCode::INVALID_ARGUMENT,
                   "hash: not a SHA-256 (64 lower-case hex digits)");
  }

  const AssetFolder& folder_;
  const AssetAccess access_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAssetService(const AssetFolder& folder, AssetAccess access) {
  return std::make_unique<AssetService>(folder, access);
}

}  // namespace continuo::transport
