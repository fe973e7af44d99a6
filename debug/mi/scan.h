// Finds the few bytes that matter to the grammar, 16 at a time where the processor can.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rumpus::mi {

/// Whether a byte cannot be part of a name: all up to the comma, all that is no ASCII, `=` and brackets.
/// GDB's names are letters, digits, `-` and `_`; more is let through than it writes.
constexpr bool endsName(char c)
{
    return static_cast<signed char>(c) <= ',' || c == '=' || c == '[' || c == ']' || c == '{' || c == '}';
}

/// The first byte that cannot be part of a name, or the end.
inline const char* findNameEnd(const char* at, const char* end)
{
#if defined(__SSE2__)
    for (; end - at >= 16; at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        // [ and { differ in one bit, and so do ] and }; DEL becomes no bracket by it
        const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(',' + 1));
        const __m128i equals = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('='));
        const __m128i brackets = _mm_or_si128(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')),
                                              _mm_cmpeq_epi8(folded, _mm_set1_epi8('}')));
        const auto found =
            static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(low, equals), brackets)));
        if (found != 0) {
            return at + std::countr_zero(found);
        }
    }
#endif
    while (at != end && !endsName(*at)) {
        ++at;
    }
    return at;
}

/// How many bytes marksOf looks at; 0 where it does not pay.
#if defined(__SSE2__)
inline constexpr std::ptrdiff_t markedBytes = 32;
#else
inline constexpr std::ptrdiff_t markedBytes = 0;
#endif

/// A bit for each of the next `markedBytes` bytes: whether it is a quote or a backslash.
inline std::uint32_t marksOf([[maybe_unused]] const char* at)
{
#if defined(__SSE2__)
    const auto half = [](const char* bytes16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes16));
        const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                           _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        return static_cast<std::uint32_t>(_mm_movemask_epi8(found));
    };
    return half(at) | half(at + 16) << 16U;
#else
    return 0;
#endif
}

/// The first quote or backslash, or the end.
inline const char* findQuoteOrBackslash(const char* at, const char* end)
{
#if defined(__SSE2__)
    for (; end - at >= 16; at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const auto found = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(
            _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')))));
        if (found != 0) {
            return at + std::countr_zero(found);
        }
    }
#endif
    while (at != end && *at != '"' && *at != '\\') {
        ++at;
    }
    return at;
}

} // namespace rumpus::mi
