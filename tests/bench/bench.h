// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace continuo::bench {

/// One measured figure beside what it is held against: a bound that must not be passed, or a peer's figure.
struct Row {
  std::string name;
  double ours = 0;
  double peer = 0;  ///< 0: the script that asked measures it
  std::string unit;
  bool more_is_better = false;
};

/// Above 1: ours is better. 0: there is no peer yet.
inline double RatioOf(const Row& row) {
  if (row.peer == 0) return 0;
  return row.more_is_better ? row.ours / row.peer : row.peer / row.ours;
}

/// CPU time of this thread so far, in nanoseconds: what the machine does beside does not count.
std::int64_t CpuTime();

/// Ends the program with this sentence if what is measured does not work.
void Require(bool holds, const std::string& what);

double Median(std::vector<double> values);

/// Median CPU time of a call of `work`, in nanoseconds, over `times` calls.
template <typename Work>
double MedianNs(int times, Work work) {
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    const std::int64_t began = CpuTime();
    work();
    took.push_back(static_cast<double>(CpuTime() - began));
  }
  return Median(std::move(took));
}

/// The least of it: what a busy machine adds is no property of the work.
template <typename Work>
double BestNs(int times, Work work) {
  double best = 0;
  for (int i = 0; i < times; ++i) {
    const double took = MedianNs(1, work);
    if (i == 0 || took < best) best = took;
  }
  return best;
}

/// A group of rows, measured together. main.cc lists them all.
struct Bench {
  const char* name;
  std::vector<Row> (*run)();
};

std::vector<Row> PlacementRows();
std::vector<Row> JournalRows();
std::vector<Row> MergeRows();
std::vector<Row> ClockRows();
std::vector<Row> StateRows();
std::vector<Row> KernelRows();
/// What peers have, too: without their figures.
std::vector<Row> RackRows();

}  // namespace continuo::bench
