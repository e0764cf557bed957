// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/edge/take/take.h"

namespace continuo::coordinator {

/// From the first to the last altered sample of those that lie less than 100 ms apart.
struct AlteredStretch {
  MediaTime from_n = 0;
  MediaTime to_n = 0;  ///< the sample after the last
  bool operator==(const AlteredStretch&) const = default;
};

/// One feed beside the oracle. A sample here is one media sample index: it is altered if any of its channels
/// differs in any bit.
struct FeedVerdict {
  std::string name;
  std::string node;
  bool killed =
      false;  ///< its own agent was killed or stopped on purpose: judged up to then, apart
  std::optional<MediaTime> until_n;  ///< killed, or stopped with no end in the plan: when
  MediaTime first_n = 0;
  Frames expected = 0;  ///< samples that had to be played
  Frames played = 0;    ///< samples that were recorded
  Frames altered = 0;   ///< differing, missing and surplus together
  Frames differing = 0;
  Frames missing = 0;
  Frames surplus = 0;
  std::optional<MediaTime> first_altered_n;
  std::vector<AlteredStretch> stretches;  ///< in order; the first 64 of them
  std::string sha256;                     ///< of the recorded bytes
  std::string oracle_sha256;              ///< of the oracle over the same samples
};

struct TakeVerdict {
  std::vector<FeedVerdict> feeds;
  Frames samples_played = 0;  ///< over the feeds that count
  Frames samples_altered = 0;
  std::vector<double> oracle_level_dbfs;  ///< RMS of each second, both channels together
  bool silent = false;                    ///< no second of the oracle is above -60 dBFS
  bool identical() const { return samples_altered == 0 && !silent && samples_played > 0; }
};

/// Called now and then with samples done and samples to do.
using JudgeProgress = std::function<void(Frames done, Frames total)>;

/// Renders the oracle of the take in `folder` and compares every feed with it, bit for bit.
absl::StatusOr<TakeVerdict> Judge(const std::filesystem::path& folder,
                                  const JudgeProgress& progress);

}  // namespace continuo::coordinator
