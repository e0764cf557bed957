// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace continuo::transport {

/// A running gRPC server. The one place that makes them: credentials will be added here.
class Server {
 public:
  /// Serves on host:port; port 0 picks a free one. The services must outlive the server. nullptr with a sentence in
  /// `error` if the port cannot be had: it is never shared, so a second coordinator on a port is refused.
  static std::unique_ptr<Server> Start(const std::string& address,
                                       const std::vector<grpc::Service*>& services,
                                       std::string& error);
  /// Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// host:port, with the port that was picked.
  const std::string& address() const { return address_; }
  /// Ends all calls, at most one second later by force. Returns when no service code runs any more. Idempotent.
  void Stop();

 private:
  Server(std::unique_ptr<grpc::Server> server, std::string address);
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace continuo::transport
