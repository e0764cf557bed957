# SPDX-License-Identifier: Apache-2.0
# An STM32F4: single-precision FPU, no operating system, no linking. Flags are a board's, so that the compiler cache
# serves both.
include(${CMAKE_CURRENT_LIST_DIR}/../../../agent-mcu/board/mps2-an386/toolchain.cmake)
set(CONTINUO_BOARD "")
