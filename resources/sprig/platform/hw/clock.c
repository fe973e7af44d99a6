/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/platform.h>
#include <stdio.h>

#include "hw.h"
#include "io.h"

/*
 * The time stamp counter is the clock and the APIC timer the alarm. Both are measured
 * against the old interval timer, whose rate is known; where that is missing, the APIC
 * timer of every hypervisor runs at 1 GHz.
 */
enum { PIT_CHANNEL0 = 0x40, PIT_COMMAND = 0x43, PIT_HZ = 1193182, PIT_TICKS = PIT_HZ / 500 };
enum { PIT_RATE_LOW_HIGH = 0x34, PIT_LATCH = 0x00, PIT_ONE_SHOT = 0x30, PIT_PATIENCE = 100000 };
static const uint64_t NS_PER_S = 1000000000;

static uint64_t ns_per_tsc;   /* in units of 2^-32 */
static uint64_t timer_per_ns; /* in units of 2^-32 */
static uint64_t tsc_at_start;

struct reading {
    uint64_t tsc;
    uint64_t width; /* how long it took: the shorter, the better */
    uint32_t timer; /* counts down */
    uint16_t pit;   /* counts down */
};

static uint16_t read_pit(void)
{
    out8(PIT_COMMAND, PIT_LATCH);
    uint16_t low = in8(PIT_CHANNEL0);
    return (uint16_t)(low | in8(PIT_CHANNEL0) << 8);
}

/* The best of some readings: a busy host may take the processor away in between. */
static struct reading read_all(void)
{
    struct reading best = {.width = UINT64_MAX};
    for (int i = 0; i < 8; i++) {
        uint64_t before = read_tsc();
        struct reading now = {.pit = read_pit(), .timer = hw_apic_timer_left()};
        now.tsc = read_tsc();
        now.width = now.tsc - before;
        if (now.width < best.width)
            best = now;
    }
    return best;
}

static bool wait_for_pit(uint16_t start)
{
    for (int i = 0; i < PIT_PATIENCE; i++) {
        uint16_t now = read_pit();
        if (now == 0xffff && start == 0xffff)
            return false;
        if ((uint16_t)(start - now) >= PIT_TICKS)
            return true;
    }
    return false;
}

static void wait_for_timer(uint32_t start)
{
    while (start - hw_apic_timer_left() < NS_PER_S / 500)
        __builtin_ia32_pause();
}

void hw_clock_start(void)
{
    out8(PIT_COMMAND, PIT_RATE_LOW_HIGH);
    out8(PIT_CHANNEL0, 0);
    out8(PIT_CHANNEL0, 0);
    hw_apic_timer_set(UINT32_MAX);

    struct reading from = read_all();
    bool have_pit = wait_for_pit(from.pit);
    if (!have_pit)
        wait_for_timer(from.timer);
    struct reading to = read_all();
    hw_apic_timer_set(0);
    out8(PIT_COMMAND, PIT_ONE_SHOT);

    uint64_t timer = from.timer - to.timer, tsc = to.tsc - from.tsc;
    uint64_t ns = have_pit ? (uint16_t)(from.pit - to.pit) * NS_PER_S / PIT_HZ : timer;
    ns_per_tsc = (ns << 32) / tsc;
    timer_per_ns = (timer << 32) / ns;
    tsc_at_start = to.tsc;
    printf("clock: time stamp counter at %lu MHz\n", tsc * 1000 / ns);
}

static uint64_t scale(uint64_t value, uint64_t factor)
{
    __extension__ typedef unsigned __int128 wide;
    return (uint64_t)((wide)value * factor >> 32);
}

uint64_t platform_clock_ns(void)
{
    return scale(read_tsc() - tsc_at_start, ns_per_tsc);
}

uint32_t hw_clock_timer_ticks_until(uint64_t ns)
{
    uint64_t now = platform_clock_ns();
    if (ns <= now)
        return 0;
    uint64_t wait = ns - now;
    if (wait > 4 * NS_PER_S)
        wait = 4 * NS_PER_S;
    uint64_t ticks = scale(wait, timer_per_ns) + 1;
    return ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}
