// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/bus/heart.h"

#include "proto/transport/beat_socket.h"

namespace continuo::agent {

Heart::Heart(Options options)
    : sender_(std::make_unique<transport::BeatSender>(options.addresses, options.priority)),
      node_(std::move(options.node)) {}

Heart::~Heart() = default;

void Heart::Beat(MediaTime n, bool realtime) {
  sender_->Send({.node = node_, .seq = ++seq_, .n = n, .realtime = realtime});
}

}  // namespace continuo::agent
