// PlanModel: what Run would do with a config as it stands in the editor.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/config_document.h"
#include "app/session/prepare.h"
#include "core/plan/plan.h"
#include "platforms/host.h"

#include <QCoroTask>
#include <QObject>
#include <QPointer>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rumpus::gui {

/// A plan, or why there is none.
struct PlanAnswer {
    std::optional<LaunchPlan> plan;
    std::vector<Problem> problems; ///< warnings too
    std::optional<Error> error;
    std::string note;    ///< about the host's accelerator; may be empty
    std::string command; ///< in lines, for a shell
};

class PlanModel : public QObject {
    Q_OBJECT
public:
    explicit PlanModel(ConfigDocument& document, QObject* parent = nullptr);

    /// The host to plan for, by name; empty: the default one. `opener` is asked for it once somebody looks;
    /// without one, `openHost` is.
    void setHost(std::string name, HostOpener opener = {});
    /// Nothing is computed while nobody looks.
    void setActive(bool active);

    const PlanAnswer& answer() const { return answer_; }
    /// The plan in words: what, and how.
    std::vector<std::pair<QString, QString>> facts() const;

Q_SIGNALS:
    void changed();

private:
    void refresh();
    void take(std::uint64_t job, PlanAnswer answer);
    static QCoro::Task<> ask(QPointer<PlanModel> model, std::shared_ptr<Host> host, ConfigCheck check,
                             std::uint64_t job);

    Result<std::shared_ptr<Host>> host();

    ConfigDocument& document_;
    std::string hostName_;
    HostOpener opener_;
    std::shared_ptr<Host> host_;
    PlanAnswer answer_;
    std::uint64_t job_ = 0;
    bool active_ = false;
    bool stale_ = true;
};

/// A command in several lines, each option with its values in one of them.
std::string commandInLines(std::span<const std::string> words);

} // namespace rumpus::gui
