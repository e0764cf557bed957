// SPDX-License-Identifier: Apache-2.0
#include "proto/discovery/browser.h"

#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-common/address.h>
#include <avahi-common/error.h>
#include <avahi-common/simple-watch.h>

#include <algorithm>
#include <memory>

#include "proto/discovery/text_list.h"

namespace continuo::discovery {
namespace {

using Clock = std::chrono::steady_clock;

struct FreePoll {
  void operator()(AvahiSimplePoll* poll) const { avahi_simple_poll_free(poll); }
};
struct FreeClient {
  void operator()(AvahiClient* client) const { avahi_client_free(client); }
};

/// One look around. Resolvers and the browser end with the client.
class Lookout {
 public:
  explicit Lookout(const char* type) : type_(type), poll_(avahi_simple_poll_new()) {}

  Look Run(std::chrono::milliseconds patience) {
    int error = 0;
    client_.reset(avahi_client_new(
        avahi_simple_poll_get(poll_.get()), static_cast<AvahiClientFlags>(0),
        [](AvahiClient*, AvahiClientState state, void* self) {
          if (state == AVAHI_CLIENT_FAILURE) Self(self).Fail();
        },
        this, &error));
    if (client_ == nullptr) {
      look_.error = std::string("nothing can be found on the network: ") + avahi_strerror(error) +
                    "; is avahi-daemon installed and running?";
      return look_;
    }
    if (!Begin()) Fail();
    const auto until = Clock::now() + patience;
    while (!Done() && Clock::now() < until) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
      if (avahi_simple_poll_iterate(poll_.get(), static_cast<int>(left.count())) != 0) break;
    }
    client_.reset();
    std::sort(look_.found.begin(), look_.found.end(),
              [](const Found& a, const Found& b) { return a.name < b.name; });
    return look_;
  }

 private:
  static Lookout& Self(void* self) { return *static_cast<Lookout*>(self); }

  bool Begin() {
    return avahi_service_browser_new(
               client_.get(), AVAHI_IF_UNSPEC, AVAHI_PROTO_INET, type_, nullptr,
               static_cast<AvahiLookupFlags>(0),
               [](AvahiServiceBrowser*, AvahiIfIndex interface, AvahiProtocol protocol,
                  AvahiBrowserEvent event, const char* name, const char* type, const char* domain,
                  AvahiLookupResultFlags, void* self) {
                 Self(self).OnBrowser(interface, protocol, event, name, type, domain);
               },
               this) != nullptr;
  }

  void OnBrowser(AvahiIfIndex interface, AvahiProtocol protocol, AvahiBrowserEvent event,
                 const char* name, const char* type, const char* domain) {
    if (event == AVAHI_BROWSER_ALL_FOR_NOW) all_ = true;
    if (event == AVAHI_BROWSER_FAILURE) Fail();
    if (event != AVAHI_BROWSER_NEW) return;
    AvahiServiceResolver* const resolver = avahi_service_resolver_new(
        client_.get(), interface, protocol, name, type, domain, AVAHI_PROTO_INET,
        static_cast<AvahiLookupFlags>(0),
        [](AvahiServiceResolver* self_resolver, AvahiIfIndex, AvahiProtocol,
           AvahiResolverEvent result, const char* found, const char*, const char*, const char* host,
           const AvahiAddress* address, std::uint16_t port, AvahiStringList* texts,
           AvahiLookupResultFlags, void* self) {
          Lookout& lookout = Self(self);
          --lookout.resolving_;
          if (result == AVAHI_RESOLVER_FOUND) lookout.Add(found, host, *address, port, texts);
          avahi_service_resolver_free(self_resolver);
        },
        this);
    if (resolver != nullptr) ++resolving_;
  }

  void Add(const char* name, const char* host, const AvahiAddress& address, std::uint16_t port,
           AvahiStringList* texts) {
    char text[AVAHI_ADDRESS_STR_MAX] = {};
    avahi_address_snprint(text, sizeof text, &address);
    const bool known = std::any_of(look_.found.begin(), look_.found.end(),
                                   [name](const Found& one) { return one.name == name; });
    if (!known) look_.found.push_back({name, host, text, port, TextsOf(texts)});
  }

  void Fail() {
    failed_ = true;
    if (client_ == nullptr) return;  // the first call back comes before there is a client
    look_.error = std::string("looking around on the network failed: ") +
                  avahi_strerror(avahi_client_errno(client_.get()));
  }
  bool Done() const { return failed_ || (all_ && resolving_ == 0); }

  const char* type_;
  std::unique_ptr<AvahiSimplePoll, FreePoll> poll_;
  std::unique_ptr<AvahiClient, FreeClient> client_;
  Look look_;
  int resolving_ = 0;
  bool all_ = false, failed_ = false;
};

}  // namespace

Look Browse(const char* type, std::chrono::milliseconds patience) {
  return Lookout(type).Run(patience);
}

}  // namespace continuo::discovery
