// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/chained_journal.h"

#include <utility>

#include "coordinator/edge/store/input_codec.h"

namespace continuo::coordinator {

std::string WrongWith(const StoredRow& stored, std::int64_t last, const Link& link) {
  if (stored.row.index != last + 1) return "is missing";
  if (stored.link != LinkText(link)) return "does not follow from those before it";
  return "";
}

bool ChainedJournal::Open(JournalReport& report) {
  FindSnapshot(report);
  FollowChain(report);
  return damage_.empty();
}

std::string ChainedJournal::Refusal() const {
  return Named(damage_) +
         "; nothing was changed. Started with --rebuild, the coordinator moves this file aside "
         "and takes over what the agents play, which goes on meanwhile";
}

std::string ChainedJournal::Recover(State& state) {
  std::int64_t from = 0;
  if (snapshot_) {
    state.ledger = std::move(snapshot_->ledger);
    state.log = std::move(snapshot_->log);
    from = snapshot_->index;
    snapshot_.reset();
  }
  return EachAfter(from, [&state](const Input& input) { Replay(state, input); });
}

std::string ChainedJournal::Keep(const State& state, bool ends) {
  const std::int64_t since = last_index_ - kept_index_;
  if (since < (ends ? 1 : snapshot_every_)) return "";
  // Also when it fails: the disk may be full, and it is no small matter.
  kept_index_ = last_index_;
  const std::string wrong = WriteSnapshot(file_, last_index_, last_link_, state);
  return wrong.empty() ? "" : Named(wrong);
}

Appended ChainedJournal::Append(std::uint64_t term, std::span<const Input> inputs) {
  if (inputs.empty()) return {};
  std::vector<EncodedInput> encoded;
  std::vector<Link> links;
  std::vector<StoredRow> rows;
  encoded.reserve(inputs.size());
  links.reserve(inputs.size());
  std::int64_t index = last_index_;
  for (const Input& input : inputs) {
    const EncodedInput& one = encoded.emplace_back(Encode(input));
    const Row row{++index, static_cast<std::int64_t>(term), input.time,
                  static_cast<std::int64_t>(one.kind), one.bytes};
    const Link& link = links.emplace_back(LinkOf(links.empty() ? last_link_ : links.back(), row));
    rows.push_back({row, LinkText(link)});
  }
  if (const std::string wrong = file_.AddRows(rows); !wrong.empty()) {
    return {Appended::Fate::kRefused, Named(wrong)};
  }
  last_index_ = index;
  last_link_ = links.back();
  return {};
}

std::string ChainedJournal::EachAfter(std::int64_t from,
                                      const std::function<void(const Input&)>& take) {
  std::string wrong;
  const std::string broken = file_.ReadRows(from, [&](const StoredRow& stored) {
    const Row& row = stored.row;
    const auto input = Decode(static_cast<int>(row.kind), row.time, row.blob);
    if (input) {
      take(*input);
    } else {
      wrong = Named("row " + std::to_string(row.index) + " is whole but has no meaning here");
    }
    return input.has_value();
  });
  if (broken.empty()) return wrong;
  damage_ = broken;
  return Refusal();
}

void ChainedJournal::FindSnapshot(JournalReport& report) {
  file_.ReadSnapshots([&](const StoredSnapshot& stored) {
    std::optional<Snapshot> snapshot = SnapshotOf(stored);
    if (!snapshot) {
      report.notes.push_back(
          Named("the snapshot after row " + std::to_string(stored.index) + " is damaged") +
          ": an older one is taken, or the rows themselves");
      return true;
    }
    kept_index_ = last_index_ = snapshot->index;
    last_link_ = snapshot->row;
    report.kept = report.rows = static_cast<std::uint64_t>(snapshot->index);
    snapshot_ = std::move(snapshot);
    return false;
  });
}

void ChainedJournal::FollowChain(JournalReport& report) {
  std::string why;
  damage_ = file_.ReadRows(last_index_, [&](const StoredRow& stored) {
    const Link link = LinkOf(last_link_, stored.row);
    why = WrongWith(stored, last_index_, link);
    if (!why.empty()) return false;
    last_index_ = stored.row.index;
    last_link_ = link;
    ++report.rows;
    return true;
  });
  if (!damage_.empty() || why.empty()) return;
  const std::int64_t behind = file_.LastRow() - last_index_ - 1;
  if (behind <= 0) return CutAfter(last_index_, why, report);
  damage_ = "row " + std::to_string(last_index_ + 1) + " " + why + ", and " +
            std::to_string(behind) + " more stand behind it";
}

void ChainedJournal::CutAfter(std::int64_t index, const std::string& why, JournalReport& report) {
  damage_ = file_.CutAfter(index);
  if (!damage_.empty()) return;
  report.cut = Named("row " + std::to_string(index + 1) + " " + why +
                     ": the journal was CUT OFF after row " + std::to_string(index));
}

}  // namespace continuo::coordinator
