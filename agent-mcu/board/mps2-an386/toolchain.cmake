# SPDX-License-Identifier: Apache-2.0
set(CONTINUO_BOARD mps2-an386)
set(CONTINUO_BOARD_LINK ethernet)
set(chip "-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard")
include(${CMAKE_CURRENT_LIST_DIR}/../arm_none_eabi.cmake)
