// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "agent/rt/crew.h"
#include "agent/rt/task_body.h"
#include "dsp/graph/task_processor.h"
#include "dsp/offline/oracle.h"
#include "proto/plan/plan.h"

namespace continuo::test {

/// A show made by hand for seven nodes, with the material it plays and its truth:
///
///   conductor -> lead (synth), bass (synth), drone (synth), warm (gain <- lead), master (mixer <- warm, bass, drone)
///   master -> output 1 on node 4, output 2 on node 5; tasks run on nodes 1 to 3; nodes 6 and 7 are idle
class TestShow {
 public:
  static constexpr int kNodes = 7, kComputeNodes = 3;
  static constexpr plan::TaskId kLead = 2, kBass = 3, kDrone = 4, kWarm = 5, kMaster = 6;
  static constexpr plan::NodeId kFohA = 4, kFohB = 5, kSpare = 6, kOtherSpare = 7;
  static constexpr MediaTime kStart = 192 * 1'000'000;

  struct Options {
    int quantum = 96;
    int redundancy = 2;
    bool witness = false;  ///< each task has one, on the node after its last replica
    Frames length = 2 * kSampleRate;
    plan::Timing timing{};
    std::uint64_t seed = 1;
    Frames skew = 0;  ///< the clocks of the nodes differ by up to twice this
    int channels = 2;
    const char* warm = "gain";                         ///< what the task of that name is
    std::function<void(plan::Plan&)> shape = nullptr;  ///< what else shall be different
    agent::rt::Crew* crew = nullptr;                   ///< of all nodes
    bool early = false;                                ///< likewise: Engine::Wiring
    std::vector<std::pair<plan::TaskId, dsp::SceneSetting>> scenes{};  ///< what they set of whom
  };
  explicit TestShow(const Options& options);
  TestShow(const TestShow&) = delete;

  plan::Plan& plan() { return plan_; }
  const plan::Plan& plan() const { return plan_; }
  const std::vector<agent::rt::Material>& materials() const { return materials_; }
  const Options& options() const { return options_; }

  /// Of the tasks of a later plan of the performance.
  std::vector<agent::rt::Material> MaterialsOf(const plan::Plan& plan) const;

  /// What every output should play: the whole show, interleaved, with these events.
  std::vector<float> Render(const std::vector<dsp::TaskEvent>& events) const {
    return Render({&plan_, 1}, events);
  }
  /// Likewise, of a show that was changed while it played.
  std::vector<float> Render(std::span<const plan::Plan> plans,
                            const std::vector<dsp::TaskEvent>& events) const;
  /// Samples (all channels together count as one) that differ from the truth, are missing, or too many.
  Frames Altered(const std::vector<float>& played, const std::vector<float>& truth) const;

 private:
  void MakeNotes();
  void AddTask(plan::TaskId id, const char* name, const char* kind, std::vector<plan::TaskId> from);

  const Options options_;
  plan::Plan plan_;
  std::vector<session::FileNote> notes_;
  session::NoteFile file_;
  std::vector<agent::rt::Material> materials_;  // of plan_.tasks[i]
};

/// Largest absolute sample: to see that something is heard at all.
float Peak(const std::vector<float>& samples);

}  // namespace continuo::test
