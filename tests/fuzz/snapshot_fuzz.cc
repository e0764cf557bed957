// SPDX-License-Identifier: Apache-2.0
// Snapshots of every registered kernel, changed by the fuzzer: refused, or the kernel plays on finitely.
#include <cmath>
#include <map>
#include <memory>
#include <vector>

#include "dsp/gates/rehearsal.h"
#include "fuzz/material.h"

namespace continuo::dsp::gates {
namespace {

constexpr MediaTime kAt = kStart + 3000;

/// A kernel to restore into, and a good snapshot of it. Making them takes longer than all else, so they are kept.
struct Patient {
  explicit Patient(const Scenario& scenario) : rehearsal(scenario) {
    rehearsal.PlayTo(kAt, kMaxQuantum);
    snapshot = rehearsal.Snapshot();
  }
  Rehearsal rehearsal;
  std::vector<std::uint8_t> snapshot;
};

Patient& PatientOf(std::size_t index) {
  static const std::vector<Scenario> scenarios = Scenarios();
  static std::map<std::size_t, std::unique_ptr<Patient>> patients;
  std::unique_ptr<Patient>& patient = patients[index % scenarios.size()];
  if (patient == nullptr) patient = std::make_unique<Patient>(scenarios[index % scenarios.size()]);
  return *patient;
}

void Play(fuzz::Material& material) {
  Patient& patient = PatientOf(material.Take<std::uint8_t>());
  std::vector<std::uint8_t> snapshot = patient.snapshot;
  while (!material.empty()) {
    std::uint64_t position = material.Take<std::uint32_t>();
    position = position & 1 ? position % snapshot.size() : position % 256 % snapshot.size();
    for (const std::uint8_t byte : material.Bytes(1 + material.Below(4))) {
      snapshot[position++ % snapshot.size()] = byte;
    }
  }
  fuzz::Exact exact(snapshot);
  if (!patient.rehearsal.Restore(exact.span(), kAt)) return;
  patient.rehearsal.PlayTo(kAt + 200, kMaxQuantum);
  for (const float sample : patient.rehearsal.output())
    fuzz::Require(std::isfinite(sample), "output is finite");
}

}  // namespace
}  // namespace continuo::dsp::gates

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  continuo::dsp::gates::Play(material);
  return 0;
}
