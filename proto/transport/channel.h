// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace grpc {
class Channel;
}  // namespace grpc

namespace continuo::transport {

/// Largest gRPC message in either direction, bytes. A plan of 64 tasks is some 100 kB; assets travel in chunks.
inline constexpr int kMaxMessageBytes = 8 << 20;
/// Largest chunk of an asset, bytes.
inline constexpr std::size_t kAssetChunkBytes = 256 << 10;
/// A silent connection is asked for a sign of life this often, and given up after as long again, ms. Longer than the
/// 5 s for which a stopped process may still come back.
inline constexpr int kKeepaliveMs = 6000;

/// gRPC prints what it also returns, in its own words. From now on it does not, unless GRPC_VERBOSITY asks for it.
/// Channels and servers made here call it.
void KeepGrpcQuiet();

/// A channel to host:port. The one place that makes gRPC channels: credentials will be added here. Connects in the
/// background, every channel with a connection of its own, and never by way of an HTTP proxy.
std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address);

/// The same to a server of somebody else's, for short questions: a connection that broke is tried again within half a
/// second, and none is asked for a sign of life while nothing is under way.
std::shared_ptr<grpc::Channel> MakeEagerChannel(const std::string& address);

/// True once the channel is connected; false as soon as an attempt has failed (nobody listens), or when `patience` is
/// over (nobody answers). Blocks.
bool Connect(grpc::Channel& channel, std::chrono::milliseconds patience);

}  // namespace continuo::transport
