// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "proto/plan/clock_status.h"
#include "proto/transport/address_list.h"
#include "proto/transport/build_id.h"

namespace continuo::coordinator {
namespace {

constexpr const char* kExample =
    R"(Example: a coordinator for agents on this machine, then what it knows

  continuo-coordinator --listen 127.0.0.1:7400 --state /var/lib/continuo/coordinator
  continuo status

Everything it has decided is in the state folder; started again with the same folder it goes on
where it was. Agents play on while it is away. SIGTERM ends it.

Several coordinators that share their state in etcd; one of them leads, the others take over:

  continuo-coordinator --listen 10.0.0.1:7400 --state /var/lib/continuo/coordinator \
      --store etcd://10.0.0.1:2379,10.0.0.2:2379,10.0.0.3:2379)";

constexpr std::string_view kEtcdScheme = "etcd://";
constexpr const char* kUsualCluster = "main";

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

bool IsClusterName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

std::string CheckStore(const std::string& text) {
  if (text == "sqlite" || ParseEtcd(text)) return {};
  return "'" + text + "' is neither sqlite nor etcd://HOST:PORT,HOST:PORT/CLUSTER";
}

/// What others cannot reach. Empty: they can, or empty text.
std::string CheckReachable(const Options& options) {
  const bool everywhere =
      options.advertise.starts_with("0.0.0.0:") || options.advertise.starts_with("[::]:");
  if (!options.etcd || !everywhere) return {};
  return "others have to be told where this coordinator is: --advertise HOST:PORT";
}

void AddPtp(CLI::App& app, transport::PtpWish& ptp, std::vector<std::string>& allowed) {
  CLI::Option* const attaches = app.add_option(
      "--ptp", ptp.socket,
      "Unix socket of the ptp4l that disciplines this machine's clock (usually /var/run/ptp4l; if "
      "an agent here runs it, ptp4l in the agent's --state): media time is PTP time. Not given: "
      "this machine's own clock, which all nodes must share");
  app.add_option("--ptp-clock", ptp.device,
                 "the clock that ptp4l disciplines: realtime, tai, or a file such as /dev/ptp0")
      ->default_val("realtime");
  app.add_option("--ptp-domain", ptp.domain.number, "0 to 127")
      ->check(CLI::Range(0, 127))
      ->capture_default_str();
  app.add_option("--ptp-sdo", ptp.domain.sdo,
                 "majorSdoId, 0 to 15 (ptp4l's transportSpecific): 1 on a network of gPTP")
      ->check(CLI::Range(0, 15))
      ->capture_default_str();
  app.add_option("--ptp-allow", allowed,
                 "identity of a grandmaster, such as 001122.fffe.334455; repeatable. Any other one "
                 "means holdover. Not given: any")
      ->needs(attaches);
  app.add_option("--clock-map", ptp.map,
                 "ADDRESS:PORT where it tells nodes what another grandmaster's time means")
      ->needs(attaches);
  app.add_option("--clock-log", ptp.log,
                 "file for what the clock does, a line of JSON ten times a second")
      ->needs(attaches);
  ptp.keeps = true;
}

}  // namespace

std::optional<Options::Etcd> ParseEtcd(const std::string& text) {
  if (!text.starts_with(kEtcdScheme)) return std::nullopt;
  const std::string rest = text.substr(kEtcdScheme.size());
  const std::size_t slash = rest.find('/');
  Options::Etcd etcd{transport::SplitAddresses(rest.substr(0, slash)), kUsualCluster};
  if (slash != std::string::npos) etcd.cluster = rest.substr(slash + 1);
  const bool well = !etcd.endpoints.empty() && IsClusterName(etcd.cluster) &&
                    std::all_of(etcd.endpoints.begin(), etcd.endpoints.end(),
                                [](const auto& at) { return CheckHostPort(at).empty(); });
  if (!well) return std::nullopt;
  return etcd;
}

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
  app.add_option("--state", options.state, "folder for the journal and the assets; made if absent");
  app.add_flag("--rebuild", options.rebuild,
               "should the journal be damaged: move it aside, begin anew, and take over what the "
               "agents play (they play on meanwhile)");
  app.add_option("--check-journal", options.check_journal,
                 "only reads this journal.sqlite, which may be in use: is every row whole, and do "
                 "they give the same state each time (1: no)");
  std::string store = "sqlite";
  app.add_option("--store", store,
                 "sqlite (a file in --state), or etcd://HOST:PORT,HOST:PORT[/CLUSTER], shared by "
                 "several coordinators")
      ->check(CheckStore, "")
      ->capture_default_str();
  app.add_option("--advertise", options.advertise,
                 "HOST:PORT where agents and operators reach it, if it is not --listen")
      ->check(CheckHostPort, "");
  std::vector<std::string> allowed;
  AddPtp(app, options.ptp, allowed);
  app.set_version_flag("--version", std::string(transport::BuildId()));
  app.footer(kExample);
  try {
    app.parse(argc, argv);
    if (options.state.empty() && options.check_journal.empty()) throw CLI::RequiredError("--state");
    options.announce = !silent;
    if (options.beats.empty()) {
      options.beats = {options.listen.substr(0, options.listen.rfind(':')) + ":7401"};
    }
    options.etcd = ParseEtcd(store);
    if (options.advertise.empty()) options.advertise = options.listen;
    if (const std::string wrong = CheckReachable(options); !wrong.empty()) {
      throw CLI::ValidationError("--store", wrong);
    }
    for (const std::string& text : allowed) {
      if (!plan::ParseClockIdentity(text, options.ptp.allowed.emplace_back())) {
        throw CLI::ValidationError("--ptp-allow",
                                   "'" + text + "' is no clock identity (16 hexadecimal digits)");
      }
    }
    return true;
  } catch (const CLI::ParseError& stop) {
    exit_code = app.exit(stop) == 0 ? 0 : 2;
    return false;
  }
}

}  // namespace continuo::coordinator
