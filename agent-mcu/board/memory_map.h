// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the peripherals of the board are that this is built for; CONTINUO_ON_... comes from board/CMakeLists.txt.
#if defined(CONTINUO_ON_MPS2_AN386)
#include "agent-mcu/board/mps2-an386/memory_map.h"
#elif defined(CONTINUO_ON_MPS2_AN500)
#include "agent-mcu/board/mps2-an500/memory_map.h"
#elif defined(CONTINUO_ON_NETDUINOPLUS2)
#include "agent-mcu/board/netduinoplus2/memory_map.h"
#elif defined(CONTINUO_ON_NUCLEO_F767ZI)
#include "agent-mcu/board/nucleo-f767zi/memory_map.h"
#else
#error "no board: configure with a toolchain file of agent-mcu/board"
#endif
