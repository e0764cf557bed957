// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace continuo::coordinator::cli {

/// `continuo verify TAKE`: judges a take on any machine. Exit code: 0 identical, 1 not (or it cannot be judged).
int RunVerify(const std::string& take, bool json);

}  // namespace continuo::coordinator::cli
