# SPDX-License-Identifier: Apache-2.0
# The mps2-an386 as if it had no more memory than a small microcontroller: 192 KiB of flash, the page of its key included, and
# 128 KiB of RAM. Parts get theirs of the memory outside.
set(CONTINUO_BOARD mps2-an386)
set(CONTINUO_BOARD_LINK ethernet)
set(CONTINUO_BOARD_MEMORY ${CMAKE_CURRENT_LIST_DIR}/linker.ld)
set(CONTINUO_BOARD_RING_KB 16)
set(CONTINUO_BOARD_KERNELS strip)
set(CONTINUO_TESTS OFF)  # its kernels are those of the board's own build, which the gates see
set(chip "-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard")
include(${CMAKE_CURRENT_LIST_DIR}/../arm_none_eabi.cmake)
