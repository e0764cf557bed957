// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/show.h"
#include "coordinator/core/view.h"
#include "proto/plan/plan.h"
#include "proto/transport/field_place.h"

namespace continuo::v1 {
class Take;
}

namespace continuo::coordinator {

/// All of a take but its recorded feeds and the bytes of its assets.
struct TakeTexts {
  std::string build_id;
  std::string show;                                   ///< YAML
  std::vector<plan::Plan> plans;                      ///< dated, oldest first
  std::vector<std::pair<dsp::TaskId, Event>> events;  ///< committed, by (at, id)
  std::vector<ImportedAsset> assets;
  int undecided = 0;  ///< events whose verdict is not known yet
};

void WriteTake(const View& view, const std::string& build_id, v1::Take& out);
void ReadTake(const v1::Take& in, TakeTexts& take, const transport::FieldPlace& place);

}  // namespace continuo::coordinator
