// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>

#include "proto/transport/datagram_port.h"

namespace continuo::transport {

/// As the sockets of the C library want it.
inline sockaddr_in ToSocket(const Address& address) {
  sockaddr_in s{};
  s.sin_family = AF_INET;
  s.sin_addr.s_addr = htonl(address.ip);
  s.sin_port = htons(address.port);
  return s;
}

inline Address FromSocket(const sockaddr_in& s) {
  return {ntohl(s.sin_addr.s_addr), ntohs(s.sin_port)};
}

}  // namespace continuo::transport
