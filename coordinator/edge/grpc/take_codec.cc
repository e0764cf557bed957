// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/take_codec.h"

#include <algorithm>

#include "coordinator/edge/grpc/show_codec.h"
#include "proto/continuo/v1/show.pb.h"
#include "proto/transport/plan_codec.h"

namespace continuo::coordinator {

void WriteTake(const View& view, const std::string& build_id, v1::Take& out) {
  out.set_build_id(build_id);
  out.set_show(view.show.source);
  for (const auto& plan : view.plans) transport::ToProto(*plan, *out.add_plans());
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
