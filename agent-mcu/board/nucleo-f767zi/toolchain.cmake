# SPDX-License-Identifier: Apache-2.0
set(CONTINUO_BOARD nucleo-f767zi)
set(CONTINUO_BOARD_LINK serial ethernet)
set(CONTINUO_BOARD_RING_KB 16)
set(chip "-mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard")
include(${CMAKE_CURRENT_LIST_DIR}/../arm_none_eabi.cmake)
