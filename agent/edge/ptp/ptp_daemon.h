// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "agent/edge/ptp/ptp_profile.h"
#include "agent/edge/ptp/restarts.h"

namespace continuo::agent {

/// A ptp4l that this agent runs: with the configuration it has written, at real-time priority where that is permitted,
/// started again when it ends, after pauses that grow (restarts.h). Its words are in `ptp4l.log` beside.
class PtpDaemon {
 public:
  /// nullptr, and a sentence with what to do, if it cannot be had. Not real time; any thread.
  static std::unique_ptr<PtpDaemon> Start(const PtpDaemonWish& wish, std::string& error);
  ~PtpDaemon();
  PtpDaemon(const PtpDaemon&) = delete;
  PtpDaemon& operator=(const PtpDaemon&) = delete;

  std::string socket() const { return SocketOf(wish_).string(); }
  /// What is wrong with it; a sentence, or empty. Any thread.
  std::string Trouble() const;

 private:
  explicit PtpDaemon(PtpDaemonWish wish) : wish_(std::move(wish)) {}
  std::string Spawn();
  void Watch();
  void Look(Nanoseconds now);

  const PtpDaemonWish wish_;
  pid_t process_ = 0;
  mutable std::mutex mutex_;
  Restarts restarts_;
  std::condition_variable ended_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace continuo::agent
