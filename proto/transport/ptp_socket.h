// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "proto/wire/ptp_management.h"

namespace continuo::transport {

/// What ptp4l says of itself, asked over its Unix socket; ptp4l may come, go and come again. One thread.
class PtpSocket {
 public:
  /// `path`: that of ptp4l (`uds_address`, usually /var/run/ptp4l). nullptr, and a sentence in `error`, if there can be
  /// no socket of one's own.
  static std::unique_ptr<PtpSocket> Open(const std::string& path, const wire::PtpDomain& domain,
                                         std::string& error);
  ~PtpSocket();
  PtpSocket(const PtpSocket&) = delete;
  PtpSocket& operator=(const PtpSocket&) = delete;

  /// What is known; a field is as old as the last answer that had it.
  struct Known {
    wire::PtpTimeStatus time;
    wire::PtpPort port;  ///< of several ports the one that has a master
    wire::PtpCurrent current;
    wire::PtpTimeProperties properties;
    bool heard = false;  ///< the last Ask was answered
  };
  /// Asks for all of it and waits until it is answered, for `patience_ms` at most. Subscribes to port states now and
  /// then. To be called several times a second: ptp4l blocks, and measures nothing, while answers are not fetched (ten
  /// wait in a Unix socket and no more). For the same reason nothing new is asked before all is answered.
  const Known& Ask(int patience_ms);

 private:
  PtpSocket(int file, std::string own, std::string path, const wire::PtpDomain& domain)
      : file_(file), own_(std::move(own)), path_(std::move(path)), domain_(domain) {}
  bool Send(std::span<const std::uint8_t> question);
  void AskAnew();
  bool Hear(int patience_ms);
  void Take(const wire::PtpAnswer& answer);

  const int file_;
  const std::string own_, path_;
  const wire::PtpDomain domain_;
  std::uint16_t sequence_ = 0;
  int asked_ = 0;       // times, for what is not asked each time
  int unanswered_ = 0;  // questions
  int waited_ = 0;      // Asks in vain since the last question
  Known known_;
};

}  // namespace continuo::transport
