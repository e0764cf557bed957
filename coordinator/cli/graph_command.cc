// SPDX-License-Identifier: Apache-2.0
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/show_answer.h"
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
  std::string source;
  if (const std::string wrong = ReadShow(options.file, source); !wrong.empty()) {
    return Fail(invocation, options.file + ": " + wrong);
  }
  const ParsedShow parsed = ParseShow(source);
  Reply reply;
  reply.issues = parsed.issues;
  const auto failed = [&](std::string text) {
    reply.code = Code::kInvalid;
    reply.text = std::move(text);
    return TellShow(invocation, options.file, reply);
  };
  if (!parsed.is_show) return failed("there is nothing to draw");
  const std::string dot = DotOf(parsed.show);
  const std::string ending = EndingOf(options.out);
  const bool is_source = ending == "dot" || ending == "gv";
  std::string wrong;
  if (options.out.empty()) {
    reply.text = dot.substr(0, dot.size() - 1);  // its last line break is said with it
  } else if (is_source) {
    wrong = WriteText(dot, options.out);
  } else if (ending == "svg" || ending == "png" || ending == "pdf") {
    wrong = Draw(dot, ending, options.out);
  } else {
    wrong = options.out + ": draws .svg, .png and .pdf, and writes .dot";
  }
  if (!wrong.empty()) return failed(wrong);
  if (!options.out.empty()) reply.text = options.out + " is drawn";
  return TellShow(invocation, options.file, reply);
}

}  // namespace continuo::coordinator::cli
