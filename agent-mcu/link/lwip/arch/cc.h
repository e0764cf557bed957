/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
uint32_t LwipRandom(void);
#ifdef __cplusplus
}
#endif

#define LWIP_RAND() LwipRandom()
#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_UNISTD_H 1
#define LWIP_PLATFORM_DIAG(words)
/* The board's fault record says where. */
#define LWIP_PLATFORM_ASSERT(words) __builtin_trap()
