// FrameValues: the arguments and variables of the frame that is looked at, asked for once for all who show
// them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QCoroTask>
#include <QObject>
#include <QSet>
#include <QString>

#include <cstdint>
#include <vector>

namespace rumpus::gui {

class DebugContext;
class Refresher;

class FrameValues : public QObject {
    Q_OBJECT
public:
    explicit FrameValues(DebugContext* context);

    /// Whether that view is on the screen.
    void want(const QObject* who, bool wanted);
    /// Innermost block first, as GDB lists them.
    const std::vector<Variable>& variables() const { return variables_; }
    /// The same as long as it is the same call of the same function. Known only at `settled`, a little after
    /// the values, which are painted before: until then it is the one of the stop before.
    const QString& frameKey() const { return key_; }
    /// The values are of the same function as those before, so most likely of the same call.
    bool isLikelySame() const { return likelySame_; }
    /// The key is of these values.
    bool isSettled() const { return keyIs_ == Key::Known; }
    const Frame& frame() const { return frame_; }
    Refresher& refresher() { return *refresher_; }

Q_SIGNALS:
    void arrived();
    void settled();

private:
    class Look;
    enum class Key : std::uint8_t { Known, OfTheStopBefore, Asked };
    QCoro::Task<> fetch();
    QCoro::Task<> settle();

    DebugContext* context_;
    Refresher* refresher_;
    QSet<const QObject*> wanted_;
    std::vector<Variable> variables_;
    QString key_;
    Frame frame_;
    bool likelySame_ = false;
    Key keyIs_ = Key::Known;
};

} // namespace rumpus::gui
