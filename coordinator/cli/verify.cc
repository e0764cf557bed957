// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/verify.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "coordinator/edge/take/judge.h"

namespace continuo::coordinator::cli {
namespace {

using nlohmann::json;

json ToJson(const FeedVerdict& feed) {
  json out = {{"name", feed.name},         {"node", feed.node},
              {"killed", feed.killed},     {"first_n", feed.first_n},
              {"expected", feed.expected}, {"played", feed.played},
              {"altered", feed.altered},   {"differing", feed.differing},
              {"missing", feed.missing},   {"surplus", feed.surplus},
              {"sha256", feed.sha256},     {"oracle_sha256", feed.oracle_sha256},
              {"first_altered_n", nullptr}};
  if (feed.first_altered_n) out["first_altered_n"] = *feed.first_altered_n;
  out["altered_stretches"] = json::array();
  for (const AlteredStretch& stretch : feed.stretches) {
    out["altered_stretches"].push_back({{"from_n", stretch.from_n}, {"to_n", stretch.to_n}});
  }
  if (feed.until_n) out["until_n"] = *feed.until_n;
  return out;
}

void PrintJson(const TakeVerdict& verdict) {
  json feeds = json::array();
  for (const FeedVerdict& feed : verdict.feeds) feeds.push_back(ToJson(feed));
  json levels = json::array();
  for (const double dbfs : verdict.oracle_level_dbfs) levels.push_back(std::round(dbfs * 10) / 10);
  const json out = {{"identical", verdict.identical()},
                    {"samples_played", verdict.samples_played},
                    {"samples_altered", verdict.samples_altered},
                    {"feeds", feeds},
                    {"foh_sha256", verdict.feeds.front().sha256},
                    {"oracle_sha256", verdict.feeds.front().oracle_sha256},
                    {"oracle_level_dbfs", levels},
                    {"silent", verdict.silent}};
  std::printf("%s\n", out.dump(2).c_str());
}

void PrintText(const TakeVerdict& verdict) {
  for (const FeedVerdict& feed : verdict.feeds) {
    std::printf("%-10s on %-10s %10lld samples played, %lld altered%s\n", feed.name.c_str(),
                feed.node.c_str(), static_cast<long long>(feed.played),
                static_cast<long long>(feed.altered),
                feed.killed ? "  (its agent was killed or stopped: judged up to then)" : "");
    if (feed.first_altered_n) {
      std::printf("           first altered at n = %lld: %lld differ, %lld missing, %lld surplus\n",
                  static_cast<long long>(*feed.first_altered_n),
                  static_cast<long long>(feed.differing), static_cast<long long>(feed.missing),
                  static_cast<long long>(feed.surplus));
    }
    std::printf("           sha256 %s\n           oracle %s\n", feed.sha256.c_str(),
                feed.oracle_sha256.c_str());
  }
  std::printf("level of the oracle, dBFS by second:");
  for (const double dbfs : verdict.oracle_level_dbfs) std::printf(" %.0f", dbfs);
  std::printf("\n%s: %lld samples played, %lld altered%s\n",
              verdict.identical() ? "IDENTICAL" : "NOT IDENTICAL",
              static_cast<long long>(verdict.samples_played),
              static_cast<long long>(verdict.samples_altered),
              verdict.silent ? "; the show is silent, which proves nothing" : "");
}

}  // namespace

int RunVerify(const std::string& take, bool json) {
  const bool live = isatty(STDERR_FILENO) != 0;
  const auto progress = [live](Frames done, Frames total) {
    if (live && total > 0) {
      std::fprintf(stderr, "\rrendering the oracle and comparing: %3.0f %%",
                   100.0 * static_cast<double>(done) / static_cast<double>(total));
    }
  };
  const auto verdict = Judge(take, progress);
  if (live) std::fprintf(stderr, "\r\033[K");
  if (!verdict.ok()) {
    std::fprintf(stderr, "continuo verify: %s\n", std::string(verdict.status().message()).c_str());
    return 1;
  }
  json ? PrintJson(*verdict) : PrintText(*verdict);
  return verdict->identical() ? 0 : 1;
}

}  // namespace continuo::coordinator::cli
