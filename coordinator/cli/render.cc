// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/render.h"

#include <sndfile.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "coordinator/cli/show_source.h"
#include "coordinator/edge/take/render.h"
#include "coordinator/edge/take/take.h"
#include "dsp/graph/wire_gain.h"
#include "proto/plan/performance.h"

namespace continuo::coordinator::cli {
namespace {

namespace fs = std::filesystem;

/// What is rendered, and the memory its assets are in.
struct Source {
  std::vector<plan::Plan> plans;
  std::vector<dsp::TaskEvent> events;
  std::unique_ptr<Material> material;
};

absl::StatusOr<Source> OpenTake(const fs::path& folder) {
  auto take = ReadTake(folder);
  if (!take.ok()) return take.status();
  return Source{take->plans, take->events, std::make_unique<Material>(folder / "assets", folder)};
}

absl::StatusOr<Source> OpenShow(const std::string& file) {
  auto show = LoadShow(file);
  if (!show.ok()) return show.status();
  Source source{{PlanOffline(*show)}, {}, std::make_unique<Material>("")};
  for (const CanonicalAsset& asset : show->assets)
    source.material->Put(asset.about.hash, asset.bytes);
  return source;
}

/// The wires to what is rendered: the first output, or a task by name, throughout all lineages of that name.
absl::StatusOr<std::vector<dsp::Wire>> WiresToRender(const std::vector<plan::Plan>& plans,
                                                     const std::string& name) {
  const plan::Performance performance = plan::Gather(plans);
  if (name.empty()) {
    if (performance.outputs.empty())
      return absl::NotFoundError("the show has no output; name a task with --task");
    return performance.output_wires.front();
  }
  std::vector<dsp::Wire> wires;
  for (const plan::Task& task : performance.tasks) {
    if (task.description.name.view() != name) continue;
    const bool ends = task.span.ends != dsp::kForever;
    wires.push_back({.from = task.description.id,
                     .port = 0,
                     .begins = task.span.begins,
                     .ends = ends ? task.span.ends - dsp::kWireFade : dsp::kForever});
  }
  if (wires.empty()) return absl::NotFoundError(absl::StrCat("there is no task ", name));
  return wires;
}

/// Renders all of it to the file; the peak, or what went wrong.
absl::StatusOr<float> RenderTo(dsp::Oracle& oracle, const dsp::OracleInput& input,
                               const std::string& path) {
  SF_INFO info{};
  info.samplerate = kSampleRate;
  info.channels = oracle.channels();
  info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  const std::unique_ptr<SNDFILE, decltype(&sf_close)> file(sf_open(path.c_str(), SFM_WRITE, &info),
                                                           sf_close);
  if (file == nullptr)
    return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", sf_strerror(nullptr)));
  const bool live = isatty(STDERR_FILENO) != 0;
  std::vector<float> block(static_cast<std::size_t>(input.quantum) * oracle.channels());
  float peak = 0;
  Frames done = 0;
  while (oracle.Next(block)) {
    const Frames frames = std::min<Frames>(input.quantum, input.length - done);
    if (sf_writef_float(file.get(), block.data(), frames) != frames) {
      return absl::UnavailableError(
          absl::StrCat("cannot write ", path, ": ", sf_strerror(file.get())));
    }
    for (const float x : block) peak = std::max(peak, std::fabs(x));
    done += frames;
    if (live && done % kSampleRate < input.quantum) {
      std::fprintf(stderr, "\rrendering: %lld of %lld s",
                   static_cast<long long>(done / kSampleRate),
                   static_cast<long long>(input.length / kSampleRate));
    }
  }
  if (live) std::fprintf(stderr, "\r\033[K");
  return peak;
}

absl::Status Render(const RenderOptions& options) {
  auto source =
      fs::is_directory(options.source) ? OpenTake(options.source) : OpenShow(options.source);
  if (!source.ok()) return source.status();
  auto wires = WiresToRender(source->plans, options.output);
  if (!wires.ok()) return wires.status();
  plan::Plan& plan = source->plans.front();
  if (options.seconds > 0)
    plan.length = static_cast<Frames>(std::llround(options.seconds * kSampleRate));
  if (plan.length == 0) {
    return absl::InvalidArgumentError(
        "this plays until it is stopped: say how much of it with --seconds");
  }
  auto input = OracleInputOf(source->plans, source->events, *std::move(wires), *source->material);
  if (!input.ok()) return input.status();
  std::string error;
  const auto oracle = dsp::Oracle::Make(*input, error);
  if (oracle == nullptr) return absl::FailedPreconditionError(error);
  const auto peak = RenderTo(*oracle, *input, options.out);
  if (!peak.ok()) return peak.status();
  const double dbfs = *peak > 0 ? 20.0 * std::log10(static_cast<double>(*peak)) : -200.0;
  const auto frames = static_cast<long long>(input->length);
  if (options.json) {
    std::printf("{\"file\": \"%s\", \"frames\": %lld, \"channels\": %d, \"peak_dbfs\": %.2f}\n",
                options.out.c_str(), frames, oracle->channels(), dbfs);
  } else {
    std::printf("%s: %lld samples, %d channels, peak %.1f dBFS\n", options.out.c_str(), frames,
                oracle->channels(), dbfs);
  }
  return absl::OkStatus();
}

}  // namespace

int RunRender(const RenderOptions& options) {
  const absl::Status done = Render(options);
  if (done.ok()) return 0;
  std::fprintf(stderr, "continuo render: %s\n", std::string(done.message()).c_str());
  return 1;
}

}  // namespace continuo::coordinator::cli
