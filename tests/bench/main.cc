// SPDX-License-Identifier: Apache-2.0
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/bench.h"

namespace continuo::bench {
namespace {

constexpr Bench kBenches[] = {{"placement", PlacementRows}, {"journal", JournalRows},
                              {"merge", MergeRows},         {"clock", ClockRows},
                              {"state", StateRows},         {"kernels", KernelRows},
                              {"racks", RackRows}};

/// None asked: all that need no peer.
bool IsAsked(const Bench& bench, int count, char** names) {
  if (count == 0) return bench.run != RackRows;
  return std::any_of(names, names + count,
                     [&bench](const char* name) { return std::strcmp(name, bench.name) == 0; });
}

const Bench* Find(const char* name) {
  for (const Bench& bench : kBenches) {
    if (std::strcmp(name, bench.name) == 0) return &bench;
  }
  return nullptr;
}

void Print(const std::vector<Row>& rows) {
  std::printf("[");
  const char* separator = "\n";
  for (const Row& row : rows) {
    std::printf(
        "%s  {\"name\": \"%s\", \"ours\": %.6g, \"peer\": %.6g, \"ratio\": %.4g, \"unit\": \"%s\"}",
        separator, row.name.c_str(), row.ours, row.peer, RatioOf(row), row.unit.c_str());
    separator = ",\n";
  }
  std::printf("\n]\n");
}

int Run(int count, char** names) {
  for (int i = 0; i < count; ++i) {
    if (Find(names[i]) != nullptr) continue;
    std::fprintf(stderr, "there is no bench \"%s\"; there are:", names[i]);
    for (const Bench& bench : kBenches) std::fprintf(stderr, " %s", bench.name);
    std::fprintf(stderr, "\n");
    return 2;
  }
  std::vector<Row> rows;
  for (const Bench& bench : kBenches) {
    if (!IsAsked(bench, count, names)) continue;
    for (Row& row : bench.run()) rows.push_back(std::move(row));
  }
  Print(rows);
  return 0;
}

}  // namespace

std::int64_t CpuTime() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

void Require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace continuo::bench

int main(int argc, char** argv) {
  return continuo::bench::Run(argc - 1, argv + 1);
}
