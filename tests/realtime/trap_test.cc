// SPDX-License-Identifier: Apache-2.0
#include "realtime/trap.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace continuo::realtime_trap {
namespace {

// What the compiler may not optimise away.
void* volatile sink;

TEST(RealtimeTrapDeathTest, TakingMemoryIsCaught) {
  EXPECT_DEATH(
      {
        Armed armed;
        sink = new int[1000];
      },
      "trap: malloc");
}

TEST(RealtimeTrapDeathTest, GrowingVectorIsCaught) {
  std::vector<int> numbers;
  EXPECT_DEATH(
      {
        Armed armed;
        numbers.push_back(1);
      },
      "trap: malloc");
}

TEST(RealtimeTrapDeathTest, GivingMemoryBackIsCaught) {
  auto number = std::make_unique<int>(1);
  EXPECT_DEATH(
      {
        Armed armed;
        number.reset();
      },
      "trap: free");
}

TEST(RealtimeTrapDeathTest, UncontendedLockIsCaught) {
  std::mutex mutex;
  EXPECT_DEATH(
      {
        Armed armed;
        const std::lock_guard lock(mutex);
      },
      "trap: pthread_mutex_lock");
}

TEST(RealtimeTrapDeathTest, ForbiddenSystemCallIsCaught) {
  ASSERT_TRUE(WatchesSystemCalls());
  EXPECT_DEATH(
      {
        Armed armed;
        (void)getppid();
      },
      "trap: system call");
  EXPECT_DEATH(
      {
        Armed armed;
        (void)!open("/dev/null", O_RDONLY);
      },
      "trap: system call");
}

TEST(RealtimeTrapDeathTest, LogLineIsCaught) {
  EXPECT_DEATH(
      {
        Armed armed;
        std::fprintf(stderr, "%d\n", 1);
        std::fflush(stderr);
      },
      "trap: ");
}

TEST(RealtimeTrapDeathTest, ExceptionIsCaught) {
  EXPECT_DEATH(
      {
        Armed armed;
        try {
          throw 1;
        } catch (int) {
        }
      },
      "trap: malloc");
}

TEST(RealtimeTrap, ClockSleepSendAndReceiveAreAllowed) {
  int sockets[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets), 0);
  char sent[4] = "abc", received[4] = {};
  timespec now{};
  ssize_t got = 0, nothing = 0;
  {
    Armed armed;
    for (int i = 0; i < 1000; ++i) {
      clock_gettime(CLOCK_MONOTONIC, &now);
      send(sockets[0], sent, sizeof(sent), 0);
      got = recv(sockets[1], received, sizeof(received), 0);
    }
    nothing = recv(sockets[1], sent, sizeof(sent), MSG_DONTWAIT);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &now, nullptr);
  }
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(nothing, -1);
  EXPECT_EQ(got, 4);
  EXPECT_STREQ(received, "abc");
  close(sockets[0]);
  close(sockets[1]);
}

TEST(RealtimeTrap, OtherThreadsAreFree) {
  bool done = false;
  std::thread free([&done] {
    const std::vector<int> numbers(1000);
    done = numbers.size() == 1000 && getppid() > 0;
  });
  { Armed armed; }
  free.join();
  EXPECT_TRUE(done);
  const std::vector<int> afterwards(1000);
  EXPECT_GT(getppid(), 0);
}

}  // namespace
}  // namespace continuo::realtime_trap
