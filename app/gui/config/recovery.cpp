// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/recovery.h"

#include "core/base/files.h"
#include "core/config/json_text.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <unistd.h>

namespace rumpus::gui {

namespace {

/// The copies that documents of this process hold.
std::set<std::filesystem::path>& held()
{
    static std::set<std::filesystem::path> copies;
    return copies;
}

QString unsavedFolder()
{
    QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (state.isEmpty()) {
        state = QDir::homePath() + QStringLiteral("/.local/state");
    }
    return state + QStringLiteral("/rumpus/unsaved");
}

/// Same program, so that the number of a process that is long gone means nothing.
bool isRunningWindow(qint64 process)
{
    const auto programOf = [](qint64 number) {
        return QFileInfo(QStringLiteral("/proc/%1/exe").arg(number)).symLinkTarget();
    };
    return process != ::getpid() && !programOf(process).isEmpty() &&
           programOf(process) == programOf(::getpid());
}

std::optional<UnsavedEdits> readCopy(const std::filesystem::path& file)
{
    // escapes make a text longer
    const Result<std::string> content = readFile(file, JsonText::largestText * 8);
    if (!content || held().contains(file)) {
        return std::nullopt;
    }
    const nlohmann::json json = nlohmann::json::parse(*content, nullptr, false);
    const auto textOf = [&](const char* key) -> std::string {
        const auto found = json.is_object() ? json.find(key) : json.end();
        return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const auto process = json.is_object() ? json.find("process") : json.end();
    const std::string config = textOf("config");
    if (config.empty() ||
        (process != json.end() && process->is_number_integer() && isRunningWindow(process->get<qint64>()))) {
        return std::nullopt;
    }
    return UnsavedEdits{.config = config,
                        .text = textOf("text"),
                        .time = QFileInfo(QString::fromStdString(file.native())).lastModified(),
                        .copy = file};
}

} // namespace

RecoveryCopy::~RecoveryCopy()
{
    held().erase(file_);
}

void RecoveryCopy::setConfig(const std::filesystem::path& config)
{
    remove();
    held().erase(file_);
    config_ = config;
    const QByteArray hash =
        QCryptographicHash::hash(QByteArray::fromStdString(config.native()), QCryptographicHash::Sha1);
    static int documents = 0;
    file_ = QStringLiteral("%1/%2-%3-%4.json")
                .arg(unsavedFolder(), QString::fromLatin1(hash.toHex()))
                .arg(::getpid())
                .arg(++documents)
                .toStdString();
    held().insert(file_);
}

void RecoveryCopy::write(std::string_view text)
{
    QDir().mkpath(unsavedFolder());
    QFile::setPermissions(unsavedFolder(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const nlohmann::json json{{"config", config_.native()}, {"process", ::getpid()}, {"text", text}};
    // a copy that cannot be written must not stand in the way of editing
    [[maybe_unused]] const Result<void> written =
        publishFile(file_, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void RecoveryCopy::remove()
{
    if (!file_.empty()) {
        std::error_code failed;
        std::filesystem::remove(file_, failed);
    }
}

std::vector<UnsavedEdits> unsavedEdits()
{
    std::vector<UnsavedEdits> found;
    const QDir folder(unsavedFolder());
    for (const QFileInfo& file : folder.entryInfoList({QStringLiteral("*.json")}, QDir::Files)) {
        if (std::optional<UnsavedEdits> edits = readCopy(file.filePath().toStdString())) {
            found.push_back(std::move(*edits));
        }
    }
    std::ranges::sort(found, std::ranges::greater{}, &UnsavedEdits::time);
    return found;
}

std::vector<UnsavedEdits> unsavedEdits(const std::filesystem::path& config)
{
    std::vector<UnsavedEdits> found = unsavedEdits();
    std::erase_if(found, [&](const UnsavedEdits& edits) { return edits.config != config; });
    return found;
}

void forget(const UnsavedEdits& edits)
{
    std::error_code failed;
    std::filesystem::remove(edits.copy, failed);
}

} // namespace rumpus::gui
