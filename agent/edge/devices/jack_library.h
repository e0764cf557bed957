// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <jack/jack.h>

#include <memory>
#include <string>

namespace continuo::agent {

/// libjack, opened at run time: an agent starts on machines that have no JACK. Functions have the library's own names
/// (jackaudio.org/api) without their first word. Once opened it stays: its threads may outlive its clients.
class JackLibrary {
 public:
  /// nullptr, and a sentence with what to do in `error`. It says nothing on stderr from then on.
  static std::unique_ptr<const JackLibrary> Load(const std::string& file, std::string& error);

  decltype(&jack_client_open) client_open = nullptr;
  decltype(&jack_client_close) client_close = nullptr;
  decltype(&jack_activate) activate = nullptr;
  decltype(&jack_get_sample_rate) get_sample_rate = nullptr;
  decltype(&jack_get_buffer_size) get_buffer_size = nullptr;
  decltype(&jack_get_cycle_times) get_cycle_times = nullptr;
  decltype(&jack_get_time) get_time = nullptr;
  decltype(&jack_set_process_callback) set_process_callback = nullptr;
  decltype(&jack_set_xrun_callback) set_xrun_callback = nullptr;
  decltype(&jack_set_latency_callback) set_latency_callback = nullptr;
  decltype(&jack_on_info_shutdown) on_info_shutdown = nullptr;
  decltype(&jack_port_register) port_register = nullptr;
  decltype(&jack_port_unregister) port_unregister = nullptr;
  decltype(&jack_port_name) port_name = nullptr;
  decltype(&jack_port_get_buffer) port_get_buffer = nullptr;
  decltype(&jack_port_get_latency_range) port_get_latency_range = nullptr;
  decltype(&jack_port_set_latency_range) port_set_latency_range = nullptr;
  decltype(&jack_connect) connect = nullptr;
};

inline constexpr const char* kJackLibrary = "libjack.so.0";

}  // namespace continuo::agent
