// SPDX-License-Identifier: Apache-2.0
#include "sim/shrink.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr int kRunsMax = 80;

class Shrinking {
 public:
  explicit Shrinking(const Scene& scene) : scene_(scene), kept_(scene.faults.size()) {
    std::iota(kept_.begin(), kept_.end(), std::size_t{0});
  }

  std::string Run() {
    Scene silent = scene_;
    silent.wishes.clear();
    if (Fails(silent)) scene_ = silent;
    for (std::size_t chunk = (kept_.size() + 1) / 2; chunk > 0 && runs_ < kRunsMax;) {
      const bool helped = LeaveOut(chunk);
      if (!helped) chunk = chunk == 1 ? 0 : (chunk + 1) / 2;
    }
    return Text();
  }

 private:
  Scene With(const std::vector<std::size_t>& kept) const {
    Scene scene = scene_;
    scene.faults.clear();
    for (const std::size_t i : kept) scene.faults.push_back(scene_.faults[i]);
    return scene;
  }
  bool Fails(const Scene& scene) {
    ++runs_;
    const Outcome outcome = World(scene, false).Run();
    if (!outcome.good()) last_ = outcome.failures.front();
    return !outcome.good();
  }
  bool LeaveOut(std::size_t chunk) {
    bool helped = false;
    for (std::size_t at = 0; at < kept_.size() && runs_ < kRunsMax;) {
      std::vector<std::size_t> fewer = kept_;
      const std::size_t end = std::min(at + chunk, fewer.size());
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(end));
      if (Fails(With(fewer))) {
        kept_ = fewer;
        helped = true;
      } else {
        at += chunk;
      }
    }
    return helped;
  }
  std::string Text() const {
    std::string list, text;
    for (const std::size_t i : kept_) {
      const Fault& fault = scene_.faults[i];
      list += (list.empty() ? "" : ",") + std::to_string(i);
      text += "    " + std::to_string(i) + ": " + ToString(fault.kind) + ", " +
              std::to_string(fault.after / 1'000'000) + " ms after all was well, for " +
              std::to_string(fault.length / 1'000'000) + " ms\n";
    }
    const bool wishes = !scene_.wishes.empty();
    std::string head =
        "  the smallest list of faults that still fails (" + std::to_string(runs_) + " runs)";
    if (!last_.empty()) head += ": " + last_;
    return head + "\n" + text + "    again: continuo-sim --seed " + std::to_string(scene_.seed) +
           " --trace --keep " + (list.empty() ? "none" : list) + (wishes ? "" : " --no-wishes") +
           "\n";
  }

  Scene scene_;
  std::vector<std::size_t> kept_;
  std::string last_;
  int runs_ = 0;
};

}  // namespace

std::string Shrink(const Scene& scene) {
  return Shrinking(scene).Run();
}

}  // namespace continuo::sim
