// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/edge/assets/kit.h"
#include "coordinator/edge/assets/sfz_opcodes.h"
#include "coordinator/edge/assets/sfz_text.h"

namespace continuo::coordinator {
namespace {

using sfz::Opcode;
using Opcodes = std::map<std::string, Opcode>;

absl::Status At(std::size_t line, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

/// Groups have any number in the file, and 1 to 255 in a kit, in the order of their first mention.
class Groups {
 public:
  /// 0: none; -1: there are too many.
  int Of(std::int64_t number) {
    if (number == 0) return 0;
    const auto known = std::find(numbers_.begin(), numbers_.end(), number);
    const auto at = known - numbers_.begin();
    if (known == numbers_.end()) numbers_.push_back(number);
    return at < 255 ? static_cast<int>(at) + 1 : -1;
  }

 private:
  std::vector<std::int64_t> numbers_;
};

class SfzParser {
 public:
  absl::StatusOr<Kit> Parse(std::string_view text) {
    sfz::Text reader(text);
    sfz::Item item;
    while (reader.Next(item)) {
      absl::Status status = item.is_header ? Header(item) : Set(item);
      if (!status.ok()) return status;
    }
    if (!reader.error().empty()) return At(reader.line(), reader.error());
    if (absl::Status status = EndRegion(); !status.ok()) return status;
    if (kit_.zones.empty()) {
      return absl::InvalidArgumentError("has no <region> with a sample: it is no SFZ file");
    }
    Warn();
    return std::move(kit_);
  }

 private:
  absl::Status Header(const sfz::Item& item) {
    if (absl::Status status = EndRegion(); !status.ok()) return status;
    level_ = item.name;
    if (level_ == "control") return absl::OkStatus();
    // What is outer begins anew with what is inside of it.
    if (level_ == "global") global_.clear();
    if (level_ == "global" || level_ == "master") master_.clear();
    if (level_ != "region") group_.clear();
    region_.clear();
    if (level_ == "region") {
      in_region_ = true;
      region_line_ = item.line;
    } else if (level_ != "global" && level_ != "master" && level_ != "group") {
      left_out_headers_.insert(level_);
    }
    return absl::OkStatus();
  }

  absl::Status Set(const sfz::Item& item) {
    const std::string name = sfz::RightName(item.name);
    if (level_ == "control") {
      if (name != "default_path") {
        unknown_.insert(name);
      } else {
        default_path_ = item.value;
      }
      return absl::OkStatus();
    }
    Opcodes* const into = level_ == "global"   ? &global_
                          : level_ == "master" ? &master_
                          : level_ == "group"  ? &group_
                          : level_ == "region" ? &region_
                                               : nullptr;
    if (level_.empty()) return At(item.line, absl::StrCat(name, "= stands before any <header>"));
    if (into != nullptr) (*into)[name] = {item.value, item.line};
    return absl::OkStatus();
  }

  absl::Status EndRegion() {
    if (!in_region_) return absl::OkStatus();
    in_region_ = false;
    Opcodes all = region_;
    for (const Opcodes* outer : {&group_, &master_, &global_})
      all.insert(outer->begin(), outer->end());
    if (IsLeftOut(all)) return absl::OkStatus();
    KitZone zone;
    zone.line = region_line_;
    zone.play_of_file = zone.loop_of_file = true;
    // A key says three things at once, each of which may be said anew.
    if (const auto key = all.find("key"); key != all.end()) {
      if (absl::Status status = Apply(*key, zone); !status.ok()) return status;
      all.erase(key);
    }
    for (const auto& entry : all) {
      if (absl::Status status = Apply(entry, zone); !status.ok()) return status;
    }
    return Keep(std::move(zone));
  }

  absl::Status Apply(const Opcodes::value_type& entry, KitZone& zone) {
    const auto& [name, opcode] = entry;
    if (sfz::Selects(name)) return absl::OkStatus();
    if (name == "group" || name == "off_by") return SetGroup(name, opcode, zone.zone);
    std::string wrong;
    if (!sfz::Apply(name, opcode.value, zone, wrong)) unknown_.insert(name);
    if (wrong.empty()) return absl::OkStatus();
    return At(opcode.line, absl::StrCat(name, "=", opcode.value, ": ", wrong));
  }

  absl::Status SetGroup(const std::string& name, const Opcode& opcode, dsp::Zone& zone) {
    std::int64_t number = 0;
    if (!sfz::ReadWhole(opcode.value, number)) {
      return At(opcode.line, absl::StrCat(name, "=", opcode.value, ": must be a whole number"));
    }
    const int group = groups_.Of(number);
    if (group < 0) return At(opcode.line, "there are more than 255 groups");
    (name == "group" ? zone.group : zone.off_by) = static_cast<std::uint8_t>(group);
    return absl::OkStatus();
  }

  absl::Status Keep(KitZone zone) {
    if (zone.file.empty()) return At(zone.line, "this <region> has no sample=");
    if (zone.file.front() == '*') {
      return At(zone.line, absl::StrCat("sample=", zone.file, ": must be a file"));
    }
    const dsp::Zone& z = zone.zone;
    if (z.key_min > z.key_max) return At(zone.line, "this <region> has lokey above hikey");
    if (z.velocity_min > z.velocity_max)
      return At(zone.line, "this <region> has lovel above hivel");
    zone.file = default_path_ + zone.file;
    std::replace(zone.file.begin(), zone.file.end(), '\\', '/');
    if (kit_.zones.size() == dsp::kMaxZones) {
      return At(zone.line, absl::StrCat("there are more than ", dsp::kMaxZones, " regions"));
    }
    kit_.zones.push_back(std::move(zone));
    return absl::OkStatus();
  }

  bool IsLeftOut(const Opcodes& all) {
    for (const auto& [name, opcode] : all) {
      if (!sfz::LeavesOut(name, opcode.value)) continue;
      ++left_out_[absl::StrCat(name, "=", opcode.value)];
      return true;
    }
    return false;
  }

  void Warn() {
    for (const auto& [why, count] : left_out_) {
      kit_.warnings.push_back(absl::StrCat(count, count == 1 ? " region" : " regions", " with ",
                                           why,
                                           " left out: only strokes of keys begin a sound here"));
    }
    for (const std::string& header : left_out_headers_) {
      kit_.warnings.push_back(absl::StrCat("<", header, "> changes nothing here"));
    }
    if (!unknown_.empty()) {
      kit_.warnings.push_back(
          absl::StrCat("opcodes that change nothing here: ", absl::StrJoin(unknown_, ", ")));
    }
  }

  Kit kit_;
  std::string level_, default_path_;
  bool in_region_ = false;
  std::size_t region_line_ = 0;
  Opcodes global_, master_, group_, region_;
  Groups groups_;
  std::map<std::string, int> left_out_;
  std::set<std::string> unknown_, left_out_headers_;
};

}  // namespace

absl::StatusOr<Kit> ParseSfz(std::string_view text) {
  return SfzParser().Parse(text);
}

}  // namespace continuo::coordinator
