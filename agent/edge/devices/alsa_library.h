// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <alsa/asoundlib.h>

#include <memory>
#include <string>

namespace continuo::agent {

/// libasound, opened at run time: an agent starts on machines that have no ALSA. Functions have the library's own names
/// (alsa-project.org, "PCM Interface") without snd_pcm_ or snd_. Once opened it stays.
class AlsaLibrary {
 public:
  /// nullptr, and a sentence with what to do in `error`. It says nothing on stderr from then on.
  static std::unique_ptr<const AlsaLibrary> Load(const std::string& file, std::string& error);

  decltype(&snd_pcm_open) open = nullptr;
  decltype(&snd_pcm_close) close = nullptr;
  decltype(&snd_pcm_wait) wait = nullptr;
  decltype(&snd_pcm_prepare) prepare = nullptr;
  decltype(&snd_pcm_start) start = nullptr;
  decltype(&snd_pcm_drop) drop = nullptr;
  decltype(&snd_pcm_avail_update) avail_update = nullptr;
  decltype(&snd_pcm_writei) writei = nullptr;
  decltype(&snd_pcm_readi) readi = nullptr;
  decltype(&snd_pcm_status) status = nullptr;
  decltype(&snd_pcm_state) state = nullptr;
  decltype(&snd_pcm_hw_params) hw_params = nullptr;
  decltype(&snd_pcm_hw_params_malloc) hw_params_malloc = nullptr;
  decltype(&snd_pcm_hw_params_free) hw_params_free = nullptr;
  decltype(&snd_pcm_hw_params_any) hw_params_any = nullptr;
  decltype(&snd_pcm_hw_params_set_access) hw_params_set_access = nullptr;
  decltype(&snd_pcm_hw_params_test_format) hw_params_test_format = nullptr;
  decltype(&snd_pcm_hw_params_set_format) hw_params_set_format = nullptr;
  decltype(&snd_pcm_hw_params_get_channels_min) hw_params_get_channels_min = nullptr;
  decltype(&snd_pcm_hw_params_get_channels_max) hw_params_get_channels_max = nullptr;
  decltype(&snd_pcm_hw_params_set_channels) hw_params_set_channels = nullptr;
  decltype(&snd_pcm_hw_params_set_rate_resample) hw_params_set_rate_resample = nullptr;
  decltype(&snd_pcm_hw_params_set_rate) hw_params_set_rate = nullptr;
  decltype(&snd_pcm_hw_params_set_period_size_near) hw_params_set_period_size_near = nullptr;
  decltype(&snd_pcm_hw_params_set_buffer_size_near) hw_params_set_buffer_size_near = nullptr;
  decltype(&snd_pcm_hw_params_get_period_size) hw_params_get_period_size = nullptr;
  decltype(&snd_pcm_hw_params_get_buffer_size) hw_params_get_buffer_size = nullptr;
  decltype(&snd_pcm_sw_params) sw_params = nullptr;
  decltype(&snd_pcm_sw_params_malloc) sw_params_malloc = nullptr;
  decltype(&snd_pcm_sw_params_free) sw_params_free = nullptr;
  decltype(&snd_pcm_sw_params_current) sw_params_current = nullptr;
  decltype(&snd_pcm_sw_params_set_start_threshold) sw_params_set_start_threshold = nullptr;
  decltype(&snd_pcm_sw_params_set_avail_min) sw_params_set_avail_min = nullptr;
  decltype(&snd_pcm_sw_params_set_tstamp_mode) sw_params_set_tstamp_mode = nullptr;
  decltype(&snd_pcm_sw_params_set_tstamp_type) sw_params_set_tstamp_type = nullptr;
  decltype(&snd_pcm_status_malloc) status_malloc = nullptr;
  decltype(&snd_pcm_status_free) status_free = nullptr;
  decltype(&snd_pcm_status_get_delay) status_get_delay = nullptr;
  decltype(&snd_pcm_status_get_htstamp) status_get_htstamp = nullptr;
  decltype(&snd_strerror) strerror = nullptr;
};

inline constexpr const char* kAlsaLibrary = "libasound.so.2";

}  // namespace continuo::agent
