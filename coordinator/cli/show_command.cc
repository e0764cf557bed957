// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <set>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/numbers.h"
#include "coordinator/cli/progress.h"
#include "coordinator/cli/show_answer.h"
#include "coordinator/cli/show_difference_text.h"
#include "coordinator/cli/show_source.h"
#include "coordinator/cli/temporary_folder.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"
#include "coordinator/edge/show/show_file.h"
#include "proto/transport/asset_client.h"
#include "proto/transport/asset_folder.h"

namespace continuo::coordinator::cli {
namespace {

std::string Counted(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Reply WrongShow(std::vector<Issue> issues) {
  Reply reply;
  reply.code = Code::kInvalid;
  reply.issues = std::move(issues);
  std::size_t errors = 0;
  for (const Issue& issue : reply.issues) errors += issue.warning ? 0 : 1;
  reply.text = Counted(errors, "error");
  return reply;
}

/// All assets of a show, on their way to coordinators.
class Parcel {
 public:
  /// Empty, or why they cannot be sent.
  std::string Pack(const std::vector<CanonicalAsset>& assets) {
    for (const CanonicalAsset& asset : assets) {
      const auto incoming = folder_.Receive(asset.about.hash);
      if (!incoming->Write(asset.bytes) || !incoming->Keep()) return incoming->error();
      hashes_.push_back(asset.about.hash);
    }
    return "";
  }

  /// Empty, or why that coordinator does not have all of them now. Who has them is sent nothing.
  std::string PutTo(const std::string& coordinator) const {
    Progress progress;
    return transport::PutAssets(folder_, hashes_, coordinator, [&](auto done, auto total) {
      progress.Show(BytesText("putting assets to the coordinator", done, total));
    });
  }

  /// To whoever leads, from whom agents fetch them, and to the others that are there: one of these may lead before the
  /// agents have all. Only of the one that leads it is told why not.
  std::string PutToAll(const View& view, const std::string& leader) const {
    std::string problem = PutTo(leader);
    for (const CoordinatorView& one : view.coordinators) {
      if (problem.empty() && !one.leads && one.address != leader) (void)PutTo(one.address);
    }
    return problem;
  }

 private:
  const TemporaryFolder temporary_;
  const transport::AssetFolder folder_{temporary_.path()};
  std::vector<std::string> hashes_;
};

/// Who the coordinator waits for.
std::string PreparingText(OperatorClient& client) {
  const auto view = client.Look();
  if (!view.ok()) return "waiting for the coordinator";
  std::string waiting;
  for (const NodeView& node : view->nodes) {
    if (node.in_plan && !node.prepared) waiting += (waiting.empty() ? "" : ", ") + node.name;
  }
  return waiting.empty() ? "preparing" : "preparing: waiting for " + waiting;
}

/// Another coordinator leads than in that term, and the show that was being prepared is not any more.
bool WasLost(OperatorClient& client, std::uint64_t term) {
  const auto view = client.Look();
  return view.ok() && view->term != term && view->show.phase == ShowPhase::kFailed;
}

/// Puts the assets and applies. Where another coordinator leads in the middle of it, it is done again there: what has
/// no answer yet the client asks for by itself, with the same key; a preparation that ended with whoever led has been
/// decided, and is begun anew.
absl::StatusOr<Reply> Apply(OperatorClient& client, const Parcel& parcel, ShowApplied& wish) {
  constexpr int kLeadersMost = 4;
  for (int leaders = 1;; ++leaders) {
    // Asked first: an unreachable coordinator is to be told in the client's words, before any asset travels.
    const auto view = client.Look();
    if (!view.ok()) return view.status();
    const std::string leader = client.address();
    const bool may_go_on = leaders < kLeadersMost && view->coordinators.size() > 1;
    const std::string problem = parcel.PutToAll(*view, leader);
    if (!problem.empty() && may_go_on) continue;  // it went away; the next look finds another one
    if (!problem.empty()) return absl::UnavailableError(problem);
    wish.key = NewCommandKey();
    auto reply =
        WithProgress([&] { return client.Apply(wish); }, [&] { return PreparingText(client); });
    if (reply.ok() || !may_go_on || !WasLost(client, view->term)) return reply;
  }
}

}  // namespace

int RunShowCheck(const Invocation& invocation, const std::string& file) {
  LoadedShow loaded;
  std::vector<Issue> issues = LoadShow(file, loaded);
  if (HasErrors(issues)) return TellShow(invocation, file, WrongShow(std::move(issues)));
  Reply reply;
  reply.issues = std::move(issues);
  reply.text = file + ": no errors; " + Counted(loaded.show.tasks.size(), "task") + ", " +
               Counted(loaded.assets.size(), "asset");
  return TellShow(invocation, file, reply);
}

int RunShowApply(const Invocation& invocation, const ShowApplyOptions& options) {
  LoadedShow loaded;
  std::vector<Issue> issues = LoadShow(options.file, loaded);
  if (HasErrors(issues)) return TellShow(invocation, options.file, WrongShow(std::move(issues)));
  if (options.seconds > 0) loaded.show.length = std::llround(options.seconds * kSampleRate);

  OperatorClient client(CoordinatorOf(invocation));
  Parcel parcel;
  if (const std::string problem = parcel.Pack(loaded.assets); !problem.empty()) {
    return Fail(invocation, problem);
  }
  ShowApplied wish;
  wish.show = std::move(loaded.show);
  wish.source = std::move(loaded.source);
  wish.assets = loaded.Imported();
  wish.by = Caller();
  auto reply = Apply(client, parcel, wish);
  if (!reply.ok()) return Fail(invocation, reply.status());
  AddLines(loaded.lines, reply->issues);
  return TellShow(invocation, options.file, *reply);
}

int RunShowDiff(const Invocation& invocation, const std::string& file) {
  LoadedShow loaded;
  std::vector<Issue> issues = LoadShow(file, loaded);
  if (HasErrors(issues)) return TellShow(invocation, file, WrongShow(std::move(issues)));
  OperatorClient client(CoordinatorOf(invocation));
  ShowApplied wish{0, std::move(loaded.show), std::move(loaded.source), loaded.Imported(), ""};
  auto diff = client.Diff(wish);
  if (!diff.ok()) return Fail(invocation, diff.status());
  AddLines(loaded.lines, diff->reply.issues);
  if (invocation.json) {
    std::printf("%s\n", DiffJson(*diff, file).c_str());
  } else {
    for (const Issue& issue : diff->reply.issues)
      std::fprintf(stderr, "%s\n", IssueLine(file, issue).c_str());
    for (const std::string& line : DiffLines(*diff, Terminal())) std::printf("%s\n", line.c_str());
  }
  return diff->reply.ok() ? kDone : kFailed;
}

int RunShowHistory(const Invocation& invocation) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  const WallClock clock(view->now);
  if (invocation.json) {
    std::printf("%s\n", VersionsJson(*view, clock).c_str());
  } else {
    for (const std::string& line : VersionLines(*view, clock, Terminal()))
      std::printf("%s\n", line.c_str());
  }
  return kDone;
}

int RunShowRollback(const Invocation& invocation, std::uint32_t number) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto reply = WithProgress(
      [&] {
        return client.Request(RollbackRequested{0, number, Caller()});
      },
      [&] { return PreparingText(client); });
  if (!reply.ok()) return Fail(invocation, reply.status());
  return TellShow(invocation, "", *reply);
}

int RunShowLock(const Invocation& invocation, bool on, const std::string& reason) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto reply = client.Request(LockRequested{0, on, Caller(), reason});
  if (!reply.ok()) return Fail(invocation, reply.status());
  std::printf("%s\n", invocation.json ? ShowJson(*reply).c_str() : reply->text.c_str());
  return kDone;
}

int RunShowStop(const Invocation& invocation) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto reply = client.Request(ShowStopRequested{0, Caller()});
  if (!reply.ok()) return Fail(invocation, reply.status());
  std::printf("%s\n", invocation.json ? ShowJson(*reply).c_str() : reply->text.c_str());
  return kDone;
}

}  // namespace continuo::coordinator::cli
