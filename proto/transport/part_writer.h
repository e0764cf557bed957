// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/plan/link.h"
#include "proto/plan/part.h"

namespace continuo::v1 {
class ToAgent;
}

namespace continuo::transport {

/// Writes what is sent of large plans: to each node its part (plan::ForItsNode), put together from the bytes of tasks
/// and nodes. Those are remembered from plan to plan, so that a change costs what has changed, and the copying of bytes
/// to a thousand nodes. The memory is of the size of one plan. Used by one thread at a time; not real time.
class PartWriter {
 public:
  /// `sent` is of a large plan (`parts` is set). `out` holds the bytes as a field that is not looked into: it can be
  /// serialized, and says what ToProto (link_codec.h) says; it cannot be read before that.
  void Write(const plan::PlanSent& sent, v1::ToAgent& out);

 private:
  using Index = plan::PartIndex::Index;
  struct TaskBytes {
    std::string own;  // all but the depth, which depends on others
    // Of a foreign one, which has only some of the wires. Empty: it has not been asked for.
    std::string foreign_head, foreign_tail;
    std::vector<std::string> wires;
  };

  void Follow(const plan::PlanSent& sent);
  const plan::PartIndex& index() const { return parts_->index(); }
  void FollowSources(const plan::PlanSent& sent);
  void AddTask(const plan::PartIndex::Selection& chosen, const plan::PartIndex::ChosenTask& one);
  static void WriteForeign(const plan::Task& task, TaskBytes& bytes);
  void WritePlan(const plan::PlanSent& sent, const plan::PartIndex::Selection& chosen);
  void AddSources(const plan::PlanSent& sent, const plan::PartIndex::Selection& chosen,
                  std::string& out) const;

  std::shared_ptr<const plan::Parts> parts_;  // nullptr: nothing was written yet
  std::vector<TaskBytes> tasks_;              // by place in the plan
  std::vector<std::string> nodes_;            // likewise, as fields of the plan
  plan::SharedList<plan::Peer> peers_;
  plan::SharedList<std::string> sources_;
  std::vector<std::string> peers_of_;  // by node's number, as fields of PlanSent
  std::vector<std::vector<Index>> sources_of_;
  std::vector<Index> sources_of_nobody_;  // of no peer, as the coordinator's own
  std::string plan_;                      // the part that is being written
};

}  // namespace continuo::transport
