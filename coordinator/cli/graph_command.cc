// SPDX-License-Identifier: Apache-2.0
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/show_graph.h"
#include "coordinator/cli/show_source.h"
#include "coordinator/cli/temporary_folder.h"
#include "coordinator/edge/show/show_file.h"

extern char** environ;

namespace continuo::coordinator::cli {
namespace {

namespace fs = std::filesystem;

/// Empty, or why the file is not there as it should be.
std::string WriteText(const std::string& text, const fs::path& file) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  return out ? "" : "cannot write " + file.string() + ": " + std::strerror(errno);
}

/// Runs Graphviz' dot. Empty, or what went wrong.
std::string Draw(const std::string& dot, const std::string& format, const std::string& to) {
  const TemporaryFolder temporary;
  const std::string from = (temporary.path() / "show.dot").string();
  if (std::string wrong = WriteText(dot, from); !wrong.empty()) return wrong;
  std::string program = "dot", type = "-T" + format, out = "-o" + to, in = from;
  char* const words[] = {program.data(), type.data(), out.data(), in.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, "dot", nullptr, nullptr, words, environ);
  if (error == ENOENT) {
    return "Graphviz is not here, which draws " + format +
           " files: apt install graphviz, or take its source with -o show.dot";
  }
  if (error != 0) return std::string("cannot run dot: ") + std::strerror(error);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "" : "dot could not draw " + to;
}

/// Of what the name of a file ends with: "svg".
std::string EndingOf(const std::string& file) {
  const std::string ending = fs::path(file).extension().string();
  return ending.empty() ? "" : ending.substr(1);
}

}  // namespace

int RunShowGraph(const Invocation& invocation, const ShowGraphOptions& options) {
  std::ifstream in(options.file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || fs::is_directory(options.file))
    return Fail(invocation, options.file + ": cannot be read");
  const ParsedShow parsed = ParseShow(text.str());
  for (const Issue& issue : parsed.issues) {
    std::fprintf(stderr, "%s\n", IssueLine(options.file, issue).c_str());
  }
  if (!parsed.is_show) return kFailed;
  const std::string dot = DotOf(parsed.show);
  const std::string ending = EndingOf(options.out);
  if (options.out.empty()) {
    std::fputs(dot.c_str(), stdout);
    return kDone;
  }
  const bool is_source = ending == "dot" || ending == "gv";
  if (!is_source && ending != "svg" && ending != "png" && ending != "pdf") {
    return Fail(invocation, options.out + ": draws .svg, .png and .pdf, and writes .dot");
  }
  const std::string wrong =
      is_source ? WriteText(dot, options.out) : Draw(dot, ending, options.out);
  return wrong.empty() ? kDone : Fail(invocation, wrong);
}

}  // namespace continuo::coordinator::cli
