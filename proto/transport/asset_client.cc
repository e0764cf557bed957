// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/asset_client.h"

#include <grpcpp/channel.h>

#include <chrono>
#include <fstream>

#include "proto/continuo/v1/assets.grpc.pb.h"
#include "proto/transport/channel.h"

namespace continuo::transport {
namespace {

/// A source that does not answer within this is skipped; the next may be quicker.
constexpr std::chrono::seconds kConnectPatience{3};
/// For the whole file. 1 GiB in it is 9 MB/s, which any stage network has.
constexpr std::chrono::seconds kTransferPatience{120};

std::chrono::system_clock::time_point After(std::chrono::seconds patience) {
  return std::chrono::system_clock::now() + patience;
}

std::string PutOne(v1::AssetStore::Stub& stub, const AssetFolder& folder, const std::string& hash,
                   const std::function<void(std::uint64_t)>& sent) {
  std::ifstream file(folder.PathOf(hash), std::ios::binary);
  if (!file) return "cannot read " + folder.PathOf(hash).string();
  grpc::ClientContext context;
  context.set_deadline(After(kTransferPatience));
  v1::PutReply reply;
  const auto writer = stub.Put(&context, &reply);
  v1::PutChunk chunk;
  chunk.set_hash(hash);
  while (file) {
    std::string& data = *chunk.mutable_data();
    data.resize(kAssetChunkBytes);
    file.read(data.data(), static_cast<std::streamsize>(data.size()));
    data.resize(static_cast<std::size_t>(file.gcount()));
    const std::uint64_t bytes = data.size();
    if (!writer->Write(chunk)) break;
    chunk.clear_hash();
    sent(bytes);
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  return status.ok() ? "" : status.error_message();
}

}  // namespace

class AssetFetcher::Source {
 public:
  explicit Source(const std::string& address)
      : address_(address),
        channel_(MakeChannel(address)),
        stub_(v1::AssetStore::NewStub(channel_)) {}

  const std::string& address() const { return address_; }

  /// Empty, or why this source did not help.
  std::string Fetch(const AssetFolder& folder, const std::string& hash,
                    const std::atomic<bool>& cancelled) {
    if (!Answers()) return "does not answer";
    grpc::ClientContext context;
    context.set_deadline(After(kTransferPatience));
    v1::FetchRequest request;
    request.set_hash(hash);
    const auto incoming = folder.Receive(hash);
    const auto reader = stub_->Fetch(&context, request);
    v1::Chunk chunk;
    while (reader->Read(&chunk)) {
      if (cancelled || !incoming->Write(chunk.data())) context.TryCancel();
    }
    const grpc::Status status = reader->Finish();
    if (!incoming->error().empty()) return incoming->error();
    if (!status.ok()) return status.error_message();
    return incoming->Keep() ? "" : incoming->error();
  }

 private:
  bool Answers() {
    silent_ = silent_ || !Connect(*channel_, kConnectPatience);
    return !silent_;
  }

  const std::string address_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::AssetStore::Stub> stub_;
  bool silent_ = false;
};

AssetFetcher::AssetFetcher(const AssetFolder& folder, const std::vector<std::string>& sources)
    : folder_(folder) {
  for (const std::string& source : sources) sources_.push_back(std::make_unique<Source>(source));
}

AssetFetcher::~AssetFetcher() = default;

std::string AssetFetcher::Fetch(const std::string& hash, const std::atomic<bool>& cancelled) {
  if (folder_.Has(hash)) return "";
  std::string answers;
  for (const auto& source : sources_) {
    if (cancelled) return "fetching was cancelled";
    const std::string problem = source->Fetch(folder_, hash, cancelled);
    if (problem.empty()) return "";
    answers += (answers.empty() ? "" : "; ") + source->address() + ": " + problem;
  }
  if (answers.empty()) answers = "nobody is named who might have it";
  return "asset " + hash.substr(0, 12) + " cannot be had (" + answers + ")";
}

std::string PutAssets(const AssetFolder& folder, const std::vector<std::string>& hashes,
                      const std::string& address,
                      const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const auto stub = v1::AssetStore::NewStub(MakeChannel(address));
  grpc::ClientContext context;
  context.set_deadline(After(kConnectPatience));
  v1::HasRequest request;
  v1::HasReply reply;
  for (const std::string& hash : hashes) request.add_hashes(hash);
  const grpc::Status status = stub->Has(&context, request, &reply);
  if (!status.ok()) return status.error_message();

  std::uint64_t total = 0, done = 0;
  for (const std::string& hash : reply.missing()) {
    std::error_code absent;
    const auto size = std::filesystem::file_size(folder.PathOf(hash), absent);
    if (absent) return "asset " + hash + " is neither here nor there";
    total += size;
  }
  for (const std::string& hash : reply.missing()) {
    const std::string problem = PutOne(*stub, folder, hash, [&](std::uint64_t bytes) {
      done += bytes;
      progress(done, total);
    });
    if (!problem.empty()) return "asset " + hash.substr(0, 12) + " was not taken: " + problem;
  }
  return "";
}

}  // namespace continuo::transport
