// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace continuo::agent {

/// Puts `bytes` into `file`, whole or not at all, whatever dies in the middle of it: a draft beside it is written, on
/// disk, and renamed. Empty when it is on disk; else why not, and `file` is as before. Waits for the disk.
std::string WriteDurably(const std::filesystem::path& file, std::string_view bytes);

}  // namespace continuo::agent
