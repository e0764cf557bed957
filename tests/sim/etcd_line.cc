// SPDX-License-Identifier: Apache-2.0
#include "sim/etcd_line.h"

#include <algorithm>
#include <vector>

namespace continuo::sim {
namespace {

/// As long as coordinator/edge/etcd waits for an answer.
constexpr Nanoseconds kPatience = Ms(1000);

}  // namespace

Nanoseconds EtcdLine::Delay() {
  return dice_.Chance(0.97) ? Us(dice_.Between(100, 1500)) : Ms(dice_.Between(2, 40));
}

void EtcdLine::Send(std::function<void()> carry_out, std::function<void()> answered) {
  if (!whole()) return;
  calendar_.In(Delay(), [this, carry_out = std::move(carry_out), answered = std::move(answered)] {
    if (etcd_.available()) return Arrive(carry_out, answered);
    if (dice_.Chance(0.4)) return;  // the member that took it knows nothing of it afterwards
    calendar_.At(etcd_.elects_until() + Delay(),
                 [this, carry_out, answered] { Arrive(carry_out, answered); });
  });
}

void EtcdLine::Arrive(const std::function<void()>& carry_out, std::function<void()> answered) {
  carry_out();
  if (!whole() || dice_.Chance(0.002)) return;
  calendar_.In(Delay(), [this, answered = std::move(answered)] {
    if (whole()) answered();
  });
}

template <typename Result>
Result LineStore::Ask(Result none, std::function<Result(Etcd&)> question) {
  const auto there = std::make_shared<Result>(none), here = std::make_shared<Result>(none);
  line_.Send([etcd = &line_.etcd(), there, question] { *there = question(*etcd); },
             [there, here, wake = process_.Waker()] {
               *here = *there;
               wake();
             });
  process_.Sleep(kPatience);
  return *here;
}

coordinator::SharedStore::Written LineStore::Write(coordinator::Revision guard,
                                                   std::span<const Entry> entries) {
  const std::vector<Entry> copy(entries.begin(), entries.end());
  return Ask<Written>({}, [guard, copy](Etcd& etcd) { return etcd.Write(guard, copy); });
}

coordinator::SharedStore::Confirmed LineStore::Confirm(coordinator::Revision guard) {
  return Ask<Confirmed>(Confirmed::kUnknown, [guard](Etcd& etcd) { return etcd.Confirm(guard); });
}

coordinator::SharedStore::Page LineStore::Read(const std::string& from, const std::string& to) {
  Page none;
  none.error = "the store does not answer";
  return Ask<Page>(none, [from, to](Etcd& etcd) { return etcd.Read(from, to); });
}

}  // namespace continuo::sim
