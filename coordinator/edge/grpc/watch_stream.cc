// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/watch_stream.h"

#include <algorithm>

#include "coordinator/edge/grpc/does_not_lead.h"
#include "coordinator/edge/grpc/view_codec.h"

namespace continuo::coordinator {

WatchStream::WatchStream(Lobby& lobby, grpc::CallbackServerContext& context,
                         std::uint32_t period_ms)
    : lobby_(lobby),
      context_(context),
      period_(period_ms == 0 ? 1000 : period_ms),
      next_(std::chrono::system_clock::now()) {
  if (period_.count() < kPeriodMsMin || period_.count() > kPeriodMsMax) {
    Finish({grpc::StatusCode::INVALID_ARGUMENT, "period_ms: not between 100 and 60000"});
  } else {
    Show();
  }
}

// Nothing here waits for the loop: it may be waiting for gRPC, whose thread this is.
void WatchStream::Show() {
  const Lobby::Visit visit = lobby_.Enter();
  if (visit.inbox == nullptr) return Finish(DoesNotLead(visit, context_));
  visit.inbox->LookLater([this, visit](std::optional<View> view) { Take(std::move(view), visit); });
}

void WatchStream::Take(std::optional<View> view, const Lobby::Visit& visit) {
  const bool shown = view.has_value();
  {
    const std::lock_guard lock(mutex_);
    if (shown && !cancelled_) {
      view_ = *std::move(view);
      alarm_.Set(std::chrono::system_clock::now(), [this](bool rang) {
        if (rang) {
          Write();
        } else {
          Finish(grpc::Status::CANCELLED);
        }
      });
      return;
    }
  }
  Finish(shown ? grpc::Status::CANCELLED : DoesNotLead(visit, context_));
}

void WatchStream::Write() {
  status_.Clear();
  view_.coordinators = lobby_.Coordinators();
  ToProto(view_, status_);
  StartWrite(&status_);
}

void WatchStream::OnWriteDone(bool ok) {
  if (ok) {
    Wait();
  } else {
    Finish(grpc::Status::CANCELLED);
  }
}

void WatchStream::Wait() {
  const std::lock_guard lock(mutex_);
  if (cancelled_) return Finish(grpc::Status::CANCELLED);
  next_ = std::max(next_ + period_, std::chrono::system_clock::now());
  alarm_.Set(next_, [this](bool rang) {
    if (rang) {
      Show();
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  });
}

void WatchStream::OnCancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  alarm_.Cancel();
}

}  // namespace continuo::coordinator
