// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/shell/options.h"
#include "proto/discovery/announcer.h"
#include "proto/transport/datagram_port.h"

namespace continuo::agent {

/// Fills in `coordinator`, and `beats` if none were given, with what a coordinator of the network announces of itself;
/// waits for one to appear until `ends` holds. Empty, or why it cannot be found. Does nothing where one was given.
std::string FindCoordinator(Options& options, const std::function<bool()>& ends);

/// Tells the network that this node is there, as long as the result lives. `at`: where its audio comes in. nullptr:
/// others could not reach it.
std::unique_ptr<discovery::Announcer> AnnounceNode(const Options& options,
                                                   const transport::Address& at);

}  // namespace continuo::agent
