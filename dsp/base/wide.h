// SPDX-License-Identifier: Apache-2.0
#pragma once

// CONTINUO_WIDE before a function: where the compiler can, it makes a second one of it for processors with vectors of
// eight floats (AVX2), and as the program is loaded it is found out which is to run. Both give the same bits: wider
// vectors only do more of the same at once, and fused multiply-adds are no part of AVX2. For functions that are nothing
// but loops over many samples, without calls that are not inlined; those stay as they are. What picks the function runs
// before sanitizers are ready, so there it is left out.
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__AVX2__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CONTINUO_WIDE [[gnu::target_clones("avx2", "default")]]
#else
#define CONTINUO_WIDE
#endif
