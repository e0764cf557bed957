// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/kernel_text.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/numbers.h"
#include "coordinator/cli/table.h"
#include "coordinator/core/number_text.h"

namespace continuo::coordinator::cli {
namespace {

using Lines = std::vector<std::string>;

std::string RangeText(int least, int most, const char* one) {
  const std::string many = std::string(" ") + one + (most == 1 ? "" : "s");
  if (least == most) return std::to_string(least) + many;
  return std::to_string(least) + " to " + std::to_string(most) + many;
}

std::string InputsText(const dsp::KernelDescription& kernel) {
  std::string text = kernel.input_ports_max == 0
                         ? "none"
                         : RangeText(kernel.input_ports_min, kernel.input_ports_max, "port");
  if (kernel.takes_notes) text += ", notes";
  if (kernel.assets_max > 0) {
    text += ", " + RangeText(kernel.assets_min, kernel.assets_max, "sample");
  }
  return text;
}

/// Of a core, which is what a person has.
std::string CostText(const dsp::KernelDescription& kernel) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", kernel.cost_ns_per_frame * kSampleRate / 1e7);
  return text;
}

const char* CurveText(dsp::Curve curve) {
  switch (curve) {
    case dsp::Curve::kLinear:
      return "linear";
    case dsp::Curve::kLog:
      return "log";
    case dsp::Curve::kStep:
      return "step";
  }
  return "?";
}

const char* ClassText(dsp::Determinism determinism) {
  switch (determinism) {
    case dsp::Determinism::kD0:
      return "D0";
    case dsp::Determinism::kD1:
      return "D1";
    case dsp::Determinism::kD2:
      return "D2";
  }
  return "?";
}

std::string ClassSentence(dsp::Determinism determinism) {
  switch (determinism) {
    case dsp::Determinism::kD0:
      return "D0: equal on every machine";
    case dsp::Determinism::kD1:
      return "D1: equal on the same binary and kind of CPU";
    case dsp::Determinism::kD2:
      return "D2: never twice the same, so no promise that a death is not heard";
  }
  return "?";
}

std::string TailText(Frames frames) {
  if (frames < 0) return "for ever";
  return frames == 0 ? "none" : SecondsText(frames);
}

std::string_view StemOf(const dsp::ParamDescription& param) {
  const std::string_view name = param.name;
  const std::size_t dot = name.rfind('.');
  const bool numbered = dot != name.npos && dot + 1 < name.size() &&
                        name.find_first_not_of("0123456789", dot + 1) == name.npos;
  return numbered ? name.substr(0, dot) : "";
}

/// They are one knob many times.
bool DifferInNumberOnly(const dsp::ParamDescription& a, const dsp::ParamDescription& b) {
  return !StemOf(a).empty() && StemOf(a) == StemOf(b) && std::string_view(a.unit) == b.unit &&
         a.min == b.min && a.max == b.max && a.initial == b.initial && a.curve == b.curve &&
         a.glide_ms == b.glide_ms && std::string_view(a.help) == b.help;
}

Lines ParamLines(const dsp::KernelDescription& kernel) {
  Table table({"param", ">range", "unit", ">default", "curve", ">glide", "what"});
  const auto& params = kernel.params;
  for (std::size_t i = 0; i < params.size();) {
    const dsp::ParamDescription& param = params[i];
    std::size_t last = i;
    while (last + 1 < params.size() && DifferInNumberOnly(param, params[last + 1])) ++last;
    std::string name = param.name;
    if (last > i) name += std::string(" to ") + params[last].name;
    table.Add({name, NumberText(param.min) + " to " + NumberText(param.max), param.unit,
               NumberText(param.initial), CurveText(param.curve),
               param.glide_ms == 0 ? "-" : NumberText(param.glide_ms) + " ms", param.help});
    i = last + 1;
  }
  if (table.empty()) return {"  no parameters"};
  return table.Lines();
}

/// Nothing where there is nothing to be read.
Lines ReadingLines(const dsp::KernelDescription& kernel) {
  if (kernel.readings.empty()) return {};
  Table table({"reading", "unit", "what"});
  for (const dsp::ReadingDescription& reading : kernel.readings) {
    table.Add({reading.name + std::string(reading.per_channel ? ", of each channel" : ""),
               reading.unit, reading.help});
  }
  Lines lines = table.Lines();
  lines.insert(lines.begin(), "");
  return lines;
}

Json BoundsJson(int least, int most) {
  return {{"min", least}, {"max", most}};
}

/// As the decimal that a person would write, not as the double beside the float.
Json NumberJson(float value) {
  return Json::parse(NumberText(value));
}

Json ParamJson(const dsp::ParamDescription& param) {
  return {{"name", param.name},
          {"unit", param.unit},
          {"min", NumberJson(param.min)},
          {"max", NumberJson(param.max)},
          {"default", NumberJson(param.initial)},
          {"curve", CurveText(param.curve)},
          {"glide_ms", NumberJson(param.glide_ms)},
          {"help", param.help}};
}

Json ReadingJson(const dsp::ReadingDescription& reading) {
  return {{"name", reading.name},
          {"unit", reading.unit},
          {"per_channel", reading.per_channel},
          {"help", reading.help}};
}

Json KernelValue(const dsp::KernelDescription& kernel) {
  return {{"kind", kernel.kind},
          {"help", kernel.help},
          {"class", ClassText(kernel.determinism)},
          {"handover", kernel.handover == dsp::Handover::kExact ? "exact" : "settled"},
          {"ports", BoundsJson(kernel.input_ports_min, kernel.input_ports_max)},
          {"channels", BoundsJson(kernel.channels_min, kernel.channels_max)},
          {"notes", kernel.takes_notes},
          {"samples", BoundsJson(kernel.assets_min, kernel.assets_max)},
          {"latency_frames", kernel.latency_frames},
          {"tail_frames", kernel.tail_frames < 0 ? Json(nullptr) : Json(kernel.tail_frames)},
          {"cost_ns_per_frame", kernel.cost_ns_per_frame},
          {"params", JsonList(kernel.params, ParamJson)},
          {"readings", JsonList(kernel.readings, ReadingJson)}};
}

}  // namespace

