// SPDX-License-Identifier: Apache-2.0
// How long a coordinator that is started reads its journal, before it is there for anybody.
#include <filesystem>

#include "bench/bench.h"
#include "coordinator/core/stage.h"
#include "coordinator/edge/store/journal.h"

namespace continuo::bench {
namespace {

using namespace coordinator;

constexpr std::size_t kRows = 100'000;
constexpr std::size_t kBatch = 500;  // rows of one write

/// A show plays and somebody turns a knob, 50,000 times: a command and its verdict are a row each.
std::vector<Input> Rows() {
  Stage stage;
  PlaySmallShow(stage);
  stage.Pass(4'000'000'000);
  std::vector<Input> rows = stage.durable();
  State state = stage.ReplayedState();
  Nanoseconds now = stage.now();
  const auto take = [&](decltype(Input::what) what) {
    rows.push_back({now += 1'000'000, std::move(what)});
    Replay(state, rows.back());
  };
  const ConnectionId maker = stage.ConnectionOf("pi-1");
  for (std::uint64_t i = 0; rows.size() < kRows; ++i) {
    EventRequested turn{0, Command::kParam, "room", "mix", 0, {}, {}};
    turn.value = Event::FromFloat(static_cast<float>(i % 100) / 100);
    turn.key = {7, i + 1};
    take(std::move(turn));
    Require(state.ledger.events.size() == i + 1, "a command was refused");
    const EventRecord& event = state.ledger.events.back();
    take(AgentSpoke{maker, plan::VerdictReached{event.task, event.event.id, Verdict::kCommitted}});
  }
  return rows;
}

void Write(const std::string& folder, const std::vector<Input>& rows, bool keeps) {
  std::filesystem::remove_all(folder);
  JournalReport report;
  const auto journal = OpenJournal(folder, report);
  Require(journal != nullptr, report.error);
  State state;
  for (std::size_t at = 0; at < rows.size(); at += kBatch) {
    const std::size_t count = std::min(kBatch, rows.size() - at);
    const std::span<const Input> batch{&rows[at], count};
    Require(journal->Append(1, batch).durable(), "the journal cannot be written");
    for (const Input& input : batch) Replay(state, input);
    if (keeps) Require(journal->Keep(state, false).empty(), "no snapshot can be written");
  }
}

double OpenMs(const std::string& folder) {
  return MedianNs(3,
                  [&] {
                    JournalReport report;
                    const auto journal = OpenJournal(folder, report);
                    Require(journal != nullptr, report.error);
                    State state;
                    const std::string wrong = journal->Recover(state);
                    Require(wrong.empty() && report.rows == kRows,
                            "not all rows came back: " + wrong);
                  }) /
         1e6;
}

}  // namespace

std::vector<Row> JournalRows() {
  constexpr double kControlBackMs = 4000;  // the promise: control is back within that time
  const std::string folder = std::filesystem::temp_directory_path() / "continuo-journal-bench";
  const std::vector<Input> rows = Rows();
  Write(folder, rows, true);
  const double kept = OpenMs(folder);
  Write(folder, rows, false);
  const double all = OpenMs(folder);
  std::filesystem::remove_all(folder);
  return {
      {"open a journal of 100,000 rows, from its snapshot", kept, kControlBackMs, "ms"},
      {"open a journal of 100,000 rows that has lost its snapshots", all, kControlBackMs, "ms"}};
}

}  // namespace continuo::bench
