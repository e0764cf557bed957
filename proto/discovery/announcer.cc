// SPDX-License-Identifier: Apache-2.0
#include "proto/discovery/announcer.h"

#include <avahi-client/client.h>
#include <avahi-client/publish.h>
#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/thread-watch.h>

#include <utility>

#include "proto/discovery/text_list.h"

namespace continuo::discovery {
namespace {

class AvahiAnnouncer final : public Announcer {
 public:
  AvahiAnnouncer(Service service, std::function<void(const std::string&)> tell)
      : service_(std::move(service)), tell_(std::move(tell)), poll_(avahi_threaded_poll_new()) {
    if (poll_ == nullptr) return;
    Connect();
    avahi_threaded_poll_start(poll_);
  }

  ~AvahiAnnouncer() override {
    if (poll_ == nullptr) return;
    avahi_threaded_poll_stop(poll_);
    if (client_ != nullptr) avahi_client_free(client_);  // and the group with it
    avahi_threaded_poll_free(poll_);
  }

  AvahiAnnouncer(const AvahiAnnouncer&) = delete;
  AvahiAnnouncer& operator=(const AvahiAnnouncer&) = delete;

 private:
  static AvahiAnnouncer& Self(void* self) { return *static_cast<AvahiAnnouncer*>(self); }

  void Connect() {
    int error = 0;
    client_ = nullptr;
    group_ = nullptr;
    // The first call back comes before this returns.
    AvahiClient* const made = avahi_client_new(
        avahi_threaded_poll_get(poll_), AVAHI_CLIENT_NO_FAIL,
        [](AvahiClient* client, AvahiClientState state, void* self) {
          Self(self).OnClient(client, state);
        },
        this, &error);
    client_ = made;
    if (made == nullptr) {
      tell_(std::string("not announced on the network (") + avahi_strerror(error) +
            "); others need its address");
    }
  }

  void OnClient(AvahiClient* client, AvahiClientState state) {
    client_ = client;
    switch (state) {
      case AVAHI_CLIENT_S_RUNNING:
        Publish();
        break;
      case AVAHI_CLIENT_S_COLLISION:
      case AVAHI_CLIENT_S_REGISTERING:
        if (group_ != nullptr) avahi_entry_group_reset(group_);
        break;
      case AVAHI_CLIENT_FAILURE:
        if (avahi_client_errno(client) == AVAHI_ERR_DISCONNECTED) {
          avahi_client_free(client);
          Connect();
        }
        break;
      case AVAHI_CLIENT_CONNECTING:
        tell_("not announced on the network yet: avahi-daemon is not running");
        break;
    }
  }

  void Publish() {
    if (group_ == nullptr) {
      group_ = avahi_entry_group_new(
          client_,
          [](AvahiEntryGroup*, AvahiEntryGroupState state, void* self) {
            Self(self).OnGroup(state);
          },
          this);
    }
    if (group_ == nullptr) return Complain();
    TextList texts(service_.texts);
    const int error = avahi_entry_group_add_service_strlst(
        group_, AVAHI_IF_UNSPEC, AVAHI_PROTO_INET, static_cast<AvahiPublishFlags>(0),
        service_.name.c_str(), service_.type.c_str(), nullptr, nullptr, service_.port, texts.get());
    if (error == AVAHI_ERR_COLLISION) return TakeAnotherName();
    if (error < 0 || avahi_entry_group_commit(group_) < 0) Complain();
  }

  void OnGroup(AvahiEntryGroupState state) {
    if (state == AVAHI_ENTRY_GROUP_ESTABLISHED) {
      tell_("announced on the network as \"" + service_.name + "\"");
    } else if (state == AVAHI_ENTRY_GROUP_COLLISION) {
      TakeAnotherName();
    } else if (state == AVAHI_ENTRY_GROUP_FAILURE) {
      Complain();
    }
  }

  void TakeAnotherName() {
    char* const other = avahi_alternative_service_name(service_.name.c_str());
    service_.name = other;
    avahi_free(other);
    avahi_entry_group_reset(group_);
    Publish();
  }

  void Complain() {
    tell_(std::string("not announced on the network: ") +
          avahi_strerror(avahi_client_errno(client_)));
  }

  Service service_;
  std::function<void(const std::string&)> tell_;
  AvahiThreadedPoll* poll_;
  AvahiClient* client_ = nullptr;
  AvahiEntryGroup* group_ = nullptr;
};

}  // namespace

std::unique_ptr<Announcer> Announcer::Start(Service service,
                                            std::function<void(const std::string&)> tell) {
  return std::make_unique<AvahiAnnouncer>(std::move(service), std::move(tell));
}

}  // namespace continuo::discovery
