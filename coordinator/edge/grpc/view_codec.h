// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/view.h"
#include "proto/transport/field_place.h"

namespace continuo::v1 {
class ClusterStatus;
}  // namespace continuo::v1

namespace continuo::coordinator {

/// Of View::plan only the head travels (version, show, quantum, timing, start_n, length), of View::show neither source
/// nor assets: a status is asked for every second. GetTake has the rest.
void ToProto(const View& view, v1::ClusterStatus& out);
void FromProto(const v1::ClusterStatus& in, View& view, const transport::FieldPlace& place);

}  // namespace continuo::coordinator
