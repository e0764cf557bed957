// SPDX-License-Identifier: Apache-2.0
#include "proto/discovery/services.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace continuo::discovery {
namespace {

constexpr std::size_t kMaxName = 63;  // RFC 6763, section 4.1.1
constexpr std::size_t kMaxBeats = 8;
const std::string kAnyAddress = "0.0.0.0";

/// False: no HOST:PORT.
bool Split(const std::string& text, std::string& host, std::uint16_t& port) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  host = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const auto [stop, wrong] = std::from_chars(text.data() + colon + 1, end, port);
  return wrong == std::errc{} && stop == end && port != 0;
}

bool IsOfThisMachineAlone(const std::string& host) {
  return host.starts_with("127.") || host == "localhost" || host == "::1";
}

std::string TextOf(const Texts& texts, const char* key) {
  const auto found = texts.find(key);
  return found == texts.end() ? std::string() : found->second;
}

/// "0.0.0.0:7401" as others see it.
bool Resolve(const std::string& text, const std::string& seen, std::string& out) {
  std::string host;
  std::uint16_t port = 0;
  if (!Split(text, host, port)) return false;
  out = (host == kAnyAddress ? seen : host) + ":" + std::to_string(port);
  return true;
}

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find(' ', from), text.size());
    if (to > from) words.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

}  // namespace

Service DescribeCoordinator(const std::string& host, const std::string& listen,
                            const std::vector<std::string>& beats, const std::string& build) {
  Service service{kCoordinatorType, ("Continuo on " + host).substr(0, kMaxName), 0, {}};
  std::string address;
  std::uint16_t port = 0;
  if (!Split(listen, address, port) || IsOfThisMachineAlone(address)) return service;
  service.port = port;
  std::string joined;
  for (const std::string& one : beats) joined += (joined.empty() ? "" : " ") + one;
  service.texts = {{"txtvers", "1"}, {"listen", listen}, {"beats", joined}, {"build", build}};
  return service;
}

bool ReadCoordinator(const Found& found, CoordinatorAddress& address) {
  CoordinatorAddress read{found.name, {}, {}};
  const std::string listen = TextOf(found.texts, "listen");
  if (TextOf(found.texts, "txtvers") != "1" || found.address.empty()) return false;
  if (!Resolve(listen, found.address, read.listen)) return false;
  for (const std::string& one : Words(TextOf(found.texts, "beats"))) {
    std::string resolved;
    if (read.beats.size() == kMaxBeats || !Resolve(one, found.address, resolved)) return false;
    read.beats.push_back(resolved);
  }
  address = std::move(read);
  return true;
}

std::vector<CoordinatorAddress> CoordinatorsAmong(const std::vector<Found>& found) {
  std::vector<CoordinatorAddress> known;
  for (const Found& one : found) {
    CoordinatorAddress address;
    if (ReadCoordinator(one, address)) known.push_back(std::move(address));
  }
  return known;
}

}  // namespace continuo::discovery
