// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "support/program.h"

namespace continuo {

/// A JACK server with a name of its own and no sound card (jackd -d dummy). Ended with the object, by its pid.
class JackServer {
 public:
  /// Not started. `number` tells servers of one test apart.
  JackServer(const std::filesystem::path& folder, int number, int rate = 48000, int period = 128);
  ~JackServer();

  void Start();
  /// kill -9
  void Kill();
  void Stop();
  const std::string& name() const { return name_; }
  /// What it wrote.
  std::string Output() const;

 private:
  const std::string name_, log_;
  const int rate_, period_;
  std::unique_ptr<Program> program_;
};

}  // namespace continuo
