// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/ptp/ptp_daemon.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "proto/transport/stage_clock.h"

namespace continuo::agent {
namespace {

/// Above what plays: a stamp that waits for a processor is wrong.
constexpr int kPriority = 78;
constexpr auto kLook = std::chrono::milliseconds(50);
/// One that does not end when it is told to is ended.
constexpr int kLooksBeforeKill = 20;

/// In the child, which has only this thread: nothing but system calls. It ends with whoever began it, however that
/// ends: two of them would pull at one clock.
[[noreturn]] void Become(const char* log, char* const* words) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const sched_param priority{kPriority};
  sched_setscheduler(0, SCHED_FIFO, &priority);  // not permitted: as it is
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(file, 1);
  dup2(file, 2);
  execvp(words[0], words);
  _exit(127);
}

std::string HowEnded(int status) {
  if (WIFSIGNALED(status)) return "by signal " + std::to_string(WTERMSIG(status));
  return "with exit code " + std::to_string(WEXITSTATUS(status));
}

bool IsInstalled(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/sbin:/usr/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<PtpDaemon> PtpDaemon::Start(const PtpDaemonWish& wish, std::string& error) {
  if (!IsInstalled("ptp4l")) {
    error = "there is no ptp4l in PATH: install linuxptp, or attach to one that runs (--ptp)";
    return nullptr;
  }
  const std::filesystem::path file = wish.folder / "ptp4l.conf";
  std::ofstream(file) << ConfigurationOf(wish);
  std::unique_ptr<PtpDaemon> daemon(new PtpDaemon(wish));
  error = daemon->Spawn();
  if (!error.empty()) return nullptr;
  daemon->thread_ = std::thread([raw = daemon.get()] { raw->Watch(); });
  return daemon;
}

PtpDaemon::~PtpDaemon() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_one();
  if (thread_.joinable()) thread_.join();
  if (process_ == 0) return;
  kill(process_, SIGTERM);
  std::unique_lock lock(mutex_);
  const auto is_gone = [this] { return waitpid(process_, nullptr, WNOHANG) != 0; };
  for (int look = 0; look < kLooksBeforeKill; ++look) {
    if (ended_.wait_for(lock, kLook, is_gone)) return;
  }
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

std::string PtpDaemon::Trouble() const {
  const std::lock_guard lock(mutex_);
  return restarts_.Trouble(transport::StageClock::Local());
}

std::string PtpDaemon::Spawn() {
  const std::string file = (wish_.folder / "ptp4l.conf").string();
  const std::string log = (wish_.folder / "ptp4l.log").string();
  std::array<std::string, 7> words{"ptp4l", "-m", "-q", "-f", file, "-i", wish_.interface};
  std::array<char*, 8> argv{};
  for (std::size_t i = 0; i < words.size(); ++i) argv[i] = words[i].data();
  process_ = fork();
  if (process_ == 0) Become(log.c_str(), argv.data());
  if (process_ > 0) {
    restarts_.Began(transport::StageClock::Local());
    return {};
  }
  process_ = 0;
  return std::string("cannot run ptp4l: ") + std::strerror(errno);
}

void PtpDaemon::Watch() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, kLook, [this] { return ending_; })) {
    Look(transport::StageClock::Local());
  }
}

void PtpDaemon::Look(Nanoseconds now) {
  int how = 0;
  if (process_ != 0 && waitpid(process_, &how, WNOHANG) == process_) {
    process_ = 0;
    restarts_.Ended(now, HowEnded(how));
    std::fprintf(stderr, "continuo-agent: %s; its last words: %s\n", restarts_.Trouble(now).c_str(),
                 (wish_.folder / "ptp4l.log").c_str());
  }
  if (!restarts_.IsDue(now)) return;
  const std::string wrong = Spawn();
  if (!wrong.empty()) restarts_.Ended(now, "before it began: " + wrong);
}

}  // namespace continuo::agent
