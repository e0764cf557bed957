// SPDX-License-Identifier: Apache-2.0
#include <lwip/init.h>
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>

#include <algorithm>
#include <array>

#include "agent-mcu/link/lwip/arch/cc.h"
#include "agent-mcu/link/lwip/lwipopts.h"
#include "agent-mcu/link/tcp.h"
#include "dsp/base/hash.h"

namespace continuo::mcu {
namespace {

constexpr std::size_t kMtu = 1500;
static_assert(TCP_MSS == kMtu - 40);
constexpr Nanoseconds kMs = 1'000'000;

TcpConfig config;
netif interface;
std::uint32_t now_ms = 0;
std::uint32_t drawn = 0;

ip4_addr_t AddressOf(std::uint32_t ip) {
  return {lwip_htonl(ip)};
}

err_t Put(netif*, pbuf* packet, const ip4_addr_t* to) {
  std::array<std::uint8_t, kMtu> bytes;
  const std::size_t size = pbuf_copy_partial(packet, bytes.data(), bytes.size(), 0);
  // What is lost is repeated.
  config.output(config.context, lwip_ntohl(to->addr), std::span(bytes).first(size));
  return ERR_OK;
}

err_t BeginInterface(netif* one) {
  one->mtu = kMtu;
  one->name[0] = 'e';
  one->name[1] = 'n';
  one->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_LINK_UP;
  one->output = Put;
  return ERR_OK;
}

}  // namespace

/// What lwIP calls, in TcpTake and TcpTurn.
struct TcpEvents {
  static TcpCall& Of(void* call) { return *static_cast<TcpCall*>(call); }

  static err_t Connected(void* call, tcp_pcb*, err_t) {
    Of(call).state_ = TcpCall::State::kOpen;
    return ERR_OK;
  }
  static err_t Received(void* call, tcp_pcb*, pbuf* came, err_t) {
    if (came == nullptr) {  // the other end has no more to say
      Of(call).HangUp();
      return ERR_ABRT;
    }
    if (Of(call).came_ == nullptr) {
      Of(call).came_ = came;
    } else {
      pbuf_cat(Of(call).came_, came);
    }
    return ERR_OK;
  }
  static void Failed(void* call, err_t) {
    Of(call).pcb_ = nullptr;  // lwIP has freed it
    Of(call).HangUp();
  }
};

bool HasTcp() {
  return true;
}

void TcpBegin(const TcpConfig& ours) {
  config = ours;
  lwip_init();
  const ip4_addr_t ip = AddressOf(ours.ip), mask = AddressOf(ours.mask),
                   gateway = AddressOf(ours.gateway);
  netif_add(&interface, &ip, &mask, &gateway, nullptr, BeginInterface, ip_input);
  netif_set_default(&interface);
  netif_set_up(&interface);
}

void TcpTake(std::span<const std::uint8_t> packet) {
  if (packet.size() > kMtu) return;
  pbuf* const copy = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(packet.size()), PBUF_POOL);
  if (copy == nullptr) return;  // it will come again
  pbuf_take(copy, packet.data(), static_cast<u16_t>(packet.size()));
  if (ip_input(copy, &interface) != ERR_OK) pbuf_free(copy);
}

void TcpTurn(Nanoseconds now) {
  now_ms = static_cast<std::uint32_t>(now / kMs);
  sys_check_timeouts();
}

void TcpCall::Dial(std::uint32_t ip, std::uint16_t port) {
  HangUp();
  pcb_ = tcp_new();
  if (pcb_ == nullptr) return;
  tcp_arg(pcb_, this);
  tcp_recv(pcb_, TcpEvents::Received);
  tcp_err(pcb_, TcpEvents::Failed);
  tcp_nagle_disable(pcb_);
  const ip_addr_t to = AddressOf(ip);
  state_ = State::kDials;
  if (tcp_connect(pcb_, &to, port, TcpEvents::Connected) != ERR_OK) HangUp();
}

void TcpCall::HangUp() {
  state_ = State::kClosed;
  if (came_ != nullptr) pbuf_free(came_);
  came_ = nullptr;
  if (pcb_ == nullptr) return;
  tcp_err(pcb_, nullptr);
  tcp_abort(pcb_);
  pcb_ = nullptr;
}

std::size_t TcpCall::Send(std::span<const std::uint8_t> bytes) {
  if (state_ != State::kOpen) return 0;
  const auto size = static_cast<u16_t>(std::min<std::size_t>(bytes.size(), tcp_sndbuf(pcb_)));
  if (size == 0 || tcp_write(pcb_, bytes.data(), size, TCP_WRITE_FLAG_COPY) != ERR_OK) return 0;
  tcp_output(pcb_);
  return size;
}

std::span<const std::uint8_t> TcpCall::Front() const {
  if (came_ == nullptr) return {};
  return {static_cast<const std::uint8_t*>(came_->payload), came_->len};
}

void TcpCall::Pop() {
  if (came_ == nullptr) return;
  tcp_recved(pcb_, came_->len);
  pbuf* const first = came_;
  came_ = first->next;
  if (came_ != nullptr) pbuf_ref(came_);
  pbuf_free(first);  // and what follows it, but for that reference
}

}  // namespace continuo::mcu

extern "C" {
u32_t sys_now(void) {
  return continuo::mcu::now_ms;
}
std::uint32_t LwipRandom(void) {
  using continuo::mcu::drawn;
  return static_cast<std::uint32_t>(
      continuo::Mix64(static_cast<std::uint64_t>(continuo::mcu::config.random) << 32 | ++drawn));
}
}
