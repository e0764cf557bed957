// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "dsp/graph/task_processor.h"

namespace continuo::bench {

/// A task of a rack: kind of kernel, and what is set away from its initial value.
struct Unit {
  const char* kind;
  struct Setting {
    const char* param;
    float value;
  };
  std::vector<Setting> settings;
};

/// Tasks one behind the other, as an agent computes them, fed with noise; `seed` says which. Ends the program if one
/// cannot be made.
class Rack {
 public:
  static constexpr int kQuantum = 64;

  Rack(const std::vector<Unit>& units, int channels, int seed);
  ~Rack();
  Rack(const Rack&) = delete;
  Rack& operator=(const Rack&) = delete;
  /// The next quantum.
  void Run();
  /// The loudest sample of the last quantum: a rack that is silent proves nothing.
  float Peak() const;

 private:
  struct Task;
  void Make(Task& task, const Unit& unit);

  int channels_;
  int seed_;
  MediaTime n_ = 0;
  session::ControlQuantum control_;  // an agent makes one for all its tasks
  std::vector<float> impulse_;       // what a convolver folds with
  std::vector<std::unique_ptr<Task>> tasks_;
  std::vector<float> signals_[2];  // [channel * kQuantum], in turn what comes in and what goes out
  int front_ = 0;
};

}  // namespace continuo::bench
