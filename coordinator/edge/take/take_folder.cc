// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "coordinator/edge/take/take.h"
#include "proto/transport/plan_codec.h"

namespace continuo::coordinator {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

absl::Status WriteText(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.flush();
  if (!out)
    return absl::UnavailableError(
        absl::StrCat("cannot write ", path.string(), ": is the disk full?"));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", path.string()));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

absl::StatusOr<json> ReadJson(const fs::path& path) {
  auto text = ReadText(path);
  if (!text.ok()) return text.status();
  json value = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return absl::DataLossError(absl::StrCat(path.string(), " is not JSON"));
  return value;
}

/// The member `key` as T, or an error that names file and member.
template <typename T>
absl::StatusOr<T> Member(const json& object, const char* key, const std::string& where) {
  const auto complain = [&](const char* what) {
    return absl::DataLossError(absl::StrCat(where, ": \"", key, "\" ", what));
  };
  if (!object.is_object() || !object.contains(key)) return complain("is missing");
  const json& member = object[key];
  if constexpr (std::is_same_v<T, std::string>) {
    if (!member.is_string()) return complain("must be a text");
    return member.get<std::string>();
  } else {
    if (!member.is_number_integer()) return complain("must be a whole number");
    return member.get<T>();
  }
}

#define TAKE_ASSIGN(target, expression)         \
  do {                                          \
    auto result_ = (expression);                \
    if (!result_.ok()) return result_.status(); \
    target = *std::move(result_);               \
  } while (false)

std::string EventLine(const dsp::TaskEvent& e) {
  const json line = {{"task", e.task},           {"at", e.event.at},
                     {"id", e.event.id},         {"command", static_cast<int>(e.event.command)},
                     {"target", e.event.target}, {"value", e.event.value}};
  return line.dump();
}

absl::StatusOr<dsp::TaskEvent> ParseEvent(const std::string& text, const std::string& where) {
  const json line = json::parse(text, nullptr, false);
  if (line.is_discarded()) return absl::DataLossError(absl::StrCat(where, " is not JSON"));
  dsp::TaskEvent e;
  int command = 0;
  TAKE_ASSIGN(e.task, Member<std::uint32_t>(line, "task", where));
  TAKE_ASSIGN(e.event.at, Member<MediaTime>(line, "at", where));
  TAKE_ASSIGN(e.event.id, Member<EventId>(line, "id", where));
  TAKE_ASSIGN(command, Member<int>(line, "command", where));
  TAKE_ASSIGN(e.event.target, Member<std::uint16_t>(line, "target", where));
  TAKE_ASSIGN(e.event.value, Member<std::int64_t>(line, "value", where));
  e.event.command = static_cast<Command>(command);
  return e;
}

std::string PlanFile(const plan::Plan& plan) {
  return absl::StrCat("plan-", plan.version, ".json");
}

absl::StatusOr<std::string> CheckedText(const fs::path& folder, const json& files,
                                        const std::string& name) {
  const std::string where = (folder / "take.json").string() + ": files";
  std::string stated, text;
  TAKE_ASSIGN(stated, Member<std::string>(files, name.c_str(), where));
  TAKE_ASSIGN(text, ReadText(folder / name));
  if (Sha256Hex(text) != stated) {
    return absl::DataLossError(
        absl::StrCat((folder / name).string(),
                     " was changed since the take was made: its SHA-256 is not the one that "
                     "take.json states"));
  }
  return text;
}

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kHex[digest[i] >> 4];
    hex += kHex[digest[i] & 15];
  }
  return hex;
}

absl::Status WriteTake(const Take& take, const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed)
    return absl::UnavailableError(
        absl::StrCat("cannot make ", folder.string(), ": ", failed.message()));
  json files = json::object();
  const auto add = [&](const std::string& name, const std::string& text) {
    files[name] = Sha256Hex(text);
    return WriteText(folder / name, text);
  };
  std::string events;
  for (const dsp::TaskEvent& e : take.events) events += EventLine(e) + "\n";
  if (auto written = add("events.jsonl", events); !written.ok()) return written;
  if (auto written = add("show.yaml", take.show_yaml); !written.ok()) return written;
  for (const plan::Plan& plan : take.plans) {
    if (auto written = add(PlanFile(plan), transport::PlanToJson(plan)); !written.ok())
      return written;
  }
  const json index = {{"format", kTakeFormat},
                      {"build_id", take.build_id},
                      {"show", take.plans.empty() ? "" : take.plans.back().show},
                      {"files", files}};
  return WriteText(folder / "take.json", index.dump(2) + "\n");
}

