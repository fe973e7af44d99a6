// rumpus xenstore watch: every change, as it is seen.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/signals.h"
#include "app/cli/xenstore_command.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/xen/xenstore_journal.h"
#include "platforms/xen/xenstore_tree.h"

#include <QCoroFuture>
#include <QPromise>

#include <cstdio>
#include <utility>

namespace rumpus::cli {

namespace {

/// Prints what trees report, until it is enough.
class Reporter : public QObject {
public:
    explicit Reporter(XenstoreOptions options) : options_(std::move(options)) { promise_.start(); }

    void follow(XenstoreTree& tree)
    {
        connect(&tree, &XenstoreTree::changed, this, [this](const XenstoreChange& change) {
            tell(journal_.add(change));
            if (options_.number && ++told_ >= *options_.number) {
                end(EndedWell);
            }
        });
        connect(&tree, &XenstoreTree::gapped, this,
                [this](const XenstoreGap& gap) { tell(journal_.add(gap)); });
        connect(&tree, &XenstoreTree::stateChanged, this, [&tree](XenstoreTree::State state) {
            if (state == XenstoreTree::State::Waiting) {
                say(tree.words());
            }
        });
    }

    /// It is watched from now on.
    void begin(const XenstoreTree& tree)
    {
        journal_.meet(tree.find("/local/domain"));
        if (options_.json) {
            printJson({{"event", "watching"}, {"path", tree.rootPath()}, {"nodes", tree.size()}});
        } else {
            say(formatted("watching {}: {}", tree.rootPath(), counted(tree.size(), "node")));
        }
        if (options_.number == std::uint64_t{0}) {
            end(EndedWell);
        }
    }

    void end(int code)
    {
        if (!ended_) {
            ended_ = true;
            promise_.addResult(code);
            promise_.finish();
        }
    }
    QFuture<int> ended() const { return promise_.future(); }

private:
    void tell(const XenstoreEntry& entry)
    {
        if (ended_) {
            return;
        }
        if (options_.json) {
            printJson(toJson(entry, journal_));
        } else {
            print(toText(entry, journal_) + "\n");
        }
        if (std::ferror(stdout) != 0) {
            end(EndedWell); // who read it has gone
        }
    }

    XenstoreOptions options_;
    XenstoreJournal journal_{{.entries = 1}};
    QPromise<int> promise_;
    std::uint64_t told_ = 0;
    bool ended_ = false;
};

} // namespace

QCoro::Task<int> xenstoreWatch(XenstoreOptions options)
{
    const Result<std::unique_ptr<XenstoreClient>> client = xenstoreClient(options);
    if (!client) {
        co_return report(client.error());
    }
    if (options.paths.empty()) {
        options.paths = {"/"};
    }
    Reporter reporter(options);
    const Signals signals;
    QObject::connect(&signals, &Signals::interrupted, &reporter, [&] { reporter.end(Interrupted); });
    std::vector<std::unique_ptr<XenstoreTree>> trees;
    for (const std::string& path : options.paths) {
        trees.push_back(std::make_unique<XenstoreTree>(**client, path));
        reporter.follow(*trees.back());
        if (const Result<void> started = co_await trees.back()->start(); !started) {
            co_return report(started.error());
        }
        reporter.begin(*trees.back());
    }
    const QFuture<int> ended = reporter.ended();
    co_return co_await ended;
}

} // namespace rumpus::cli
