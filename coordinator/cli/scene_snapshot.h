// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/show.h"
#include "proto/plan/plan.h"
#include "proto/wire/event.h"

namespace continuo::coordinator::cli {

/// What is in force at sample n, as a scene of that name: of every task that plays then, all parameters that its show,
/// a scene or a command has ever set. What nobody touched is as its kernel begins and is left out. `events` are the
/// committed ones, in order (at, id).
ShowScene SceneAt(const plan::Plan& plan, std::span<const std::pair<dsp::TaskId, Event>> events,
                  MediaTime n, std::string name);

/// As it stands in a show below `scenes:`, indented by two spaces; each line ends with a line break.
std::string SceneYaml(const ShowScene& scene);

/// The text of a show with that scene in it. Empty with `wrong` set if it has one of this name, is no show, or writes
/// its scenes in a way that takes a person to change.
std::string WithScene(const std::string& show_yaml, const ShowScene& scene, std::string& wrong);

}  // namespace continuo::coordinator::cli
