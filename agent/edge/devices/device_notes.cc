// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/device_notes.h"

#include <cstdint>

namespace continuo::agent {
namespace {

/// "2 xruns, 1 slip"
class Counted {
 public:
  void Add(std::uint64_t count, const std::string& one, const std::string& many) {
    if (count == 0) return;
    text_ += (text_.empty() ? "" : ", ") + std::to_string(count) + " " + (count == 1 ? one : many);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string UnevenText(const plan::DeviceStatus& now, const plan::DeviceStatus& told) {
  Counted counted;
  counted.Add(now.xruns - told.xruns, "xrun", "xruns");
  counted.Add(now.starved - told.starved, "time without sound from the cluster",
              "times without sound from the cluster");
  counted.Add(now.slips - told.slips, "slip", "slips");
  counted.Add(static_cast<std::uint64_t>(now.skipped - told.skipped), "sample left out",
              "samples left out");
  counted.Add(static_cast<std::uint64_t>(now.repeated - told.repeated), "sample played twice",
              "samples played twice");
  return counted.text();
}

std::string GuardText(const plan::DeviceStatus& now, const plan::DeviceStatus& told) {
  Counted counted;
  counted.Add(now.refused - told.refused, "sample that was no number or absurdly loud",
              "samples that were no numbers or absurdly loud");
  counted.Add(now.over - told.over, "sample over full scale", "samples over full scale");
  counted.Add(now.dc - told.dc, "time DC", "times DC");
  return counted.text();
}

}  // namespace

std::vector<plan::Incident> DeviceNotes::Due(const plan::DeviceStatus& status, Nanoseconds now) {
  std::vector<plan::Incident> due;
  const auto look = [&](plan::IncidentKind kind, const std::string& what, const char* words,
                        plan::DeviceStatus& told, Nanoseconds& next) {
    if (what.empty() || now < next) return;
    plan::Incident& incident = due.emplace_back();
    incident.kind = kind;
    incident.text = output_ + words + status.name + ": " + what;
    told = status;
    next = now + kPause;
  };
  look(plan::IncidentKind::kDeviceUneven, UnevenText(status, uneven_told_), " is uneven on ",
       uneven_told_, next_uneven_);
  look(plan::IncidentKind::kGuarded, GuardText(status, guard_told_), " was guarded on ",
       guard_told_, next_guard_);
  return due;
}

}  // namespace continuo::agent
