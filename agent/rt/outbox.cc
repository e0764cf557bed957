// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/outbox.h"

#include <cstring>

namespace continuo::agent::rt {

Outbox::Outbox(const Ports& ports)
    : ports_(ports), batches_(std::make_unique<std::array<Batch, plan::kMaxNetworks>>()) {}

void Outbox::Send(int network, const transport::Address& to, std::span<const std::uint8_t> plain) {
  transport::DatagramPort* const port = ports_[network];
  if (port == nullptr || to.ip == 0 || plain.size() > wire::kMaxDatagramBytes) return;
  Batch& batch = (*batches_)[network];
  if (batch.used == kBatch) {
    port->Flush();
    batch.used = 0;
  }
  Datagram& datagram = batch.datagrams[batch.used++];
  std::memcpy(datagram.data(), plain.data(), plain.size());
  const std::size_t sealed = seal_.Seal(datagram, plain.size());
  port->Send({to, {datagram.data(), sealed}});
  ++sent_;
}

void Outbox::SendOnAll(const FixedVector<transport::Address, plan::kMaxNetworks>& to,
                       std::span<const std::uint8_t> plain) {
  for (std::size_t network = 0; network < to.size(); ++network) {
    Send(static_cast<int>(network), to[network], plain);
  }
}

void Outbox::Flush() {
  hasty_ = false;
  for (int network = 0; network < plan::kMaxNetworks; ++network) {
    if (ports_[network] != nullptr) ports_[network]->Flush();
    (*batches_)[network].used = 0;
  }
}

}  // namespace continuo::agent::rt
