// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/router_socket.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <zmq.hpp>

namespace continuo::transport {
namespace {

constexpr int kQueue = 64;  // messages of one peer, either way
constexpr int kHandshakeMs = 1000;
constexpr int kHeartbeatMs = 300,
              kSilentMs = 1000;  // of a peer whose connection only seems to be there
constexpr const char* kEvents = "inproc://events";

}  // namespace

class RouterSocket::Sockets {
 public:
  explicit Sockets(std::size_t max_message) : wakes_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    router_.set(zmq::sockopt::linger, 0);
    router_.set(zmq::sockopt::router_mandatory, 1);
    router_.set(zmq::sockopt::router_handover, 1);
    router_.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(max_message));
    router_.set(zmq::sockopt::sndhwm, kQueue);
    router_.set(zmq::sockopt::rcvhwm, kQueue);
    router_.set(zmq::sockopt::handshake_ivl, kHandshakeMs);
    router_.set(zmq::sockopt::heartbeat_ivl, kHeartbeatMs);
    router_.set(zmq::sockopt::heartbeat_timeout, kSilentMs);
    zmq_socket_monitor(router_.handle(), kEvents,
                       ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                           ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    events_.set(zmq::sockopt::linger, 0);
    events_.connect(kEvents);
  }
  ~Sockets() {
    zmq_socket_monitor(router_.handle(), nullptr, 0);
    close(wakes_);
  }

  std::string Bind(const std::string& address) {
    const bool any_port = address.ends_with(":0");
    router_.bind("tcp://" + (any_port ? address.substr(0, address.size() - 1) + "*" : address));
    return router_.get(zmq::sockopt::last_endpoint).substr(6);
  }

  bool Receive(Message& message) {
    zmq::message_t part;
    if (!router_.recv(part, zmq::recv_flags::dontwait)) return false;
    message.peer = part.to_string();
    message.bytes.clear();
    message.whole = part.more();
    for (int parts = 0; part.more(); ++parts) {
      if (!router_.recv(part, zmq::recv_flags::dontwait)) break;
      const auto* const bytes = part.data<std::uint8_t>();
      if (parts == 0) message.bytes.assign(bytes, bytes + part.size());
      message.whole = parts == 0;
    }
    return true;
  }

  Sent Send(const std::string& peer, std::span<const std::uint8_t> bytes) {
    try {
      const auto more = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
      if (!router_.send(zmq::buffer(peer), more)) return Sent::kNoRoom;
      const auto body = zmq::buffer(bytes.data(), bytes.size());
      return router_.send(body, zmq::send_flags::dontwait) ? Sent::kYes : Sent::kNoRoom;
    } catch (const zmq::error_t&) {
      return Sent::kNobodyThere;
    }
  }

  void Wait(int milliseconds) {
    std::array<zmq::pollitem_t, 3> items{{{router_.handle(), 0, ZMQ_POLLIN, 0},
                                          {events_.handle(), 0, ZMQ_POLLIN, 0},
                                          {nullptr, wakes_, ZMQ_POLLIN, 0}}};
    zmq_poll(items.data(), static_cast<int>(items.size()), milliseconds);
    std::uint64_t count = 0;
    if (read(wakes_, &count, sizeof count) < 0) return;  // nobody woke us
  }

  void Wake() const {
    const std::uint64_t one = 1;
    if (write(wakes_, &one, sizeof one) < 0) return;  // it is awake already
  }

  std::uint64_t failed_handshakes() {
    zmq::message_t event, from;
    while (events_.recv(event, zmq::recv_flags::dontwait) &&
           events_.recv(from, zmq::recv_flags::dontwait)) {
      ++failed_;
    }
    return failed_;
  }

 private:
  const int wakes_;
  zmq::context_t context_;
  zmq::socket_t router_{context_, zmq::socket_type::router};
  zmq::socket_t events_{context_, zmq::socket_type::pair};
  std::uint64_t failed_ = 0;
};

std::unique_ptr<RouterSocket> RouterSocket::Bind(const std::string& address,
                                                 std::size_t max_message, std::string& error) {
  std::unique_ptr<RouterSocket> socket(new RouterSocket(std::make_unique<Sockets>(max_message)));
  try {
    socket->address_ = socket->sockets_->Bind(address);
  } catch (const zmq::error_t& problem) {
    error = "cannot listen on " + address + ": " + problem.what() +
            "; stop the other program or choose another address";
    return nullptr;
  }
  return socket;
}

RouterSocket::RouterSocket(std::unique_ptr<Sockets> sockets) : sockets_(std::move(sockets)) {}
RouterSocket::~RouterSocket() = default;

bool RouterSocket::Receive(Message& message) {
  return sockets_->Receive(message);
}
RouterSocket::Sent RouterSocket::Send(const std::string& peer,
                                      std::span<const std::uint8_t> bytes) {
  return sockets_->Send(peer, bytes);
}
void RouterSocket::Wait(int milliseconds) {
  sockets_->Wait(milliseconds);
}
void RouterSocket::Wake() {
  sockets_->Wake();
}
std::uint64_t RouterSocket::failed_handshakes() {
  return sockets_->failed_handshakes();
}

}  // namespace continuo::transport
