// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/debug/guest_case.h"

#include "app/gui/debug/breakpoint_book.h"
#include "app/session/debugging.h"

#include <QAbstractItemModel>
#include <QCoroTask>
#include <QFile>

#include <iostream>

#include "tests/gui/wait.h"

namespace rumpus::gui {

namespace {
constexpr int patience = 15'000; // nothing here takes so long unless it hangs

std::string guests()
{
    return qEnvironmentVariable("GUESTS", QStringLiteral(RUMPUS_BINARY_DIR "/guests")).toStdString();
}
} // namespace

bool waitUntil(const std::function<bool()>& condition)
{
    return waitUntil(condition, patience);
}

QString cell(const QAbstractItemModel& model, int row, int column, const QModelIndex& parent)
{
    return model.index(row, column, parent).data().toString();
}

int rowOf(const QAbstractItemModel& model, const QString& text, const QModelIndex& parent)
{
    for (int row = 0; row < model.rowCount(parent); ++row) {
        if (cell(model, row, 0, parent) == text) {
            return row;
        }
    }
    return -1;
}

int lineWith(const QString& source, const QString& words)
{
    QFile file(source);
    EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << source.toStdString();
    const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
    for (int i = 0; i < lines.size(); ++i) {
        if (lines.at(i).contains(words)) {
            return i + 1;
        }
    }
    ADD_FAILURE() << words.toStdString() << " is not in " << source.toStdString();
    return 0;
}

GuestCase::~GuestCase()
{
    if (HasFailure()) {
        for (const Error& failure : failures) {
            std::cout << "told: " << toString(failure) << '\n';
        }
        if (context.session()) {
            const std::string told = context.session()->gdb().transcript().text();
            std::cout << (told.size() > 4000 ? told.substr(told.size() - 4000) : told) << '\n';
        }
    }
    if (const auto last = context.session()) {
        context.setSession(nullptr);
        last->close();
        last->gdb().kill();
        waitUntil([&] { return !last->gdb().isRunning(); });
    }
    if (run && run->guest() != nullptr) {
        QCoro::waitFor(run->guest()->kill());
    }
}

QString GuestCase::sourceOf(const std::string& sample)
{
    return QString::fromStdString(guests() + "/" + sample + "/" + sample + ".c");
}

void GuestCase::debug(const std::string& sample, const std::string& config)
{
    debugConfig(guests() + "/" + sample + "/" + (config.empty() ? sample : config) + ".unikernel.json");
}

void GuestCase::debugConfig(const std::string& file)
{
    QObject::connect(&context, &DebugContext::failed, &context,
                     [this](const Error& error) { failures << error; });
    Result<std::unique_ptr<Host>> host = openHost("local");
    ASSERT_TRUE(host);
    run = std::make_unique<RunSession>(std::move(*host));
    const auto started = QCoro::waitFor(run->start(file, {.debug = true}));
    ASSERT_TRUE(started) << (started.error().error ? toString(*started.error().error) : "config refused");
    const auto session =
        QCoro::waitFor(attachTo(run->guest(), &run->prepared()->file, context.breakpoints().wishes()));
    ASSERT_TRUE(session) << toString(session.error());
    context.setSession(*session, QString::fromStdString(file));
    ASSERT_TRUE(context.mayAsk());
}

bool GuestCase::waitForStop(std::uint64_t after)
{
    return waitUntil([&] { return context.mayAsk() && context.generation() > after; });
}

void GuestCase::runTo(const QString& place)
{
    const std::uint64_t before = context.generation();
    context.runTo(place);
    ASSERT_TRUE(waitForStop(before)) << place.toStdString();
}

void GuestCase::step(StepKind kind)
{
    const std::uint64_t before = context.generation();
    context.step(kind);
    ASSERT_TRUE(waitForStop(before));
}

std::string GuestCase::evaluate(const std::string& expression)
{
    const Result<std::string> value = QCoro::waitFor(session().evaluate(expression));
    EXPECT_TRUE(value) << expression;
    return value.value_or("");
}

} // namespace rumpus::gui
