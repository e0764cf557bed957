// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/plan/plan.h"

namespace continuo::agent::core {

/// One replica, for the life of a coordinator's state.
struct ReplicaKey {
  plan::TaskId task = 0;
  Incarnation incarnation = 0;
  bool operator==(const ReplicaKey&) const = default;
  bool operator<(const ReplicaKey& other) const {
    return task != other.task ? task < other.task : incarnation < other.incarnation;
  }
};

/// Which replicas this node has begun, beyond the life of the process. An incarnation lives once: a process that comes
/// back in mid-show must not take up where the dead one was, since its fellows count on what that one had promised. New
/// incarnations of newer plans do live. Pure; the shell keeps the text in a file.
class Lives {
 public:
  /// What Text() of an earlier process was; anything else counts as nothing.
  static Lives Of(std::string_view text);

  /// To be called, and Text() to be kept, before the audio thread gets the plan. Returns those of its replicas on
  /// `self` that have lived already: they must not be started.
  std::vector<ReplicaKey> Begin(const plan::Plan& plan, plan::NodeId self);
  /// The show was stopped: what this process has begun has lived.
  void End();

  std::string Text() const;

 private:
  // Of which performance. Another one begins with nothing: it has incarnations of its own.
  std::uint32_t run_ = 0;
  MediaTime start_n_ = 0;
  std::set<ReplicaKey> lived_;   // begun by an earlier process, or before a stop
  std::set<ReplicaKey> living_;  // begun by this process
};

}  // namespace continuo::agent::core
