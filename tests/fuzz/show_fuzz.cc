// SPDX-License-Identifier: Apache-2.0
// A show as a person, or anybody, may write it: read, checked and compiled without falling over.
#include <string>
#include <string_view>

#include "coordinator/core/compile.h"
#include "coordinator/core/show_check.h"
#include "coordinator/edge/show/show_file.h"
#include "fuzz/material.h"
#include "fuzz/scribble.h"

namespace continuo::fuzz {
namespace {

constexpr std::string_view kGood = R"(show: demo
redundancy: 2
quantum: 96
tempo: 112.5
meter: 4/4
timing: {playout: 300ms, promise: 300ms, silence: 250ms, lead: 350ms}
tasks:
  lead: {kind: synth}
  bass: {kind: synth, params: {cutoff: 800}}
  master: {kind: mixer, inputs: [lead, {from: bass, port: 2}], redundancy: 3, params: {gain.1: -3}}
outputs: {foh: {from: master, feeds: [a, b]}}
)";

void Run(Material& material) {
  std::string yaml(kGood);
  if ((material.Take<std::uint8_t>() & 1) == 0) yaml.clear();
  Scribble(material, yaml);
  const coordinator::ParsedShow parsed = coordinator::ParseShow(yaml);
  const auto found = coordinator::CheckShow(parsed.show, {}, nullptr);
  if (coordinator::HasErrors(parsed.issues) || coordinator::HasErrors(found)) return;
  Require(!coordinator::Wishes(parsed.show, {}, {}).empty(), "a good show has a conductor");
  Require(session::IsValid(coordinator::FirstSegment(parsed.show)), "a good show has a session");
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  continuo::fuzz::Run(material);
  return 0;
}
