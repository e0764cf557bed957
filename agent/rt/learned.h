// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/handoff/image.h"
#include "agent/rt/program.h"
#include "agent/rt/task_body.h"

namespace continuo::agent::rt {

/// A task's state on its way to a replica here that waits for it: a joiner (Command::kLearn), a
/// witness that keeps it as its checkpoint (kCheckpoint), or a witness that resumes (kResume). All
/// that takes time is done before it is sent; the audio thread only takes the body out of it. It
/// comes back in Line::learned.
struct Learned {
  enum class Outcome : std::uint8_t {
    kPending,
    kTaken,
    kRefused,  ///< it does not fit to what the replica has heard: another image, of later or another donor, may
    kNotWaiting,  ///< no such replica waits here (any more)
  };

  /// Not real time: makes the body and restores it from `image`. nullptr, and a sentence in
  /// `error`, if the image is not one of that task. `program` and `material`: of the plan of the
  /// performance that was built last.
  static std::unique_ptr<Learned> Make(const Program& program, plan::TaskId task,
                                       Incarnation incarnation, std::vector<std::uint8_t> image,
                                       const Material& material, std::string& error);

  /// Likewise into a body that was made before, of the same task, and that nothing has been
  /// computed with.
  static std::unique_ptr<Learned> Make(const Program& program, plan::TaskId task,
                                       Incarnation incarnation, std::vector<std::uint8_t> image,
                                       std::unique_ptr<TaskBody> body, std::string& error);

  /// Likewise for a checkpoint, which needs no body: whoever keeps the bytes makes one when it is
  /// to be resumed.
  static std::unique_ptr<Learned> MakeCheckpoint(const Program& program, plan::TaskId task,
                                                 Incarnation incarnation,
                                                 std::vector<std::uint8_t> image,
                                                 std::string& error);

  plan::TaskId task = 0;
  Incarnation incarnation = 0;  ///< who waits for it
  Outcome outcome = Outcome::kPending;
  std::vector<std::uint8_t> bytes;
  handoff::Image image;            ///< of these bytes
  std::unique_ptr<TaskBody> body;  ///< not of a checkpoint
};

}  // namespace continuo::agent::rt
