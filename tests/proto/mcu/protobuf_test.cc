// SPDX-License-Identifier: Apache-2.0
// nanopb and Google's protobuf make the same bytes of the same message, and read each other's.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>
#include <pb_common.h>
#include <pb_decode.h>
#include <pb_encode.h>

#include <map>
#include <memory>
#include <random>

#include "proto/continuo/v1/mcu.nanopb.h"
#include "proto/continuo/v1/mcu.pb.h"
#include "proto/mcu/told.h"

namespace continuo::mcu {
namespace {

using Message = google::protobuf::Message;
using Field = google::protobuf::FieldDescriptor;

std::unique_ptr<Message> Make(const std::string& what) {
  const auto* const type =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName("continuo.v1.mcu." +
                                                                                what);
  if (type == nullptr) return nullptr;
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

bool KnowsAll(const Message& message) {
  return message.GetReflection()->GetUnknownFields(message).empty();
}

TEST(McuProtobufTest, WhatCodecsWriteProtobufReadsAndWritesAlike) {
  for (const Told& told : AllTold()) {
    const std::unique_ptr<Message> message = Make(told.what);
    ASSERT_NE(message, nullptr) << told.what;
    const std::string bytes(told.payload.begin(), told.payload.end());
    ASSERT_TRUE(message->ParseFromString(bytes)) << told.what;
    EXPECT_TRUE(KnowsAll(*message)) << told.what;
    EXPECT_EQ(message->SerializeAsString(), bytes) << message->DebugString();
  }
}

TEST(McuProtobufTest, FieldsMeanWhatTheyAreCalled) {
  v1::mcu::Report report;
  for (const Told& told : AllTold()) {
    if (told.what != "Report") continue;
    ASSERT_TRUE(report.ParseFromArray(told.payload.data(), static_cast<int>(told.payload.size())));
  }
  EXPECT_EQ(report.board(), "mps2-an386");
  EXPECT_EQ(report.fault().address(), 7u);
  EXPECT_EQ(report.seal(7), 7u);
  EXPECT_EQ(report.parts(0).next(), -1);
  EXPECT_EQ(report.parts(0).join(), v1::mcu::JOIN_STAGE_SHADOW);
  EXPECT_EQ(report.parts(0).failure(), "no");
}

TEST(McuProtobufTest, WhatProtobufWritesCodecsTake) {
  v1::mcu::PanelWish said;
  said.set_nonce(1);
  for (std::uint32_t i = 0; i < kPanelInputs; ++i) said.add_settled(i);
  said.set_playout(480);
  auto* const segment = said.add_segments();
  segment->set_tempo_mbpm(120'000);
  segment->set_meter_num(3);
  segment->set_meter_den(4);
  const std::string bytes = said.SerializeAsString();
  PanelWish wish;
  ASSERT_TRUE(
      ParsePanelWish({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, wish));
  EXPECT_EQ(wish.settled[7], 7u);
  ASSERT_EQ(wish.segments.size(), 1u);
  EXPECT_EQ(wish.segments[0].meter_num, 3);
}

/// Fills a message with anything that nanopb has room for.
class Filler {
 public:
  explicit Filler(std::uint32_t seed) : random_(seed) {}

  void Fill(Message& message, const pb_msgdesc_t* what) {
    const auto* const type = message.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const Field* const field = type->field(i);
      // Only to learn how much room there is: nothing is written there.
      std::vector<std::uint64_t> blank(1024);
      pb_field_iter_t room;
      ASSERT_TRUE(pb_field_iter_begin(&room, what, blank.data()));
      ASSERT_TRUE(pb_field_iter_find(&room, static_cast<std::uint32_t>(field->number())));
      if (PB_ATYPE(room.type) == PB_ATYPE_CALLBACK) continue;
      if (!field->is_repeated()) {
        if (random_() % 4 != 0) Set(message, field, room);
        continue;
      }
      const bool fixed = room.pSize == &room.array_size;
      const std::uint32_t count = fixed ? room.array_size : random_() % (room.array_size + 1u);
      for (std::uint32_t one = 0; one < count; ++one) Set(message, field, room);
    }
  }

 private:
  std::uint64_t Number(const pb_field_iter_t& room) {
    const std::uint64_t any = (std::uint64_t{random_()} << 32 | random_()) >> random_() % 64;
    return room.data_size >= 8 ? any : any & ((std::uint64_t{1} << 8 * room.data_size) - 1);
  }

  std::string Text(std::size_t most, bool ascii) {
    std::string text(random_() % (most + 1), 'a');
    for (char& c : text) c = static_cast<char>(ascii ? 'a' + random_() % 26 : random_() % 256);
    return text;
  }

  void Set(Message& message, const Field* field, const pb_field_iter_t& room) {
    const auto* const at = message.GetReflection();
    const bool many = field->is_repeated();
    const std::uint64_t number = Number(room);
    switch (field->cpp_type()) {
      case Field::CPPTYPE_UINT32: {
        const auto value = static_cast<std::uint32_t>(number);
        return many ? at->AddUInt32(&message, field, value) : at->SetUInt32(&message, field, value);
      }
      case Field::CPPTYPE_INT32:
        return at->SetInt32(&message, field, static_cast<std::int32_t>(number));
      case Field::CPPTYPE_UINT64:
        return many ? at->AddUInt64(&message, field, number)
                    : at->SetUInt64(&message, field, number);
      case Field::CPPTYPE_INT64:
        return at->SetInt64(&message, field, static_cast<std::int64_t>(number));
      case Field::CPPTYPE_BOOL:
        return at->SetBool(&message, field, number % 2 != 0);
      case Field::CPPTYPE_ENUM:
        return at->SetEnumValue(&message, field, static_cast<int>(number % 3));
      case Field::CPPTYPE_FLOAT:
        return at->AddFloat(&message, field, static_cast<float>(number) / 3.0f);
      case Field::CPPTYPE_STRING: {
        const bool text = field->type() == Field::TYPE_STRING;
        const std::size_t head = text ? 1 : offsetof(pb_bytes_array_t, bytes);
        return at->SetString(&message, field, Text(room.data_size - head, text));
      }
      case Field::CPPTYPE_MESSAGE:
        return Fill(many ? *at->AddMessage(&message, field) : *at->MutableMessage(&message, field),
                    room.submsg_desc);
      case Field::CPPTYPE_DOUBLE:
        break;
    }
    FAIL() << "a field of a kind that mcu.proto does not have: " << field->full_name();
  }

  std::mt19937 random_;
};

TEST(McuProtobufTest, AnyMessageHasTheSameBytesInBoth) {
  const std::map<std::string, const pb_msgdesc_t*> all{
      {"Ping", continuo_v1_mcu_Ping_fields},
      {"Report", continuo_v1_mcu_Report_fields},
      {"Slice", continuo_v1_mcu_Slice_fields},
      {"Prepared", continuo_v1_mcu_Prepared_fields},
      {"Stop", continuo_v1_mcu_Stop_fields},
      {"Event", continuo_v1_mcu_Event_fields},
      {"Verdict", continuo_v1_mcu_Verdict_fields},
      {"StateWish", continuo_v1_mcu_StateWish_fields},
      {"StatePiece", continuo_v1_mcu_StatePiece_fields},
      {"StateTaken", continuo_v1_mcu_StateTaken_fields},
      {"TrialWish", continuo_v1_mcu_TrialWish_fields},
      {"TrialTold", continuo_v1_mcu_TrialTold_fields},
      {"PanelWish", continuo_v1_mcu_PanelWish_fields},
      {"PanelTold", continuo_v1_mcu_PanelTold_fields},
      {"HearingWish", continuo_v1_mcu_HearingWish_fields},
      {"HearingTold", continuo_v1_mcu_HearingTold_fields},
      {"ClockTold", continuo_v1_mcu_ClockTold_fields}};
  for (const auto& [what, fields] : all) {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
      const std::unique_ptr<Message> message = Make(what);
      ASSERT_NE(message, nullptr) << what;
      Filler(seed).Fill(*message, fields);
      const std::string bytes = message->SerializeAsString();
      std::vector<std::uint64_t> room(1024);
      pb_istream_t in =
          pb_istream_from_buffer(reinterpret_cast<const pb_byte_t*>(bytes.data()), bytes.size());
      ASSERT_TRUE(pb_decode(&in, fields, room.data())) << what << message->DebugString();
      std::string again(4096, '\0');
      pb_ostream_t out =
          pb_ostream_from_buffer(reinterpret_cast<pb_byte_t*>(again.data()), again.size());
      ASSERT_TRUE(pb_encode(&out, fields, room.data())) << what << message->DebugString();
      again.resize(out.bytes_written);
      ASSERT_EQ(again, bytes) << what << message->DebugString();
    }
  }
}

}  // namespace
}  // namespace continuo::mcu
