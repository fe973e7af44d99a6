// From F10 to source, stack and variables painted, against the headless session's step with the same answers.
//
// Two guests stand at the same line, one under the window's views, one under a DebugSession alone; both step
// by turns. Prints the ratio, with a stack 5 and 200 deep.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/call_stack_view.h"
#include "app/gui/debug/frame_values.h"
#include "app/gui/debug/paint_gate.h"
#include "app/gui/debug/variables_view.h"
#include "app/gui/source/source_area.h"
#include "app/gui/source/source_editor.h"
#include "app/gui/source/source_view.h"
#include "app/session/debugging.h"
#include "app/session/run_session.h"

#include <QApplication>
#include <QCoroTask>
#include <QDockWidget>
#include <QMainWindow>
#include <QTabWidget>
#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

namespace {

using namespace rumpus;
using namespace rumpus::gui;
using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& words)
{
    std::fprintf(stderr, "gui_step_bench: %s\n", words.c_str());
    std::exit(1);
}

/// A guest that stands in the sample's loop.
class Standing {
public:
    explicit Standing(const std::string& config)
    {
        Result<std::unique_ptr<Host>> host = openHost("local");
        run_ = std::make_unique<RunSession>(std::move(*host));
        if (!QCoro::waitFor(run_->start(config, {.debug = true}))) {
            fail("cannot launch " + config);
        }
        const auto attached =
            QCoro::waitFor(attachTo(run_->guest(), &run_->prepared()->file, {breakpointAt("work_for_ever")}));
        if (!attached) {
            fail(toString(attached.error()));
        }
        session = *attached;
        const std::uint64_t before = session->generation();
        QCoro::waitFor(session->resume());
        QCoro::waitFor(session->untilStopped(before));
    }
    ~Standing()
    {
        session->close();
        QCoro::waitFor(run_->guest()->kill());
    }
    Standing(const Standing&) = delete;
    Standing& operator=(const Standing&) = delete;

    std::shared_ptr<DebugSession> session;

private:
    std::unique_ptr<RunSession> run_;
};

QCoro::Task<bool> stepAndLook(std::shared_ptr<DebugSession> session, int frames)
{
    const std::uint64_t before = session->generation();
    const Result<void> moved = co_await session->step(StepKind::Over);
    const Result<Stop> stop = moved ? co_await session->untilStopped(before) : std::unexpected(moved.error());
    const auto stack = co_await session->stack(0, frames);
    const auto variables = co_await session->variables(0);
    co_return stop&& stack&& variables && !stack->empty() && variables->size() == 3;
}

/// The window's middle and two docks, and when they were painted last.
class Window : public QObject {
public:
    Window()
    {
        new PaintGate(&context_, &window_);
        window_.resize(1280, 800);
        window_.setCentralWidget(&tabs_);
        for (QWidget* view : std::initializer_list<QWidget*>{&stack_, &variables_}) {
            auto* dock = new QDockWidget(&window_);
            dock->setWidget(view);
            window_.addDockWidget(Qt::RightDockWidgetArea, dock);
        }
        window_.show();
        const auto answer = [this] {
            lastAnswer_ = sinceKey();
            awaitPainting();
        };
        connect(&context_, &DebugContext::stopped, this, [this] { stopped.push_back(sinceKey()); });
        connect(&stack_.model().refresher(), &Refresher::finished, this, answer);
        connect(&context_.values(), &FrameValues::arrived, this, [this, answer] {
            valuesCame_ = true;
            answer();
        });
    }
    ~Window() override
    {
        tabs_.clear();
        context_.setSession(nullptr);
    }

