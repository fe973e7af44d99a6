// GuestStatus: what a guest really did of what it was told, key by key.
//
// The console is read from its first byte and followed; what only the network or Xenstore can tell is asked
// when somebody wants to know.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/dialect/guest_keys.h"
#include "platforms/host.h"

#include <QCoroTask>
#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

class GuestStatus : public QObject {
    Q_OBJECT
public:
    /// `guest` must live longer. Errors show as no keys: a guest that is not ours has no plan to know them
    /// by.
    explicit GuestStatus(Guest& guest);

    const std::vector<GuestKey>& keys() const { return listener_.keys(); }
    /// One for each key.
    std::vector<KeyVerdict> verdicts() const;

    /// Ends when all is judged that the guest has printed up to now.
    QCoro::Task<> catchUp();
    /// Tries a running guest's network: each forwarded TCP port, where a connection that stays is an answer,
    /// and each static address on a network that its host can be in, by pings from there.
    QCoro::Task<> tryNetwork();
    /// Asks a Xen host's Xenstore how far the guest's devices have come. Nothing on other hosts.
    QCoro::Task<> askXenstore();

Q_SIGNALS:
    void changed();

private:
    static KeyListener listenerFor(const Guest& guest);
    void note(std::size_t index, KeyVerdict verdict);
    /// What the network says of a key; nothing: it has no word for it.
    QCoro::Task<std::optional<KeyVerdict>> askNetwork(const GuestKey& key);

    Guest& guest_;
    KeyListener listener_;
    std::size_t heard_ = 0; ///< bytes
    std::unique_ptr<ConsoleChannel> console_;
    std::map<std::size_t, KeyVerdict> asked_; ///< by the key's index; stand above what the console says
};

Json toJson(const GuestKey& key, const KeyVerdict& verdict);

} // namespace rumpus
