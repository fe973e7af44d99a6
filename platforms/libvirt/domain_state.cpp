// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/domain_state.h"

#include <libvirt/libvirt.h>

namespace rumpus {

namespace {

using Life = DomainCondition::Life;

DomainCondition paused(int reason)
{
    switch (reason) {
    case VIR_DOMAIN_PAUSED_IOERROR:
        return {.life = Life::Paused, .why = "a disk failed or is full: mend it, then resume"};
    case VIR_DOMAIN_PAUSED_CRASHED:
        return {.life = Life::Ended, .why = "the guest panicked", .crashed = true};
    case VIR_DOMAIN_PAUSED_DUMP: return {.life = Life::Paused, .why = "its memory is being dumped"};
    case VIR_DOMAIN_PAUSED_SAVE: return {.life = Life::Paused, .why = "it is being saved"};
    case VIR_DOMAIN_PAUSED_MIGRATION: return {.life = Life::Paused, .why = "it is being migrated"};
    case VIR_DOMAIN_PAUSED_WATCHDOG: return {.life = Life::Paused, .why = "its watchdog fired"};
    case VIR_DOMAIN_PAUSED_API_ERROR:
    case VIR_DOMAIN_PAUSED_POSTCOPY_FAILED:
        return {.life = Life::Paused, .why = "something on the host failed: look at its log"};
    default: return {.life = Life::Paused};
    }
}

} // namespace

DomainCondition conditionFromState(int state, int reason)
{
    switch (state) {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED: return {.life = Life::Runs};
    case VIR_DOMAIN_PAUSED: return paused(reason);
    case VIR_DOMAIN_PMSUSPENDED: return {.life = Life::Paused, .why = "the guest sleeps"};
    case VIR_DOMAIN_SHUTDOWN: return {.life = Life::Ended, .guestEnded = true};
    case VIR_DOMAIN_CRASHED: return {.life = Life::Ended, .why = "the guest panicked", .crashed = true};
    case VIR_DOMAIN_SHUTOFF:
        switch (reason) {
        case VIR_DOMAIN_SHUTOFF_SHUTDOWN: return {.life = Life::Gone, .guestEnded = true};
        case VIR_DOMAIN_SHUTOFF_DESTROYED:
            return {.life = Life::Gone, .why = "its domain was destroyed on the host"};
        case VIR_DOMAIN_SHUTOFF_CRASHED:
            return {.life = Life::Gone, .why = "the host says that it crashed", .crashed = true};
        case VIR_DOMAIN_SHUTOFF_MIGRATED:
            return {.life = Life::Gone, .why = "it was migrated to another host"};
        case VIR_DOMAIN_SHUTOFF_SAVED: return {.life = Life::Gone, .why = "it was saved to a file"};
        case VIR_DOMAIN_SHUTOFF_FAILED: return {.life = Life::Gone, .why = "it could not be started"};
        default: return {.life = Life::Gone};
        }
    default: return {};
    }
}

std::optional<DomainCondition> conditionFromEvent(int event, int detail)
{
    if (event == VIR_DOMAIN_EVENT_CRASHED) {
        return DomainCondition{.life = Life::Ended, .why = "the guest panicked", .crashed = true};
    }
    if (event != VIR_DOMAIN_EVENT_STOPPED) {
        return std::nullopt;
    }
    switch (detail) {
    case VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN: return DomainCondition{.life = Life::Gone, .guestEnded = true};
    case VIR_DOMAIN_EVENT_STOPPED_DESTROYED:
        return DomainCondition{.life = Life::Gone, .why = "its domain was destroyed on the host"};
    case VIR_DOMAIN_EVENT_STOPPED_CRASHED:
        return DomainCondition{.life = Life::Gone, .why = "the host says that it crashed", .crashed = true};
    case VIR_DOMAIN_EVENT_STOPPED_MIGRATED:
        return DomainCondition{.life = Life::Gone, .why = "it was migrated to another host"};
    case VIR_DOMAIN_EVENT_STOPPED_SAVED:
        return DomainCondition{.life = Life::Gone, .why = "it was saved to a file"};
    case VIR_DOMAIN_EVENT_STOPPED_FAILED:
        return DomainCondition{.life = Life::Gone, .why = "its QEMU failed: look at the host's log"};
    default: return DomainCondition{.life = Life::Gone};
    }
}

} // namespace rumpus
