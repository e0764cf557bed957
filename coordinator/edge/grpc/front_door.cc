// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/front_door.h"

#include <grpcpp/impl/service_type.h>

#include "coordinator/edge/grpc/control_service.h"
#include "proto/transport/asset_folder.h"
#include "proto/transport/asset_service.h"
#include "proto/transport/server.h"

namespace continuo::coordinator {

class FrontDoor::Rooms {
 public:
  Rooms(const Options& options, Lobby& lobby)
      : folder_(options.asset_folder),
        control_(MakeControlService(lobby, options.build_id)),
        assets_(transport::MakeAssetService(folder_, transport::AssetAccess::kFetchAndPut)) {}

  bool Listen(const std::string& address, AgentLinks& links, std::string& error) {
    server_ =
        transport::Server::Start(address, {&links.service(), control_.get(), assets_.get()}, error);
    return server_ != nullptr;
  }
  const std::string& address() const { return server_->address(); }

 private:
  transport::AssetFolder folder_;
  std::unique_ptr<grpc::Service> control_;
  std::unique_ptr<grpc::Service> assets_;
  std::unique_ptr<transport::Server> server_;  // last: stops before the services go
};

std::unique_ptr<FrontDoor> FrontDoor::Open(const Options& options, AgentLinks& links, Lobby& lobby,
                                           std::string& error) {
  links.Serve(lobby);
  std::unique_ptr<Rooms> rooms;
  try {
    rooms = std::make_unique<Rooms>(options, lobby);
  } catch (const std::filesystem::filesystem_error& problem) {
    error = "cannot make the folder for assets: " + std::string(problem.what());
    return nullptr;
  }
  if (!rooms->Listen(options.listen, links, error)) return nullptr;
  return std::unique_ptr<FrontDoor>(new FrontDoor(std::move(rooms)));
}

FrontDoor::FrontDoor(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}
FrontDoor::~FrontDoor() = default;
const std::string& FrontDoor::address() const {
  return rooms_->address();
}

}  // namespace continuo::coordinator
