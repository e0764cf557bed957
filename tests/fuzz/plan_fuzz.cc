// SPDX-License-Identifier: Apache-2.0
// Plans and messages as protobuf and JSON: a good one with bytes changed, or anything at all. A plan that is accepted
// is one that everything after it relies on.
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <string>

#include "fuzz/material.h"
#include "proto/continuo/v1/agent_link.pb.h"
#include "proto/plan/routes.h"
#include "proto/plan/validate.h"
#include "proto/transport/link_codec.h"
#include "proto/transport/plan_codec.h"
#include "proto/transport/samples.h"

namespace continuo::fuzz {
namespace {

/// `good` with bytes replaced, put in or taken out where the material says.
std::string Damaged(std::string good, Material& material) {
  while (!material.empty() && !good.empty()) {
    const std::uint8_t deed = material.Take<std::uint8_t>();
    const std::size_t at = material.Take<std::uint16_t>() % good.size();
    const auto count = std::min<std::size_t>(1 + deed / 64, good.size() - at);
    const auto bytes = material.Bytes(count);
    const std::string text(bytes.begin(), bytes.end());
    good.replace(at, deed % 3 == 1 ? 0 : count, deed % 3 == 2 ? "" : text);
  }
  return good;
}

void Use(const plan::Plan& plan) {
  Require(plan::Validate(plan).empty(), "a plan that was read is valid");
  for (const plan::Task& task : plan.tasks) {
    (void)plan::StreamsOf(task, plan.quantum);
    (void)plan::ReceiversOf(plan, task);
  }
  (void)plan::Depths(plan);
  const auto again = transport::DecodePlan(transport::EncodePlan(plan));
  Require(again.ok() && transport::EncodePlan(*again) == transport::EncodePlan(plan),
          "a plan has one form");
}

template <typename Proto, typename Message>
void ReadMessage(const std::string& bytes) {
  Proto proto;
  if (!proto.ParseFromString(bytes)) return;
  Message message;
  std::string error;
  transport::FromProto(proto, message, transport::FieldPlace(error));
}

void Run(Material& material) {
  static const bool quiet =
      google::protobuf::SetLogHandler(nullptr) != nullptr;  // of damaged UTF-8
  (void)quiet;
  static const plan::Plan sample = transport::PlanSample();
  const std::uint8_t kind = material.Take<std::uint8_t>();
  const std::string good = kind & 1 ? transport::EncodePlan(sample) : transport::PlanToJson(sample);
  const auto rest = [&material] {
    const auto bytes = material.Rest();
    return std::string(bytes.begin(), bytes.end());
  };
  const std::string bytes = kind & 2 ? Damaged(good, material) : rest();
  if (const auto plan = transport::DecodePlan(bytes); plan.ok()) Use(*plan);
  if (const auto plan = transport::PlanFromJson(bytes); plan.ok()) Use(*plan);
  ReadMessage<v1::FromAgent, plan::FromAgent>(bytes);
  ReadMessage<v1::ToAgent, plan::ToAgent>(bytes);
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  continuo::fuzz::Run(material);
  return 0;
}
