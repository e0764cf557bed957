// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/param_rules.h"
#include "coordinator/core/show_rules.h"
#include "dsp/graph/description.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator {
namespace {

/// Why a curve cannot lead there from the point before it. Empty if it can.
std::string WhyNoWay(const dsp::ParamDescription& param, const ShowPoint& from,
                     const ShowPoint& to) {
  using dsp::CurveShape;
  const bool is_choice = param.curve == dsp::Curve::kStep;
  if (is_choice && (to.curve == CurveShape::kLinear || to.curve == CurveShape::kExponential)) {
    return std::string(param.name) + " has steps only; allowed is step";
  }
  const bool same_side = (from.value > 0 && to.value > 0) || (from.value < 0 && to.value < 0);
  if (to.curve == CurveShape::kExponential && !same_side) {
    return "exponential needs two values on the same side of zero, and leads from " +
           NumberText(from.value) + " to " + NumberText(to.value) + "; linear can";
  }
  return "";
}

void CheckPoints(const Show& show, const ShowCurve& curve, const std::string& field,
                 const dsp::ParamDescription& param, Issues& issues) {
  const ShowPoint* before = nullptr;
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    const ShowPoint& point = curve.points[i];
    const std::string at = field + "." + std::to_string(i + 1);
    std::string no_place =
        before == nullptr ? WhyNoPlace(show, point.at) : WhyNotAfter(show, before->at, point.at);
    std::string no_value = WhyNot(param, point.value);
    const bool is_well = no_place.empty() && no_value.empty();
    if (!no_place.empty()) issues.Error(at + ".at", std::move(no_place));
    if (!no_value.empty()) issues.Error(at + ".value", std::move(no_value));
    std::string no_way = !is_well || before == nullptr ? "" : WhyNoWay(param, *before, point);
    if (!no_way.empty()) issues.Error(at + ".curve", std::move(no_way));
    if (is_well) before = &point;
  }
}

void CheckCurve(const Show& show, const ShowTask& task, const ShowCurve& curve,
                const dsp::KernelDescription& kernel, Issues& issues) {
  const std::string field = "tasks." + task.name + ".automation." + curve.param;
  const int index = dsp::FindParam(kernel, curve.param);
  if (index < 0) return issues.Error(field, WhyNoParam(kernel, curve.param));
  if (curve.points.empty()) {
    issues.Error(field, "needs at least one point, like {at: 1, value: " +
                            NumberText(kernel.params[static_cast<std::size_t>(index)].initial) +
                            "}");
  }
  const bool is_set = std::any_of(task.params.begin(), task.params.end(),
                                  [&](const ShowParam& set) { return set.name == curve.param; });
  if (is_set) {
    issues.Error("tasks." + task.name + ".params." + curve.param,
                 "it is automated: its first point says where it begins; leave it out here");
  }
  CheckPoints(show, curve, field, kernel.params[static_cast<std::size_t>(index)], issues);
}

}  // namespace

void CheckCurves(const Show& show, const ShowTask& task, const dsp::KernelDescription& kernel,
                 Issues& issues) {
  const std::string field = "tasks." + task.name + ".automation";
  std::size_t points = 0;
  for (const ShowCurve& curve : task.automation) points += curve.points.size();
  if (points > std::size_t{dsp::kMaxAutomationPoints}) {
    issues.Error(field, "has " + std::to_string(points) + " points; at most " +
                            std::to_string(dsp::kMaxAutomationPoints) +
                            " are possible for one task");
  }
  if (!session::IsMeter(show.meter_num, show.meter_den)) return;  // in which places are counted
  for (const ShowCurve& curve : task.automation) {
    CheckCurve(show, task, curve, kernel, issues);
    const auto same = [&curve](const ShowCurve& other) { return other.param == curve.param; };
    if (&*std::find_if(task.automation.begin(), task.automation.end(), same) != &curve) {
      issues.Error(field + "." + curve.param, "is there twice");
    }
  }
}

}  // namespace continuo::coordinator
