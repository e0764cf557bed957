// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <avahi-common/strlst.h>

#include "proto/discovery/services.h"

namespace continuo::discovery {

/// Texts as Avahi wants them.
class TextList {
 public:
  explicit TextList(const Texts& texts);
  ~TextList();
  TextList(const TextList&) = delete;
  TextList& operator=(const TextList&) = delete;
  AvahiStringList* get() const { return list_; }

 private:
  AvahiStringList* list_ = nullptr;
};

/// Of a key that is there twice the first counts (RFC 6763, section 6.4).
Texts TextsOf(AvahiStringList* list);

}  // namespace continuo::discovery
