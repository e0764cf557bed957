// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/cli/invocation.h"

// `node flash`, `node console`, `node monitor`: for who develops with microcontrollers.

namespace continuo::coordinator::cli {

struct FlashOptions {
  std::string image, board;
  std::string key;       ///< page of the key; empty: what is there stays
  std::string serial;    ///< device: the ROM's boot loader; empty: openocd
  std::string openocd;   ///< its configuration; empty: the board's
  std::string udp;       ///< HOST:PORT of the emulated board; empty: none
  bool emulate = false;  ///< QEMU in the board's place
  bool dry_run = false;
};
/// Checks the image, says what it does, does it.
int RunFlash(const Invocation& invocation, const FlashOptions& options);

struct ConsoleOptions {
  std::string line;     ///< device or Unix socket
  bool listen = false;  ///< what is typed is not sent
};
/// Bytes of a board's UART as they are, until Ctrl-C or until the line is gone.
int RunConsole(const Invocation& invocation, const ConsoleOptions& options);

struct MonitorOptions {
  std::string node;
  int period_ms = 1000;
};
int RunMonitor(const Invocation& invocation, const MonitorOptions& options);

}  // namespace continuo::coordinator::cli
