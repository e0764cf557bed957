// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/command_text.h"

#include <variant>

#include "coordinator/core/number_text.h"
#include "proto/session/conductor.h"

namespace continuo::coordinator {
namespace {

std::string Who(const std::string& by) {
  return by.empty() ? "an operator" : by;
}

std::string AtText(const std::optional<session::BarBeat>& at) {
  if (!at) return "";
  return " at bar " + std::to_string(at->bar) + "." + std::to_string(at->beat);
}

std::string ChangeText(const EventRequested& event) {
  switch (event.command) {
    case Command::kParam:
      return "set " + event.task + " " + event.param + " " +
             NumberText(Event{.value = event.value}.AsFloat());
    case Command::kPlay:
      return "play";
    case Command::kStop:
      return "stop the time line";
    case Command::kLocate:
      return "locate to " + std::to_string(event.locate_to.bar) + "." +
             std::to_string(event.locate_to.beat);
    case Command::kTempo:
      return "tempo " + ThousandthsText(event.value) + " bpm";
    case Command::kMeter:
      return "meter " + std::to_string(event.value >> 8) + "/" + std::to_string(event.value & 0xff);
    case Command::kMute:
      return event.value == 1 ? "panic" : "end of the panic";
    case Command::kScene:
      return "scene " + event.scene;
    default:
      return "command " + std::to_string(static_cast<int>(event.command));
  }
}

struct Asked {
  std::string operator()(const ShowApplied& wish) const {
    return Who(wish.by) + " applies " + Quoted(wish.show.name);
  }
  std::string operator()(const RollbackRequested& wish) const {
    return Who(wish.by) + " wants " +
           (wish.number == 0 ? "the last version" : "version " + std::to_string(wish.number)) +
           " back";
  }
  std::string operator()(const LockRequested& wish) const {
    return Who(wish.by) + (wish.on ? " locks the show" : " unlocks the show") +
           (wish.reason.empty() ? "" : " (" + wish.reason + ")");
  }
  std::string operator()(const ShowStopRequested& wish) const {
    return Who(wish.by) + " stops the show";
  }
  std::string operator()(const EventRequested& wish) const {
    return "asked: " + ChangeText(wish) + AtText(wish.at);
  }
  std::string operator()(const MoveRequested& wish) const {
    return "asked: move " + Quoted(wish.task) + (wish.from.empty() ? "" : " from " + wish.from) +
           (wish.to.empty() ? "" : " to " + wish.to) + AtText(wish.at);
  }
  std::string operator()(const DrainRequested& wish) const {
    return std::string("asked: ") + (wish.on ? "drain " : "undrain ") + wish.node;
  }
  std::string operator()(const RebalanceRequested& wish) const {
    return wish.dry_run ? "asked: which moves a rebalance would make" : "asked: rebalance";
  }
  std::string operator()(const ReplicasRequested& wish) const {
    return "asked: " + Quoted(wish.task) + " in " + std::to_string(wish.replicas) + " replicas";
  }
  std::string operator()(const OperationCancelled& wish) const {
    return "asked: call operation " + std::to_string(wish.operation) + " off";
  }
  std::string operator()(const auto&) const { return ""; }
};

}  // namespace

std::string CommandText(const Input& input) {
  return std::visit(Asked{}, input.what);
}

}  // namespace continuo::coordinator
