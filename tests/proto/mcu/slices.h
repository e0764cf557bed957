// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/mcu/slice.h"

namespace continuo::mcu {

/// A replica of a reverb that hears a stereo task, with one fellow.
inline Slice SomeSlice() {
  Slice slice;
  slice.version = 7;
  slice.node = 4;
  slice.quantum = 96;
  slice.promise = 33'600;
  slice.silence = 28'800;
  slice.repair_after = 192;
  slice.hold = 7200;
  slice.session.n0 = 9600;
  slice.session.version = 1;
  slice.task.id = 3;
  slice.task.name = "hall";
  slice.task.kind = "reverb";
  slice.task.channels = 2;
  slice.task.input_ports = 1;
  slice.task.wires.push_back({.from = 2, .port = 0});
  slice.task.params.push_back({.index = 0, .value = 0.25f});
  slice.self = 12;
  slice.wanted = 2;
  slice.first = 100;
  slice.end = 5100;
  const Member source{.incarnation = 1, .node = 1};
  slice.members.push_back({.incarnation = 11, .node = 2});
  slice.members.push_back({.incarnation = 12, .node = 4});
  Received conductor{.stream = {.ssrc = 1, .epoch = 1, .generation = 1, .control = true},
                     .producers = {},
                     .first = 100,
                     .end = 5100};
  conductor.producers.push_back(source);
  Received sound = conductor;
  sound.stream = {.ssrc = 2, .epoch = 1, .generation = 1, .channels = 2};
  slice.received.push_back(conductor);
  slice.received.push_back(sound);
  slice.feeds.push_back({.first = 1, .groups = 1});
  slice.sent.push_back({.ssrc = 3, .epoch = 1, .generation = 1, .channels = 2});
  slice.receivers.push_back(2);
  slice.places.push_back({.node = 1, .ip = 0x7f000101, .port = 5004});
  slice.places.push_back({.node = 2, .ip = 0x7f000102, .port = 5004});
  return slice;
}

}  // namespace continuo::mcu
