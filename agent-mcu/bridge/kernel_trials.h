// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "proto/transport/datagram_port.h"

namespace continuo::mcu {

/// Has the board at `address` of `port` play `samples` (1 to 480,000) of noise through each of its kernels, and plays
/// the same here. `say` gets a sentence for each. Empty: all bits are equal; else what is wrong. Waits; gives up on a
/// board that says nothing for five seconds.
std::string TryKernels(transport::DatagramPort& port, const transport::Address& address,
                       std::uint32_t samples, const std::function<void(const std::string&)>& say);

}  // namespace continuo::mcu
