// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "agent/edge/ptp/ptp_profile.h"

namespace continuo::agent {

/// A ptp4l that this agent runs: with the configuration it has written, at real-time priority where that is permitted,
/// started again a second after it ends. Its words are in `ptp4l.log` beside.
class PtpDaemon {
 public:
  /// nullptr, and a sentence with what to do, if it cannot be had. Not real time; any thread.
  static std::unique_ptr<PtpDaemon> Start(const PtpDaemonWish& wish, std::string& error);
  ~PtpDaemon();
  PtpDaemon(const PtpDaemon&) = delete;
  PtpDaemon& operator=(const PtpDaemon&) = delete;

  std::string socket() const { return SocketOf(wish_).string(); }

 private:
  explicit PtpDaemon(PtpDaemonWish wish) : wish_(std::move(wish)) {}
  std::string Spawn();
  void Watch();

  const PtpDaemonWish wish_;
  pid_t process_ = 0;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace continuo::agent
