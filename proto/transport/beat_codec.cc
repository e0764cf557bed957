// SPDX-License-Identifier: Apache-2.0
#include "proto/continuo/v1/telemetry.pb.h"
#include "proto/transport/beat_socket.h"
#include "proto/transport/link_codec.h"

namespace continuo::transport {

std::string EncodeBeat(const Beat& beat) {
  v1::Beat message;
  message.set_node(beat.node);
  message.set_seq(beat.seq);
  message.set_n(beat.n);
  message.set_realtime(beat.realtime);
  message.set_network(beat.network);
  return message.SerializeAsString();
}

bool ParseBeat(const void* bytes, std::size_t size, Beat& beat) {
  v1::Beat message;
  if (size > 1024 || !message.ParseFromArray(bytes, static_cast<int>(size))) return false;
  if (!IsNodeName(message.node()) || message.network() >= plan::kMaxNetworks) return false;
  beat = {message.node(), message.seq(), message.n(), message.realtime(), message.network()};
  return true;
}

}  // namespace continuo::transport
