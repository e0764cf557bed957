// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/show.h"
#include "proto/transport/field_place.h"

namespace continuo::v1 {
class ImportedAsset;
class Issue;
class Show;
}  // namespace continuo::v1

// continuo/v1/show.proto <-> show.h. Reading refuses what the domain cannot hold; whether a show can be played is the
// core's business.

namespace continuo::coordinator {

void ToProto(const Show& show, v1::Show& out);
void FromProto(const v1::Show& in, Show& show, const transport::FieldPlace& place);

void ToProto(const ImportedAsset& asset, v1::ImportedAsset& out);
void FromProto(const v1::ImportedAsset& in, ImportedAsset& asset,
               const transport::FieldPlace& place);

void ToProto(const Issue& issue, v1::Issue& out);
Issue FromProto(const v1::Issue& in);

}  // namespace continuo::coordinator
