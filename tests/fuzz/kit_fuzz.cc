// SPDX-License-Identifier: Apache-2.0
// Kits as anybody may have written them: SFZ and Hydrogen's XML.
#include <string>
#include <string_view>

#include "coordinator/edge/assets/kit.h"
#include "fuzz/material.h"
#include "fuzz/scribble.h"

namespace continuo::fuzz {
namespace {

constexpr std::string_view kSfz = R"(<control> default_path=wav/
<global> ampeg_release=0.5 volume=-3 // all
<group> group=1 off_by=1 loop_mode=loop_continuous
<region> sample=a b.wav lokey=c2 hikey=60 pitch_keycenter=f#3 lovel=1 hivel=63 pan=-10
<region> sample=c.flac key=61 tune=5 loop_start=10 loop_end=2000 trigger=attack /* and so on */
)";
constexpr std::string_view kHydrogen =
    R"(<drumkit_info><instrumentList><instrument><midiOutNote>36</midiOutNote>
<pan>-0.3</pan><muteGroup>2</muteGroup><instrumentComponent><gain>1</gain><layer>
<filename>k.wav</filename><min>0</min><max>0.5</max><pitch>-1</pitch></layer>
</instrumentComponent></instrument></instrumentList></drumkit_info>)";

void Run(Material& material) {
  const std::uint8_t choice = material.Take<std::uint8_t>();
  std::string text(choice % 2 == 0 ? kSfz : kHydrogen);
  if (choice >= 128) text.clear();
  Scribble(material, text);
  const auto kit = choice % 2 == 0 ? coordinator::ParseSfz(text) : coordinator::ParseHydrogen(text);
  if (!kit.ok()) {
    Require(!kit.status().message().empty(), "an error says what is wrong");
    return;
  }
  Require(!kit->zones.empty() && kit->zones.size() <= dsp::kMaxZones, "a kit has zones");
  for (const coordinator::KitZone& zone : kit->zones) {
    Require(!zone.file.empty(), "a zone has a recording");
    Require(zone.zone.key_max <= 127 && zone.zone.key_min <= zone.zone.key_max, "keys are sane");
    Require(zone.zone.velocity_min <= zone.zone.velocity_max, "forces are sane");
  }
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  continuo::fuzz::Run(material);
  return 0;
}
