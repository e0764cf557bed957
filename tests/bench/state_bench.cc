// SPDX-License-Identifier: Apache-2.0
// What it costs to take, compare and restore a task's state, beside copying as many bytes.
#include <cstring>

#include "agent/rt/task_body.h"
#include "bench/bench.h"
#include "dsp/base/hash.h"

namespace continuo::bench {
namespace {

constexpr int kTimes = 31;

/// The kernel with the largest state: stereo, 10.5 s of tape.
std::unique_ptr<agent::rt::TaskBody> MakeTape() {
  plan::Plan plan;
  plan::Task task;
  task.description.id = 2;
  task.description.name = task.description.kind = "tape";
  task.description.channels = 2;
  task.description.input_ports = 1;
  std::string error;
  auto body = agent::rt::TaskBody::Make(plan, task, {}, error);
  Require(body != nullptr, error);
  return body;
}

}  // namespace

std::vector<Row> StateRows() {
  const auto body = MakeTape();
  std::vector<std::uint8_t> image(body->state_bytes()), copy(image.size());
  const double kilobytes = static_cast<double>(image.size()) / 1000.0;
  const double memcpy_ns =
      MedianNs(kTimes, [&] { std::memcpy(copy.data(), image.data(), image.size()); });
  const double take = MedianNs(kTimes, [&] {
    ByteWriter out(image);
    body->Snapshot(out);
    Require(out.ok() && out.size() == image.size(), "the state does not fit its measure");
  });
  const double hash = MedianNs(kTimes, [&] {
    Digest64 digest;
    ByteWriter out(digest);
    body->Snapshot(out);
    Require(digest.value() != 0, "a hash of nothing");
  });
  const double restore = MedianNs(kTimes, [&] {
    ByteReader in(image);
    Require(body->Restore(in), "the state cannot be restored");
  });
  const double peer = memcpy_ns / kilobytes;
  return {{"state/take", take / kilobytes, peer, "ns per kB"},
          {"state/hash", hash / kilobytes, peer, "ns per kB"},
          {"state/restore", restore / kilobytes, peer, "ns per kB"}};
}

}  // namespace continuo::bench
