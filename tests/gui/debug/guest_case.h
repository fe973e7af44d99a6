// What the tests of the debugger's views share: a guest under QEMU, a session on it, a context, and waiting.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/debug_context.h"
#include "app/session/run_session.h"

#include <QTest>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

class QTreeView;

namespace rumpus::gui {

/// Handles events until the condition is true; false: it never was.
bool waitUntil(const std::function<bool()>& condition);
/// Text of a cell.
QString cell(const QAbstractItemModel& model, int row, int column, const QModelIndex& parent = {});
/// The row whose first column says that; -1: none.
int rowOf(const QAbstractItemModel& model, const QString& text, const QModelIndex& parent = {});
/// The line of a sample's source that has these words, from 1.
int lineWith(const QString& source, const QString& words);

class GuestCase : public testing::Test {
protected:
    ~GuestCase() override;

    /// Launches a sample held, and debugs it from its first stop on.
    void debug(const std::string& sample, const std::string& config = {});
    /// The same by a config's whole path.
    void debugConfig(const std::string& file);
    /// Goes on to a place and waits for the stop.
    void runTo(const QString& place);
    void step(StepKind kind = StepKind::Over);
    bool waitForStop(std::uint64_t after);
    std::string evaluate(const std::string& expression);
    DebugSession& session() { return *context.session(); }
    static QString sourceOf(const std::string& sample);

    DebugContext context;
    std::unique_ptr<RunSession> run;
    QList<Error> failures;
};

} // namespace rumpus::gui
