// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/reign.h"

#include <utility>

namespace continuo::coordinator {

Reign::Reign(Court court, std::unique_ptr<Journal> journal, bool ends_deaf,
             std::function<void(const Over&)> over)
    : court_(std::move(court)),
      journal_(std::move(journal)),
      loop_(std::make_shared<Loop>(court_.clock, *journal_, court_.streams)) {
  // What comes while the journal is being replayed waits in the loop's queue.
  loop_->OnMap(court_.tell_map);
  court_.reception.Admit(loop_);
  thread_ = std::thread([this, ends_deaf, over = std::move(over)] { over(Serve(ends_deaf)); });
}

Reign::~Reign() {
  Stop();
  thread_.join();
}

Reign::Over Reign::Serve(bool ends_deaf) {
  Over over;
  over.failed = loop_->Recover(court_.begin);
  if (over.failed.empty()) {
    court_.end_waiting();
  } else {
    loop_->Stop();  // Run answers whoever asked meanwhile
  }
  over.end = loop_->Run(ends_deaf);
  over.why = loop_->deposed();
  if (!over.why.empty()) {
    over.end = Loop::End::kDeposed;  // perhaps before it had begun
    over.failed.clear();
  }
  court_.reception.Admit(nullptr);
  court_.end_attached();
  return over;
}

}  // namespace continuo::coordinator
