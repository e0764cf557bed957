// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::transport {

/// Does a program of this machine accept connections there? Asks and hangs up; at once, since nothing leaves the
/// machine.
bool ListensHere(std::uint16_t port);

}  // namespace continuo::transport
