// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/beat_socket.h"

#include <sched.h>

#include <optional>
#include <zmq.hpp>

#include "proto/transport/address_list.h"

namespace continuo::transport {
namespace {

// A second's worth of beats of a node; a burst of older ones would look like life.
constexpr int kSendQueue = 4;
constexpr int kReceiveQueue = 4096;

void SetUp(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::reconnect_ivl, 100);
  socket.set(zmq::sockopt::reconnect_ivl_max, 1000);
  socket.set(zmq::sockopt::heartbeat_ivl, 1000);
  socket.set(zmq::sockopt::heartbeat_timeout, 3000);
}

}  // namespace

class BeatSender::Sockets {
 public:
  Sockets(const std::vector<std::string>& addresses, int priority) {
    if (priority > 0) {
      context_.set(zmq::ctxopt::thread_sched_policy, SCHED_FIFO);
      context_.set(zmq::ctxopt::thread_priority, priority);
    }
    for (const std::string& address : addresses) {
      zmq::socket_t& socket = sockets_.emplace_back(context_, zmq::socket_type::pub);
      SetUp(socket);
      socket.set(zmq::sockopt::sndhwm, kSendQueue);
      for (const std::string& each : SplitAddresses(address)) socket.connect("tcp://" + each);
    }
  }
  void Send(Beat& beat) {
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      beat.network = static_cast<std::uint32_t>(i);
      sockets_[i].send(zmq::buffer(EncodeBeat(beat)), zmq::send_flags::dontwait);
    }
  }

 private:
  zmq::context_t context_;
  std::vector<zmq::socket_t> sockets_;
};

BeatSender::BeatSender(const std::vector<std::string>& addresses, int priority)
    : sockets_(std::make_unique<Sockets>(addresses, priority)) {}
BeatSender::~BeatSender() = default;
void BeatSender::Send(Beat beat) {
  sockets_->Send(beat);
}

class BeatReceiver::Sockets {
 public:
  Sockets() : socket_(context_, zmq::socket_type::sub) {
    SetUp(socket_);
    socket_.set(zmq::sockopt::rcvhwm, kReceiveQueue);
    socket_.set(zmq::sockopt::subscribe, "");
  }
  /// host:port really bound.
  std::string Bind(const std::string& address) {
    const bool any_port = address.ends_with(":0");
    socket_.bind("tcp://" + (any_port ? address.substr(0, address.size() - 1) + "*" : address));
    return socket_.get(zmq::sockopt::last_endpoint).substr(6);
  }
  bool Receive(zmq::message_t& message, int wait_ms) {
    socket_.set(zmq::sockopt::rcvtimeo, wait_ms);
    return socket_.recv(message).has_value();
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_;
};

std::unique_ptr<BeatReceiver> BeatReceiver::Bind(const std::vector<std::string>& addresses,
                                                 std::string& error) {
  std::unique_ptr<BeatReceiver> receiver(new BeatReceiver(std::make_unique<Sockets>()));
  for (const std::string& address : addresses) {
    try {
      receiver->addresses_.push_back(receiver->sockets_->Bind(address));
    } catch (const zmq::error_t& problem) {
      error = "cannot listen for heartbeats on " + address + ": " + problem.what() +
              "; stop the other program or choose another address";
      return nullptr;
    }
  }
  return receiver;
}

BeatReceiver::BeatReceiver(std::unique_ptr<Sockets> sockets) : sockets_(std::move(sockets)) {}
BeatReceiver::~BeatReceiver() = default;

bool BeatReceiver::Receive(Beat& beat, int wait_ms) {
  zmq::message_t message;
  if (!sockets_->Receive(message, wait_ms)) return false;
  if (ParseBeat(message.data(), message.size(), beat)) return true;
  ++refused_;
  return Receive(beat, 0);
}

}  // namespace continuo::transport
