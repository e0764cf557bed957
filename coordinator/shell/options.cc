// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <string>

#include "proto/transport/build_id.h"

namespace continuo::coordinator {
namespace {

constexpr const char* kExample =
    R"(Example: a coordinator for agents on this machine, then what it knows

  continuo-coordinator --listen 127.0.0.1:7400 --state /var/lib/continuo/coordinator
  continuo status

Everything it has decided is in the state folder; started again with the same folder it goes on
where it was. Agents play on while it is away. SIGTERM ends it.)";

/// A port beyond 65535 would be taken for another one further down. Empty, or what is wrong.
std::string CheckHostPort(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string::npos && colon > 0) {
    const char* const end = text.data() + text.size();
    const auto [stop, wrong] = std::from_chars(text.data() + colon + 1, end, port);
    if (wrong == std::errc{} && stop == end) return {};
  }
  return "'" + text + "' is no HOST:PORT, such as 127.0.0.1:7400";
}

}  // namespace

bool ParseOptions(int argc, char** argv, Options& options, int& exit_code) {
  CLI::App app("continuo-coordinator: decides what every node of a cluster plays.");
  app.add_option("--listen", options.listen, "HOST:PORT for agents and operators")
      ->check(CheckHostPort, "")
      ->capture_default_str();
  app.add_option("--beats", options.beats,
                 "HOST:PORT for heartbeats; once for each network (default: port 7401 beside "
                 "--listen)")
      ->check(CheckHostPort, "");
  bool silent = false;
  app.add_flag("--no-announce", silent,
               "agents and operators of the network need its address then (DNS-SD tells it "
               "otherwise, unless it listens on this machine alone)");
  app.add_option("--state", options.state, "folder for the journal and the assets; made if absent")
      ->required();
  app.set_version_flag("--version", std::string(transport::BuildId()));
  app.footer(kExample);
  try {
    app.parse(argc, argv);
    options.announce = !silent;
    if (options.beats.empty()) {
      options.beats = {options.listen.substr(0, options.listen.rfind(':')) + ":7401"};
    }
    return true;
  } catch (const CLI::ParseError& stop) {
    exit_code = app.exit(stop) == 0 ? 0 : 2;
    return false;
  }
}

}  // namespace continuo::coordinator
