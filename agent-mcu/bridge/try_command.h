// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo::mcu {

/// `continuo-bridge try ...`: has a board play its kernels, and compares. The exit code.
int TryCommand(int argc, const char* const* argv);

}  // namespace continuo::mcu
