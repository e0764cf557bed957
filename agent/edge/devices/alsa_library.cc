// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/alsa_library.h"

#include <dlfcn.h>

#include "agent/edge/devices/library_symbols.h"

namespace continuo::agent {
namespace {

void SayNothing(const char*, int, const char*, int, const char*, ...) {}

}  // namespace

std::unique_ptr<const AlsaLibrary> AlsaLibrary::Load(const std::string& file, std::string& error) {
  // Its plugins look for its names in what is open to all.
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) {
    error = "there is no ALSA on this machine (" + file +
            " is missing): install the package libasound2, or leave --alsa away";
    return nullptr;
  }
  auto alsa = std::make_unique<AlsaLibrary>();
  decltype(&snd_lib_error_set_handler) set_error_handler = nullptr;
  LibrarySymbols symbols(library);
  symbols.Find("snd_pcm_open", alsa->open);
  symbols.Find("snd_pcm_close", alsa->close);
  symbols.Find("snd_pcm_wait", alsa->wait);
  symbols.Find("snd_pcm_prepare", alsa->prepare);
  symbols.Find("snd_pcm_start", alsa->start);
  symbols.Find("snd_pcm_drop", alsa->drop);
  symbols.Find("snd_pcm_avail_update", alsa->avail_update);
  symbols.Find("snd_pcm_writei", alsa->writei);
  symbols.Find("snd_pcm_readi", alsa->readi);
  symbols.Find("snd_pcm_status", alsa->status);
  symbols.Find("snd_pcm_state", alsa->state);
  symbols.Find("snd_pcm_hw_params", alsa->hw_params);
  symbols.Find("snd_pcm_hw_params_malloc", alsa->hw_params_malloc);
  symbols.Find("snd_pcm_hw_params_free", alsa->hw_params_free);
  symbols.Find("snd_pcm_hw_params_any", alsa->hw_params_any);
  symbols.Find("snd_pcm_hw_params_set_access", alsa->hw_params_set_access);
  symbols.Find("snd_pcm_hw_params_test_format", alsa->hw_params_test_format);
  symbols.Find("snd_pcm_hw_params_set_format", alsa->hw_params_set_format);
  symbols.Find("snd_pcm_hw_params_get_channels_min", alsa->hw_params_get_channels_min);
  symbols.Find("snd_pcm_hw_params_get_channels_max", alsa->hw_params_get_channels_max);
  symbols.Find("snd_pcm_hw_params_set_channels", alsa->hw_params_set_channels);
  symbols.Find("snd_pcm_hw_params_set_rate_resample", alsa->hw_params_set_rate_resample);
  symbols.Find("snd_pcm_hw_params_set_rate", alsa->hw_params_set_rate);
  symbols.Find("snd_pcm_hw_params_set_period_size_near", alsa->hw_params_set_period_size_near);
  symbols.Find("snd_pcm_hw_params_set_buffer_size_near", alsa->hw_params_set_buffer_size_near);
  symbols.Find("snd_pcm_hw_params_get_period_size", alsa->hw_params_get_period_size);
  symbols.Find("snd_pcm_hw_params_get_buffer_size", alsa->hw_params_get_buffer_size);
  symbols.Find("snd_pcm_sw_params", alsa->sw_params);
  symbols.Find("snd_pcm_sw_params_malloc", alsa->sw_params_malloc);
  symbols.Find("snd_pcm_sw_params_free", alsa->sw_params_free);
  symbols.Find("snd_pcm_sw_params_current", alsa->sw_params_current);
  symbols.Find("snd_pcm_sw_params_set_start_threshold", alsa->sw_params_set_start_threshold);
  symbols.Find("snd_pcm_sw_params_set_avail_min", alsa->sw_params_set_avail_min);
  symbols.Find("snd_pcm_sw_params_set_tstamp_mode", alsa->sw_params_set_tstamp_mode);
  symbols.Find("snd_pcm_sw_params_set_tstamp_type", alsa->sw_params_set_tstamp_type);
  symbols.Find("snd_pcm_status_malloc", alsa->status_malloc);
  symbols.Find("snd_pcm_status_free", alsa->status_free);
  symbols.Find("snd_pcm_status_get_delay", alsa->status_get_delay);
  symbols.Find("snd_pcm_status_get_htstamp", alsa->status_get_htstamp);
  symbols.Find("snd_strerror", alsa->strerror);
  symbols.Find("snd_lib_error_set_handler", set_error_handler);
  if (!symbols.missing().empty()) {
    error = file + " of this machine has no " + symbols.missing() + ": it is too old an ALSA";
    return nullptr;
  }
  set_error_handler(SayNothing);  // what matters is told by whoever sees it, in a sentence
  return alsa;
}

}  // namespace continuo::agent
