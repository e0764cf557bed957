// SPDX-License-Identifier: Apache-2.0
#include "sim/disk.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace continuo::sim {

Nanoseconds Disk::Latency() {
  if (dice_.Chance(0.85)) return Us(dice_.Between(30, 900));
  return dice_.Chance(0.95) ? Us(dice_.Between(900, 8000)) : Ms(dice_.Between(8, 60));
}

coordinator::Appended Disk::Finish() {
  std::vector<coordinator::Input> written = std::exchange(writing_, {});
  if (full()) return {coordinator::Appended::Fate::kRefused, "database or disk is full"};
  rows_.insert(rows_.end(), std::make_move_iterator(written.begin()),
               std::make_move_iterator(written.end()));
  return {};
}

void Disk::Crash() {
  if (dice_.Chance(0.5)) Finish();
  writing_.clear();
}

bool Disk::Holds(const coordinator::Input& input, std::size_t& row) const {
  const auto is_it = [&input](const coordinator::Input& one) {
    return one.time == input.time && one.what.index() == input.what.index();
  };
  const auto from = rows_.begin() + static_cast<std::ptrdiff_t>(row);
  const auto found = std::find_if(from, rows_.end(), is_it);
  if (found == rows_.end()) return false;
  row = static_cast<std::size_t>(found - rows_.begin());
  return true;
}

std::string DiskJournal::ForEach(const std::function<void(const coordinator::Input&)>& take) {
  for (const coordinator::Input& input : disk_.rows()) take(input);
  return "";
}

coordinator::Appended DiskJournal::Append(std::uint64_t,
                                          std::span<const coordinator::Input> inputs) {
  disk_.Begin(inputs);
  process_.Sleep(disk_.Latency());
  return disk_.Finish();
}

}  // namespace continuo::sim
