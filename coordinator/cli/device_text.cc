// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/device_text.h"

#include <string>

#include "coordinator/cli/numbers.h"
#include "coordinator/cli/table.h"

namespace continuo::coordinator::cli {
namespace {

std::string GuardText(const plan::DeviceStatus& device, const Terminal& terminal) {
  std::string text;
  const auto add = [&text](std::uint64_t count, const char* what) {
    if (count != 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add(device.refused, "refused");
  add(device.over, "over");
  add(device.dc, "DC");
  if (text.empty()) return "-";
  return device.guarding ? terminal.Bad(text) : terminal.Warn(text);
}

std::string StateText(const plan::DeviceStatus& device, const Terminal& terminal) {
  if (!device.error.empty()) return terminal.Bad(device.error);
  return device.running ? "" : terminal.Warn("not running");
}

std::string CountText(std::uint64_t count, const Terminal& terminal) {
  const std::string text = std::to_string(count);
  return count == 0 ? text : terminal.Warn(text);
}

std::string LatencyText(const plan::DeviceStatus& device) {
  return device.latency == 0 ? "-" : MillisecondsText(device.latency);
}

void AddInput(const TaskView& task, const ReplicaView& replica, const Terminal& terminal,
              Table& table) {
  const plan::DeviceStatus& device = replica.device;
  if (device.name.empty() || !replica.live) return;
  const std::string silent =
      device.silent == 0 ? "-" : terminal.Warn(MillisecondsText(device.silent));
  table.Add({device.name, "into " + task.name, LatencyText(device),
             CountText(device.xruns, terminal), silent, CountText(device.slips, terminal), "",
             StateText(device, terminal)});
}

}  // namespace

Lines DeviceLines(const View& view, const Terminal& terminal) {
  Table table({"device", "of", ">latency", ">xruns", ">starved", ">slips", "guard", ""});
  for (const TaskView& task : view.tasks) {
    for (const ReplicaView& replica : task.replicas) AddInput(task, replica, terminal, table);
  }
  for (const OutputView& output : view.outputs) {
    const plan::DeviceStatus& device = output.status.device;
    if (device.name.empty() || !output.live) continue;
    table.Add({device.name, output.name, LatencyText(device), CountText(device.xruns, terminal),
               CountText(device.starved, terminal), CountText(device.slips, terminal),
               GuardText(device, terminal), StateText(device, terminal)});
  }
  return table.empty() ? Lines{} : table.Lines();
}

}  // namespace continuo::coordinator::cli
