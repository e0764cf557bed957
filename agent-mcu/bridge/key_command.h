// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo::mcu {

/// `continuo-bridge key ...`: makes keys of devices, and the page that brings one to its board. The exit code.
int KeyCommand(int argc, const char* const* argv);

}  // namespace continuo::mcu