absl::StatusOr<Take> ReadTake(const fs::path& folder) {
  json index;
  TAKE_ASSIGN(index, ReadJson(folder / "take.json"));
  const std::string where = (folder / "take.json").string();
  int format = 0;
  TAKE_ASSIGN(format, Member<int>(index, "format", where));
  if (format != kTakeFormat) {
    return absl::FailedPreconditionError(
        absl::StrCat(where, ": format is ", format, ", this program reads ", kTakeFormat));
  }
  if (!index.contains("files") || !index["files"].is_object()) {
    return absl::DataLossError(absl::StrCat(where, ": \"files\" is missing"));
  }
  const json& files = index["files"];
  Take take;
  TAKE_ASSIGN(take.build_id, Member<std::string>(index, "build_id", where));
  TAKE_ASSIGN(take.show_yaml, CheckedText(folder, files, "show.yaml"));
  std::string events;
  TAKE_ASSIGN(events, CheckedText(folder, files, "events.jsonl"));
  std::istringstream lines(events);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    dsp::TaskEvent e;
    TAKE_ASSIGN(e,
                ParseEvent(line, absl::StrCat((folder / "events.jsonl").string(), ":", ++number)));
    take.events.push_back(e);
  }
  for (const auto& [name, hash] : files.items()) {
    if (!name.starts_with("plan-")) continue;
    std::string text;
    TAKE_ASSIGN(text, CheckedText(folder, files, name));
    auto plan = transport::PlanFromJson(text);
    if (!plan.ok()) {
      return absl::DataLossError(
          absl::StrCat((folder / name).string(), ": ", plan.status().message()));
    }
    take.plans.push_back(*std::move(plan));
  }
  if (take.plans.empty()) return absl::DataLossError(absl::StrCat(where, ": no plan was in force"));
  std::sort(take.plans.begin(), take.plans.end(),
            [](const plan::Plan& a, const plan::Plan& b) { return a.version < b.version; });
  return take;
}

namespace {

/// `stem`: the path of the recording without its suffix.
absl::StatusOr<FeedRecord> ReadFeedRecord(const fs::path& folder, const std::string& stem) {
  const fs::path path = folder / (stem + ".json");
  json value;
  TAKE_ASSIGN(value, ReadJson(path));
  FeedRecord record;
  TAKE_ASSIGN(record.output, Member<std::string>(value, "output", path.string()));
  TAKE_ASSIGN(record.node, Member<std::string>(value, "node", path.string()));
  TAKE_ASSIGN(record.first_n, Member<MediaTime>(value, "first_n", path.string()));
  TAKE_ASSIGN(record.channels, Member<int>(value, "channels", path.string()));
  TAKE_ASSIGN(record.quantum, Member<int>(value, "quantum", path.string()));
  TAKE_ASSIGN(record.build_id, Member<std::string>(value, "build_id", path.string()));
  if (record.channels <= 0) {
    return absl::DataLossError(absl::StrCat(path.string(), ": channels must be positive"));
  }
  record.sound = folder / (stem + ".f32");
  std::error_code absent;
  const auto bytes = fs::file_size(record.sound, absent);
  const std::size_t frame_bytes = sizeof(float) * static_cast<std::size_t>(record.channels);
  if (!absent) record.frames = static_cast<Frames>(bytes / frame_bytes);
  return record;
}

std::vector<std::string> StemsOf(const fs::path& folder, const std::string& output) {
  std::vector<std::string> stems;
  std::error_code unreadable;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, unreadable)) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() != ".f32") continue;
    if (stem == output || stem.starts_with(output + ".from-")) stems.push_back(stem);
  }
  return stems;
}

}  // namespace

absl::StatusOr<std::optional<FeedRecord>> FindFeed(const fs::path& folder,
                                                   const std::string& output, MediaTime start_n,
                                                   Frames length) {
  // The first that begins within the show, or else one that began too early and reaches into it: what is wrong
  // with that one is for the judge to say.
  std::optional<FeedRecord> best;
  for (const std::string& stem : StemsOf(folder, output)) {
    FeedRecord record;
    TAKE_ASSIGN(record, ReadFeedRecord(folder, stem));
    if (record.first_n < start_n && record.first_n + record.frames <= start_n) continue;
    if (length > 0 && record.first_n >= start_n + length) continue;
    const auto rank = [start_n](const FeedRecord& one) {
      return std::pair(one.first_n < start_n, one.first_n);
    };
    if (!best || rank(record) < rank(*best)) best = std::move(record);
  }
  return best;
}

absl::StatusOr<std::vector<Fault>> ReadFaults(const fs::path& folder) {
  std::vector<Fault> faults;
  const fs::path path = folder / "faults.json";
  if (!fs::exists(path)) return faults;
  json list;
  TAKE_ASSIGN(list, ReadJson(path));
  if (!list.is_array()) return absl::DataLossError(absl::StrCat(path.string(), " must be a list"));
  for (const json& item : list) {
    Fault fault;
    TAKE_ASSIGN(fault.kind, Member<std::string>(item, "kind", path.string()));
    TAKE_ASSIGN(fault.node, Member<std::string>(item, "node", path.string()));
    TAKE_ASSIGN(fault.at_n, Member<MediaTime>(item, "at_sample", path.string()));
    faults.push_back(fault);
  }
  return faults;
}

}  // namespace continuo::coordinator
