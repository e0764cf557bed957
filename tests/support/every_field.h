// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace continuo {

/// The fields of the message, and of those inside it, that are not set: what a codec forgot to write.
inline void AddMissing(const google::protobuf::Message& message, const std::string& path,
                       std::vector<std::string>& missing) {
  const auto* type = message.GetDescriptor();
  const auto* fields = message.GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (field->containing_oneof() != nullptr && !fields->HasField(message, field)) continue;
    const std::string name = path + "." + field->name();
    const bool set = field->is_repeated() ? fields->FieldSize(message, field) > 0
                                          : fields->HasField(message, field);
    if (!set) missing.push_back(name);
    if (!set || field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      AddMissing(fields->GetMessage(message, field), name, missing);
    } else {
      // The last: samples put their most complete entry there.
      const int last = fields->FieldSize(message, field) - 1;
      AddMissing(fields->GetRepeatedMessage(message, field, last), name, missing);
    }
  }
}

inline std::vector<std::string> MissingFields(const google::protobuf::Message& message) {
  std::vector<std::string> missing;
  AddMissing(message, message.GetDescriptor()->name(), missing);
  return missing;
}

}  // namespace continuo
