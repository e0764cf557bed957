// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo::mcu {

/// `continuo-bridge controls ...`: checks a file of wiring, or shows what happens at a board's panel. The exit code.
int ControlsCommand(int argc, const char* const* argv);

}  // namespace continuo::mcu
