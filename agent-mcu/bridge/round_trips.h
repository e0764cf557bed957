// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "proto/transport/datagram_port.h"

namespace continuo::mcu {

/// Gives the board at `address` of `port` `count` (100 or more) commands, each when the one before was answered, and
/// says in a sentence how long they took there and back. Waits; empty: one was not answered within a second. Only a
/// board with a UART alone answers.
std::string TryRoundTrips(transport::DatagramPort& port, const transport::Address& address,
                          std::size_t count);

}  // namespace continuo::mcu
