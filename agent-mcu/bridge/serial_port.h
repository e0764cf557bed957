// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "proto/mcu/serial_link.h"
#include "proto/transport/byte_line.h"
#include "proto/transport/datagram_port.h"
#include "proto/transport/machine_clock.h"

namespace continuo::mcu {

/// Frames to and from a board over a serial line: a terminal device at 921,600 baud, or the Unix socket of an emulated
/// board. It is opened, and opened again when it is gone, in Receive, ten times a second at most: it may be plugged and
/// unplugged. Addresses mean nothing; what finds no room is lost. One thread.
class SerialPort final : public transport::DatagramPort {
 public:
  /// `say`: called with a sentence when the line is there, and when it is not, once each.
  SerialPort(std::string path, std::function<void(const std::string&)> say)
      : path_(std::move(path)), say_(std::move(say)) {}

  void Send(const Outgoing& datagram) override;
  void Flush() override;
  int Receive(std::span<Incoming> out) override;
  std::uint64_t send_errors() const override { return send_errors_; }

 private:
  void Open();
  void Close();
  void Read();

  const std::string path_;
  const std::function<void(const std::string&)> say_;
  bool said_gone_ = false;
  transport::MachineClock clock_;
  std::unique_ptr<transport::ByteLine> line_;  // nullptr: it is not open
  Nanoseconds open_at_ = 0;
  std::optional<SerialLink> link_;
  std::mt19937 lives_{std::random_device{}()};
  std::vector<std::vector<std::uint8_t>> taken_;  // what the last Receive gave
  std::vector<std::uint8_t> spoken_;              // that the line has not taken yet
  std::uint64_t send_errors_ = 0;
};

}  // namespace continuo::mcu
