// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "coordinator/beside/media_bounds.h"
#include "coordinator/core/input.h"
#include "coordinator/core/view.h"
#include "coordinator/edge/grpc/operator_client.h"
#include "dsp/base/units.h"
#include "proto/session/timeline.h"

namespace continuo::coordinator::beside {

/// The show that plays, as a program sees it that keeps something else beside it and only asks the coordinator. While
/// nobody answers all is as it was. One thread.
class ShowSide {
 public:
  /// `coordinator`: host:port, or several with commas.
  explicit ShowSide(const std::string& coordinator) : client_(coordinator) {}

  /// Asks once, blocking. How it stands, in a sentence.
  std::string Look();
  /// When it was asked last, of StageClock::Local().
  Nanoseconds looked() const { return looked_; }

  bool plays() const { return plays_; }
  /// What follows is of a show that plays, or has.
  const MediaBounds& media() const { return media_; }
  const session::Segment& segment() const { return session_.segment; }
  /// By n0, those to come among them: none of the last 16 is missed, however fast they follow each other.
  std::span<const session::Segment> segments() const { return session_.segments; }
  Frames playout() const { return playout_; }

  struct Answer {
    bool taken = false;
    std::string text;  ///< a sentence
  };
  /// Waits for what becomes of a command.
  static Answer Ask(OperatorClient& client, const EventRequested& wish);
  Answer Ask(const EventRequested& wish) { return Ask(client_, wish); }

 private:
  OperatorClient client_;
  MediaBounds media_;
  SessionView session_;
  Frames playout_ = 0;
  Nanoseconds looked_ = 0;
  bool plays_ = false;
};

}  // namespace continuo::coordinator::beside
