// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/stage.h"

namespace continuo::coordinator {
namespace {

std::string NameOf(const Ledger& ledger, ConnectionId connection) {
  const NodeRecord* node = NodeOfConnection(ledger, connection);
  return node == nullptr ? "#" + std::to_string(connection) : node->hello.name;
}

struct MessageText {
  std::string operator()(const plan::Welcome& welcome) const {
    return "Welcome term " + std::to_string(welcome.term) + ", node " +
           std::to_string(welcome.node);
  }
  std::string operator()(const plan::Refusal& refusal) const {
    return "Refusal: " + refusal.reason;
  }
  std::string operator()(const plan::PlanSent& sent) const {
    const plan::Plan& plan = sent.plan;
    return "Plan " + std::to_string(plan.term) + "." + std::to_string(plan.version) +
           (plan.start_n == 0 ? " to prepare" : " from n = " + std::to_string(plan.start_n));
  }
  std::string operator()(const plan::EventSubmitted& submitted) const {
    return "Event " + std::to_string(submitted.event.id >> 32) + "." +
           std::to_string(submitted.event.id & 0xffffffff) + " to task " +
           std::to_string(submitted.task) + " at n = " + std::to_string(submitted.event.at);
  }
  std::string operator()(const plan::ShowStopped&) const { return "Stop"; }
};

std::string ReplyText(const Reply& reply) {
  static const char* const kCodes[] = {"ok",           "invalid",   "not found",
                                       "precondition", "exhausted", "unavailable"};
  std::string text = std::string(kCodes[static_cast<int>(reply.code)]) + ": " + reply.text;
  for (const PlannedMove& move : reply.moves) {
    text += "\n    " + move.task + " from " + move.from + " to " + move.to + ": " + move.reason;
  }
  for (const Issue& issue : reply.issues) {
    text +=
        std::string("\n    ") + (issue.warning ? "warning " : "") + issue.field + ": " + issue.text;
  }
  return text;
}

struct EffectText {
  const Ledger& ledger;

  std::string operator()(const SendToAgent& send) const {
    return "-> " + NameOf(ledger, send.connection) + " " + std::visit(MessageText{}, send.message);
  }
  std::string operator()(const CloseConnection& close) const {
    return "-> " + NameOf(ledger, close.connection) + " close";
  }
  std::string operator()(const Answer& answer) const {
    return "answer " + std::to_string(answer.request) + " " + ReplyText(answer.reply);
  }
  std::string operator()(const Settle& settle) const {
    return "settle " + std::to_string(settle.command) + " " + ReplyText(settle.reply);
  }
  std::string operator()(const TellMap& tell) const {
    return "tell map " + std::to_string(tell.map.version());
  }
  std::string operator()(const Raise&) const { return "raise"; }
  std::string operator()(const LogLine& line) const {
    static const char* const kNames[] = {"info", "warning", "error"};
    return std::string(kNames[static_cast<int>(line.severity)]) + ": " + line.text;
  }
};

}  // namespace

std::string ToText(const Effect& effect, const Ledger& ledger) {
  return std::visit(EffectText{ledger}, effect);
}

}  // namespace continuo::coordinator
