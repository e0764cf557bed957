// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/take_codec.h"

#include <algorithm>

#include "coordinator/edge/grpc/show_codec.h"
#include "proto/continuo/v1/plan.pb.h"
#include "proto/continuo/v1/show.pb.h"
#include "proto/transport/plan_codec.h"

namespace continuo::coordinator {
namespace {

/// What plans may take of a message, which holds 8 MB (proto/transport/channel.h).
constexpr std::size_t kPlanBytesMost = 6 << 20;

bool PlaysTheSame(const plan::Plan& a, const plan::Plan& b) {
  return a.outputs == b.outputs &&
         std::equal(a.tasks.begin(), a.tasks.end(), b.tasks.begin(), b.tasks.end(),
                    [](const plan::Task& one, const plan::Task& other) {
                      return one.description == other.description && one.span == other.span;
                    });
}

/// All of them, unless a very long performance has had too many for one message: then the oldest of those that changed
/// only who computes are left out, which a render does not need.
void WritePlans(const View& view, v1::Take& out) {
  std::vector<v1::Plan> plans;
  std::size_t bytes = 0;
  for (std::size_t i = view.plans.size(); i-- > 0;) {
    const plan::Plan& plan = *view.plans[i];
    if (bytes > kPlanBytesMost && i != 0 && PlaysTheSame(*view.plans[i - 1], plan)) continue;
    transport::ToProto(plan, plans.emplace_back());
    bytes += plans.back().ByteSizeLong();
  }
  std::for_each(plans.rbegin(), plans.rend(),
                [&out](v1::Plan& plan) { out.add_plans()->Swap(&plan); });
}

}  // namespace

void WriteTake(const View& view, const std::string& build_id, v1::Take& out) {
  out.set_build_id(build_id);
  out.set_show(view.show.source);
  WritePlans(view, out);
  std::vector<const EventView*> committed;
  for (const EventView& event : view.events) {
    if (event.verdict == Verdict::kCommitted) committed.push_back(&event);
    if (event.verdict == Verdict::kNone) out.set_undecided(out.undecided() + 1);
  }
  std::sort(committed.begin(), committed.end(),
            [](const EventView* a, const EventView* b) { return Before(a->event, b->event); });
  for (const EventView* event : committed) {
    v1::CommittedEvent& to = *out.add_events();
    to.set_task(event->task);
    transport::ToProto(event->event, *to.mutable_event());
  }
  for (const ImportedAsset& asset : view.show.assets) ToProto(asset, *out.add_assets());
}

void ReadTake(const v1::Take& in, TakeTexts& take, const transport::FieldPlace& place) {
  take = {};
  take.build_id = in.build_id();
  take.show = in.show();
  for (int i = 0; i < in.plans_size(); ++i) {
    transport::FromProto(in.plans(i), take.plans.emplace_back(), place.Item("plans", i));
  }
  for (int i = 0; i < in.events_size(); ++i) {
    const transport::FieldPlace at = place.Item("events", i);
    auto& [task, event] = take.events.emplace_back();
    task = at.Within("task", in.events(i).task(), 1, 0xffffffff);
    transport::FromProto(in.events(i).event(), event, at.Field("event"));
  }
  for (int i = 0; i < in.assets_size(); ++i) {
    FromProto(in.assets(i), take.assets.emplace_back(), place.Item("assets", i));
  }
  take.undecided = static_cast<int>(in.undecided());
}

}  // namespace continuo::coordinator
