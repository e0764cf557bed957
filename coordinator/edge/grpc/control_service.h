// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "coordinator/core/ports.h"

namespace grpc {
class Service;
}

namespace continuo::coordinator {

/// continuo.v1.OperatorControl. `lobby` must outlive the server that serves it. Calls that wait (ApplyShow,
/// SetParameter, Transport) hold no thread.
std::unique_ptr<grpc::Service> MakeControlService(Lobby& lobby, std::string build_id);

}  // namespace continuo::coordinator
