// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_library.h"

#include <dlfcn.h>

#include "agent/edge/devices/library_symbols.h"

namespace continuo::agent {
namespace {

void Silent(const char*) {}

}  // namespace

std::unique_ptr<const JackLibrary> JackLibrary::Load(const std::string& file, std::string& error) {
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    error = "there is no JACK on this machine (" + file +
            " is missing): install the package libjack-jackd2-0, or leave --jack away";
    return nullptr;
  }
  auto jack = std::make_unique<JackLibrary>();
  decltype(&jack_set_error_function) set_error_function = nullptr;
  decltype(&jack_set_info_function) set_info_function = nullptr;
  LibrarySymbols symbols(library);
  symbols.Find("jack_client_open", jack->client_open);
  symbols.Find("jack_client_close", jack->client_close);
  symbols.Find("jack_activate", jack->activate);
  symbols.Find("jack_get_sample_rate", jack->get_sample_rate);
  symbols.Find("jack_get_buffer_size", jack->get_buffer_size);
  symbols.Find("jack_get_cycle_times", jack->get_cycle_times);
  symbols.Find("jack_get_time", jack->get_time);
  symbols.Find("jack_set_process_callback", jack->set_process_callback);
  symbols.Find("jack_set_xrun_callback", jack->set_xrun_callback);
  symbols.Find("jack_set_latency_callback", jack->set_latency_callback);
  symbols.Find("jack_on_info_shutdown", jack->on_info_shutdown);
  symbols.Find("jack_port_register", jack->port_register);
  symbols.Find("jack_port_unregister", jack->port_unregister);
  symbols.Find("jack_port_name", jack->port_name);
  symbols.Find("jack_port_get_buffer", jack->port_get_buffer);
  symbols.Find("jack_port_get_latency_range", jack->port_get_latency_range);
  symbols.Find("jack_port_set_latency_range", jack->port_set_latency_range);
  symbols.Find("jack_connect", jack->connect);
  symbols.Find("jack_set_error_function", set_error_function);
  symbols.Find("jack_set_info_function", set_info_function);
  if (!symbols.missing().empty()) {
    error = file + " of this machine has no " + symbols.missing() + ": it is too old a JACK";
    return nullptr;
  }
  set_error_function(Silent);  // what matters is told by whoever sees it, in a sentence
  set_info_function(Silent);
  return jack;
}

}  // namespace continuo::agent
