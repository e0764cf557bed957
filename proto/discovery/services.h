// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

// What coordinators and agents say of themselves on a network, so that nobody has to type addresses: DNS-SD (RFC 6763)
// over multicast DNS (RFC 6762). Never needed: every address can be given by hand, and then nothing is looked for.

namespace continuo::discovery {

inline constexpr const char* kCoordinatorType = "_continuo._tcp";
inline constexpr const char* kNodeType = "_continuo-node._tcp";

/// Keys and values of the TXT record (RFC 6763, section 6).
using Texts = std::map<std::string, std::string>;

struct Service {
  std::string type;
  std::string name;  ///< for people; 1..63 bytes of UTF-8. Where it is taken a number is added
  std::uint16_t port = 0;
  Texts texts;
};

struct Found {
  std::string name;
  std::string host;     ///< "stage-left.local"
  std::string address;  ///< IPv4, of the interface on which it was heard
  std::uint16_t port = 0;
  Texts texts;
  bool operator==(const Found&) const = default;
};

/// How a coordinator is reached.
struct CoordinatorAddress {
  std::string name;
  std::string listen;              ///< host:port for operators and agents
  std::vector<std::string> beats;  ///< host:port, one for each network
  bool operator==(const CoordinatorAddress&) const = default;
};

/// What a coordinator on `host` says that listens there. Port 0 if it listens on this machine alone: then nobody else
/// could reach it, and it is not announced. An address 0.0.0.0 stands for whichever the others see.
Service DescribeCoordinator(const std::string& host, const std::string& listen,
                            const std::vector<std::string>& beats, const std::string& build);
/// The inverse. False if what was found makes no sense.
bool ReadCoordinator(const Found& found, CoordinatorAddress& address);
/// Those of them that make sense.
std::vector<CoordinatorAddress> CoordinatorsAmong(const std::vector<Found>& found);

}  // namespace continuo::discovery