    void look(const std::shared_ptr<DebugSession>& session)
    {
        context_.setSession(session);
        untilPainted(0);
        area_.current()->editor().viewport()->installEventFilter(this);
    }
    void step()
    {
        const std::uint64_t before = context_.generation();
        valuesCame_ = false;
        firstPaint_ = 0;
        start_ = Clock::now();
        context_.step(StepKind::Over);
        untilPainted(before);
        answered.push_back(lastAnswer_);
        began.push_back(firstPaint_);
    }
    /// What the window asks after painting is not to be paid for by the other session.
    void settle()
    {
        while (!context_.values().isSettled()) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
    }
    /// As many as the view shows.
    int frames() { return static_cast<int>(stack_.model().frames().size()) + 1; }
    /// How long after the key, in milliseconds: the stop known, the last answer known, the first view's
    /// painting.
    std::vector<double> stopped;
    std::vector<double> answered;
    std::vector<double> began;

protected:
    bool eventFilter(QObject* /*watched*/, QEvent* event) override
    {
        if (event->type() == QEvent::Paint) {
            painted_ = true;
            firstPaint_ = firstPaint_ == 0 ? sinceKey() : firstPaint_;
        }
        return false;
    }

private:
    double sinceKey() const
    {
        return std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    }
    /// All views are painted together, after an answer: so when the editor is, with a pixel more of its
    /// place, all are that had anything to show.
    void awaitPainting()
    {
        const SourceEditor& editor = area_.current()->editor();
        const auto line = static_cast<unsigned long>(editor.place());
        const auto start = editor.SendScintilla(QsciScintillaBase::SCI_POSITIONFROMLINE, line);
        const long y = editor.SendScintilla(QsciScintillaBase::SCI_POINTYFROMPOSITION, 0UL, start);
        editor.viewport()->update(QRect(0, static_cast<int>(y) + 1, 1, 1));
        painted_ = false;
    }
    void untilPainted(std::uint64_t after)
    {
        while (context_.generation() <= after || !context_.mayAsk() || !valuesCame_ ||
               !stack_.model().refresher().isCurrent() || !painted_) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            if (after == 0 && valuesCame_ && stack_.model().refresher().isCurrent()) {
                painted_ = true;
            }
        }
    }

    DebugContext context_;
    QMainWindow window_;
    QTabWidget tabs_;
    SourceArea area_{&tabs_, &context_};
    CallStackView stack_{&context_};
    VariablesView variables_{&context_};
    bool painted_ = true;
    bool valuesCame_ = false;
    Clock::time_point start_;
    double lastAnswer_ = 0;
    double firstPaint_ = 0;
};

double median(std::vector<double> values)
{
    std::ranges::nth_element(values, values.begin() + std::ssize(values) / 2);
    return values[values.size() / 2];
}

void measure(const std::string& config, const char* name)
{
    static constexpr int rounds = 300;
    const Standing shown(config);
    const Standing headless(config);
    std::vector<double> window;
    std::vector<double> alone;
    Window views;
    views.look(shown.session);
    for (int i = 0; i < rounds; ++i) {
        const auto start = Clock::now();
        views.step();
        const auto painted = Clock::now();
        views.settle();
        const auto middle = Clock::now();
        if (!QCoro::waitFor(stepAndLook(headless.session, views.frames()))) {
            fail("a step went wrong");
        }
        window.push_back(std::chrono::duration<double, std::milli>(painted - start).count());
        alone.push_back(std::chrono::duration<double, std::milli>(Clock::now() - middle).count());
    }
    std::vector<double> ratios;
    std::ranges::transform(window, alone, std::back_inserter(ratios), std::divides());
    std::printf("F10 to painted, %3s deep  %6.2f ms   headless session %6.2f ms   ratio %.2f (at most 1.3)\n",
                name, median(window), median(alone), median(ratios));
    std::printf(
        "    of which the stop was known after %.2f ms, all answers after %.2f ms, painting began after "
        "%.2f ms\n",
        median(views.stopped), median(views.answered), median(views.began));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("XDG_CONFIG_HOME", home.path().toLocal8Bit());
    const QApplication application(argc, argv);
    const std::string guests = argc > 1 ? argv[1] : "build/release/guests";
    measure(guests + "/deep/deep5.unikernel.json", "5");
    measure(guests + "/deep/deep200.unikernel.json", "200");
    return 0;
}
