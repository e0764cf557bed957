# SPDX-License-Identifier: Apache-2.0
# What the toolchain files of all boards share; `chip` is set by the board's.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "${chip} -ffunction-sections -fdata-sections")
set(CMAKE_CXX_FLAGS_INIT "${chip} -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit -Wno-psabi")
set(CMAKE_EXE_LINKER_FLAGS_INIT "${chip} -nostartfiles -Wl,--gc-sections -Wl,--no-warn-rwx-segments")