std::vector<std::string> KernelListLines(std::span<const dsp::KernelDescription* const> kernels) {
  Table table({"kind", "inputs", ">cost", "what"});
  for (const dsp::KernelDescription* kernel : kernels) {
    table.Add({kernel->kind, InputsText(*kernel), CostText(*kernel), kernel->help});
  }
  return table.Lines();
}

std::vector<std::string> KernelLines(const dsp::KernelDescription& kernel,
                                     const Terminal& terminal) {
  Lines lines = {terminal.Strong(kernel.kind) + ": " + kernel.help, ""};
  lines.push_back("  inputs    " + InputsText(kernel));
  lines.push_back("  channels  " + RangeText(kernel.channels_min, kernel.channels_max, "channel"));
  lines.push_back("  latency   " + (kernel.latency_frames == 0
                                        ? std::string("none")
                                        : std::to_string(kernel.latency_frames) + " samples"));
  lines.push_back("  tail      " + TailText(kernel.tail_frames));
  lines.push_back("  cost      " + CostText(kernel) + " of a 3 GHz x86 core (" +
                  std::to_string(kernel.cost_ns_per_frame) +
                  " ns per sample of a stereo one; nodes measure their own)");
  lines.push_back("  class     " + ClassSentence(kernel.determinism));
  lines.push_back("");
  for (std::string& line : ParamLines(kernel)) lines.push_back(std::move(line));
  for (std::string& line : ReadingLines(kernel)) lines.push_back(std::move(line));
  return lines;
}

std::string KernelsJson(std::span<const dsp::KernelDescription* const> kernels) {
  return JsonList(kernels, [](const auto* kernel) { return KernelValue(*kernel); }).dump();
}

std::string KernelJson(const dsp::KernelDescription& kernel) {
  return KernelValue(kernel).dump();
}

}  // namespace continuo::coordinator::cli
