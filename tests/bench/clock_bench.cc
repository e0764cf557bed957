// SPDX-License-Identifier: Apache-2.0
#include "bench/bench.h"
#include "proto/transport/stage_clock.h"

namespace continuo::bench {

std::vector<Row> ClockRows() {
  constexpr int kReads = 100'000;
  transport::StageClock stage;
  stage.Follow({transport::StageClock::Local(), 1'790'000'000 * clock::kSecond, -50'000});
  MediaTime last = 0;
  bool back = false;
  const double ns = MedianNs(9, [&] {
    for (int i = 0; i < kReads; ++i) {
      const MediaTime n = clock::SampleAt(stage.Now());
      back = back || n < last;
      last = n;
    }
  });
  Require(!back, "media time went back");
  // The oscillator included.
  return {{"read the media sample index", ns / kReads, 100, "ns"}};
}

}  // namespace continuo::bench
