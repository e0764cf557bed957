// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "coordinator/core/journal.h"
#include "coordinator/core/ports.h"
#include "coordinator/shell/loop.h"
#include "coordinator/shell/reception.h"
#include "proto/clock/clock.h"

namespace continuo::coordinator {

/// What a reign finds in its process and leaves there.
struct Court {
  clock::Clock& clock;
  AgentStreams& streams;
  Reception& reception;
  Loop::Begin begin;                   ///< asked when a reign begins
  std::function<void()> end_waiting;   ///< agents that waited for this coordinator to lead may come
  std::function<void()> end_attached;  ///< agents must go
  std::function<void(const clock::MediaMap&)> tell_map{};  ///< of the media-time map; may be empty
};

/// One time of leading: loop and state are made for it and go with it, so that nothing of one reign is left in the
/// next. A thread of its own.
class Reign {
 public:
  struct Over {
    Loop::End end = Loop::End::kStopped;
    std::string failed;  ///< not empty: it could not begin; a sentence
    std::string why;     ///< of kDeposed
  };

  /// Begins: replays the journal, then serves. `over` is called last, on the reign's thread.
  Reign(Court court, std::unique_ptr<Journal> journal, bool ends_deaf,
        std::function<void(const Over&)> over);
  /// Stops and waits.
  ~Reign();
  Reign(const Reign&) = delete;
  Reign& operator=(const Reign&) = delete;

  /// Any thread; does not wait.
  void Stop() { loop_->Stop(); }

 private:
  Over Serve(bool ends_deaf);

  const Court court_;
  const std::unique_ptr<Journal> journal_;
  const std::shared_ptr<Loop> loop_;
  std::thread thread_;
};

}  // namespace continuo::coordinator
