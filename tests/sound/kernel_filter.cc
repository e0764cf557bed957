// SPDX-License-Identifier: Apache-2.0
// One kernel as a filter from standard input to standard output, 32-bit float, interleaved, 48 kHz:
//
//   kernel-filter KIND CHANNELS FRAMES [AT:PARAM=VALUE | AT:on=KEY | AT:off=KEY]...
//
// AT is a sample, counted from 0. What is missing of the input is silence; a source needs none.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "dsp/kernels/registry.h"

namespace continuo::sound {
namespace {

[[noreturn]] void Fail(const std::string& text) {
  std::fprintf(stderr, "kernel-filter: %s\n", text.c_str());
  std::exit(2);
}

template <typename Number>
Number Parse(std::string_view text) {
  Number number{};
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc{} || end != text.data() + text.size()) {
    Fail("\"" + std::string(text) + "\" is no number");
  }
  return number;
}

dsp::KernelEvent ParseEvent(const dsp::KernelDescription& kernel, std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::size_t equals = text.find('=');
  if (colon == std::string_view::npos || equals == std::string_view::npos || colon > equals) {
    Fail("write AT:NAME=VALUE, not " + std::string(text));
  }
  dsp::KernelEvent event{.at = Parse<MediaTime>(text.substr(0, colon))};
  const std::string_view name = text.substr(colon + 1, equals - colon - 1);
  const std::string_view value = text.substr(equals + 1);
  if (name == "on" || name == "off") {
    event.kind = name == "on" ? dsp::EventKind::kNoteOn : dsp::EventKind::kNoteOff;
    event.target = Parse<std::uint16_t>(value);
    event.value = name == "on" ? 0.8f : 0.0f;
    return event;
  }
  const int param = dsp::FindParam(kernel, name);
  if (param < 0) Fail(std::string(kernel.kind) + " has no parameter " + std::string(name));
  event.target = static_cast<std::uint16_t>(param);
  event.value = Parse<float>(value);
  const auto& description = kernel.params[event.target];
  if (event.value < description.min || event.value > description.max) {
    Fail(std::string(name) + " is out of its range");
  }
  return event;
}

class Filter {
 public:
  Filter(const dsp::KernelDescription& kernel, int channels)
      : channels_(channels), ports_(kernel.input_ports_min) {
    place_.resize(kernel.bytes / sizeof(Cell) + 1);
    kernel_ = kernel.create(place_.data());
    dsp::KernelConfig config;
    config.channels = channels;
    config.input_ports = ports_;
    Arena measuring;
    if (!kernel_->Prepare(config, measuring)) Fail("this kind cannot have so many channels");
    memory_.resize(measuring.needed() / sizeof(Cell) + 1);
    Arena arena(memory_.data(), memory_.size() * sizeof(Cell));
    kernel_->Prepare(config, arena);
  }

  void Apply(const dsp::KernelEvent& event) { kernel_->Apply(event); }

  void Run(MediaTime n, int frames) {
    std::array<float, kMaxQuantum * kMaxChannels> interleaved{};
    const std::size_t count = At(frames, 0);
    if (ports_ > 0) (void)!std::fread(interleaved.data(), sizeof(float), count, stdin);
    std::array<std::array<float, kMaxQuantum>, kMaxChannels> in{}, out{};
    std::array<const float*, kMaxChannels> ins{};
    std::array<float*, kMaxChannels> outs{};
    for (int c = 0; c < channels_; ++c) {
      const auto channel = static_cast<std::size_t>(c);
      for (int i = 0; i < frames; ++i) {
        in[channel][static_cast<std::size_t>(i)] = interleaved[At(i, c)];
      }
      ins[channel] = in[channel].data();
      outs[channel] = out[channel].data();
    }
    kernel_->Process({n, frames, ins.data(), outs.data()});
    for (int i = 0; i < frames; ++i) {
      for (int c = 0; c < channels_; ++c) {
        interleaved[At(i, c)] = out[static_cast<std::size_t>(c)][static_cast<std::size_t>(i)];
      }
    }
    if (std::fwrite(interleaved.data(), sizeof(float), count, stdout) != count)
      Fail("cannot write");
  }

 private:
  struct alignas(16) Cell {
    std::uint8_t bytes[16];
  };
  std::size_t At(int frame, int channel) const {
    return static_cast<std::size_t>(frame) * static_cast<std::size_t>(channels_) +
           static_cast<std::size_t>(channel);
  }

  int channels_;
  int ports_;
  std::vector<Cell> place_, memory_;
  dsp::Kernel* kernel_ = nullptr;
};

int Main(int argc, char** argv) {
  if (argc < 4) Fail("KIND CHANNELS FRAMES [AT:NAME=VALUE]...");
  const dsp::KernelDescription* const kernel = dsp::FindKernel(argv[1]);
  if (kernel == nullptr) Fail(std::string("there is no kind ") + argv[1]);
  const int channels = Parse<int>(argv[2]);
  if (channels < kernel->channels_min || channels > kernel->channels_max ||
      channels > kMaxChannels) {
    Fail("this kind cannot have so many channels");
  }
  const auto frames = Parse<Frames>(argv[3]);
  std::vector<dsp::KernelEvent> events;
  for (int i = 4; i < argc; ++i) events.push_back(ParseEvent(*kernel, argv[i]));
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  Filter filter(*kernel, channels);
  auto next = events.begin();
  for (MediaTime n = 0; n < frames;) {
    for (; next != events.end() && next->at <= n; ++next) filter.Apply(*next);
    MediaTime end = std::min<MediaTime>(frames, n + kMaxQuantum);
    if (next != events.end()) end = std::min(end, next->at);
    filter.Run(n, static_cast<int>(end - n));
    n = end;
  }
  return 0;
}

}  // namespace
}  // namespace continuo::sound

int main(int argc, char** argv) {
  return continuo::sound::Main(argc, argv);
}
