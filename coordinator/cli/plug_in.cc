// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/plug_in.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "coordinator/cli/invocation.h"

namespace continuo::coordinator::cli {

std::string FindPlugIn(const std::string& command) {
  // A name with a slash would name a file anywhere.
  if (command.empty() || command.find('/') != std::string::npos) return "";
  const std::string name = "continuo-" + command;
  std::error_code unknown;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
  const char* path = std::getenv("PATH");
  std::istringstream folders(self.parent_path().string() + ":" + (path == nullptr ? "" : path));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (folder.empty()) continue;
    const std::string program = folder + "/" + name;
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  return "";
}

int RunPlugIn(const std::string& program, char** arguments) {
  execv(program.c_str(), arguments);
  std::fprintf(stderr, "continuo: cannot run %s: %s\n", program.c_str(), std::strerror(errno));
  return kFailed;
}

}  // namespace continuo::coordinator::cli
