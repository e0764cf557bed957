// SPDX-License-Identifier: Apache-2.0
#include "proto/discovery/text_list.h"

#include <avahi-common/malloc.h>

namespace continuo::discovery {

TextList::TextList(const Texts& texts) {
  for (const auto& [key, value] : texts) {
    list_ = avahi_string_list_add_pair(list_, key.c_str(), value.c_str());
  }
}

TextList::~TextList() {
  avahi_string_list_free(list_);
}

Texts TextsOf(AvahiStringList* list) {
  Texts texts;
  for (; list != nullptr; list = avahi_string_list_get_next(list)) {
    char* key = nullptr;
    char* value = nullptr;
    if (avahi_string_list_get_pair(list, &key, &value, nullptr) != 0) continue;
    texts.emplace(key, value != nullptr ? value : "");
    avahi_free(key);
    avahi_free(value);
  }
  return texts;
}

}  // namespace continuo::discovery
