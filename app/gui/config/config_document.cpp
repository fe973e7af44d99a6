// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/config_document.h"

#include "app/gui/config/json_edit.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QFutureWatcher>
#include <QPromise>
#include <QThreadPool>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

namespace rumpus::gui {

namespace {

constexpr std::chrono::milliseconds checkDelay{150};
constexpr std::chrono::milliseconds copyDelay{1500};
/// Editors write in several steps.
constexpr std::chrono::milliseconds diskDelay{60};

/// The bytes of a config that an editor can hold without changing them.
Result<std::string> readText(const std::filesystem::path& path)
{
    Result<std::string> text = readFile(path, JsonText::largestText);
    if (text && (!isUtf8(*text) || text->contains('\0'))) {
        return inputError(formatted("{} is no text in UTF-8", printable(path.native())),
                          "convert it, for example with iconv");
    }
    return text;
}

} // namespace

ConfigDocument::ConfigDocument(QObject* parent) : QObject(parent)
{
    for (QTimer* timer : {&diskTimer_, &checkTimer_, &copyTimer_}) {
        timer->setSingleShot(true);
    }
    diskTimer_.setInterval(diskDelay);
    checkTimer_.setInterval(checkDelay);
    copyTimer_.setInterval(copyDelay);
    connect(&diskTimer_, &QTimer::timeout, this, &ConfigDocument::onDiskEvent);
    connect(&checkTimer_, &QTimer::timeout, this, &ConfigDocument::startCheck);
    connect(&copyTimer_, &QTimer::timeout, this, [this] { copy_.write(text_); });
    connect(&watcher_, &QFileSystemWatcher::fileChanged, &diskTimer_, qOverload<>(&QTimer::start));
    connect(&watcher_, &QFileSystemWatcher::directoryChanged, &diskTimer_, qOverload<>(&QTimer::start));
}

Result<void> ConfigDocument::load(const std::filesystem::path& path)
{
    std::error_code failed;
    const std::filesystem::path whole = std::filesystem::absolute(path, failed).lexically_normal();
    Result<std::string> text = readText(whole);
    if (!text) {
        return std::unexpected(text.error());
    }
    onDisk_ = *text;
    text_ = std::move(*text);
    start(whole);
    return {};
}

void ConfigDocument::create(const std::filesystem::path& path, std::string text)
{
    onDisk_.reset();
    text_ = std::move(text);
    start(path.lexically_normal());
    copyTimer_.start();
}

void ConfigDocument::start(const std::filesystem::path& path)
{
    path_ = path;
    other_.reset();
    history_.clear();
    copyTimer_.stop();
    copy_.setConfig(path);
    recoverable_.clear();
    for (UnsavedEdits& edits : unsavedEdits(path)) {
        if (edits.text == text_) {
            forget(edits);
        } else {
            recoverable_.push_back(std::move(edits));
        }
    }
    json_.reset();
    watch();
    Q_EMIT textChanged();
    tellModified();
    startCheck();
}

void ConfigDocument::close()
{
    copyTimer_.stop();
    copy_.remove();
}

const JsonText& ConfigDocument::json() const
{
    if (!json_) {
        json_ = JsonText::parse(text_);
    }
    return *json_;
}

void ConfigDocument::setText(std::string text, TextEdit edit)
{
    if (text == text_) {
        return;
    }
    if (!edit.source.isEmpty()) {
        edit.source += QStringLiteral(" %1").arg(typing_);
    }
    history_.push(
        new TextCommand(text_, TextChange::between(text_, text), std::move(edit), [this] { onText(); }));
}

void ConfigDocument::setValue(const std::string& pointer, const std::optional<Json>& value, TextEdit edit)
{
    setText(withValue(text_, pointer, value), std::move(edit));
}

void ConfigDocument::onText()
{
    json_.reset();
    ++job_;
    checkTimer_.start();
    if (isModified()) {
        if (!copyTimer_.isActive()) {
            copyTimer_.start();
        }
    } else {
        close();
    }
    Q_EMIT textChanged();
    tellModified();
}

void ConfigDocument::tellModified()
{
    if (toldModified_ != isModified()) {
        toldModified_ = isModified();
        Q_EMIT modifiedChanged(toldModified_);
    }
}

void ConfigDocument::startCheck()
{
    checkTimer_.stop();
    const std::uint64_t job = ++job_;
    auto* watcher = new QFutureWatcher<ConfigCheck>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, job] {
        watcher->deleteLater();
        if (job == job_) {
            check_ = watcher->result();
            checkedJob_ = job;
            gatherProblems();
            Q_EMIT checked();
        }
    });
    auto answer = std::make_shared<QPromise<ConfigCheck>>();
    watcher->setFuture(answer->future());
    QThreadPool::globalInstance()->start([answer, path = path_, text = text_] {
        answer->start();
        answer->addResult(checkConfig(path, text));
        answer->finish();
    });
}

void ConfigDocument::watch()
{
    const QStringList old = watcher_.files() + watcher_.directories();
    const QString file = QString::fromStdString(path_.native());
    const QString place = QString::fromStdString(folder().native());
    QStringList stale = old;
    stale.removeAll(file);
    stale.removeAll(place);
    if (!stale.isEmpty()) {
        watcher_.removePaths(stale);
    }
    std::error_code failed;
    if (!watcher_.files().contains(file) && std::filesystem::exists(path_, failed)) {
        watcher_.addPath(file);
    }
    // a file that is replaced is another one: only its folder tells
    if (!watcher_.directories().contains(place) && std::filesystem::exists(folder(), failed)) {
        watcher_.addPath(place);
    }
}

void ConfigDocument::onDiskEvent()
{
    watch();
    const Result<std::string> text = readText(path_);
    const std::optional<std::string> now = text ? std::optional(*text) : std::nullopt;
    if (now == onDisk_) {
        other_.reset();
        // the image, a disk or a folder may have come or gone
        startCheck();
        return;
    }
    if (now && *now == text_) {
        setOnDisk(now);
        return;
    }
    if (now && !isModified()) {
        onDisk_ = now;
        setText(*now, {.label = tr("reload"), .source = {}});
        Q_EMIT reloaded();
        return;
    }
    if (!other_ || other_->text != now) {
        other_ = OtherVersion{.text = now};
        Q_EMIT changedOnDisk();
    }
}

void ConfigDocument::setOnDisk(std::optional<std::string> text)
{
    onDisk_ = std::move(text);
    other_.reset();
    if (!isModified()) {
        close();
    }
    tellModified();
}

void ConfigDocument::setCapabilities(std::optional<HostCapabilities> capabilities)
{
    capabilities_ = std::move(capabilities);
    Q_EMIT capabilitiesChanged();
    if (isChecked()) {
        gatherProblems();
    }
}

void ConfigDocument::gatherProblems()
{
    problems_ = check_.file.problems;
    if (capabilities_) {
        std::vector<Problem> refused = problemsOnHost(check_.file.config, *capabilities_);
        rumpus::locate(refused, text_);
        std::ranges::move(refused, std::back_inserter(problems_));
    }
    Q_EMIT problemsChanged();
}

ConfigDocument::Saved ConfigDocument::save(IfOther other)
{
    std::error_code failed;
    const bool exists = std::filesystem::exists(path_, failed);
    if (exists && other == IfOther::Refuse) {
        const Result<std::string> now = readText(path_);
        if (!now || (*now != text_ && (!onDisk_ || *now != *onDisk_))) {
            other_ = OtherVersion{.text = now ? std::optional(*now) : std::nullopt};
            Q_EMIT changedOnDisk();
            return Saved::OtherOnDisk;
        }
    }
    std::filesystem::create_directories(folder(), failed);
    if (const Result<void> saved = saveFile(path_, text_); !saved) {
        saveError_ = saved.error();
        return Saved::Failed;
    }
    endTyping();
    setOnDisk(text_);
    watch();
    return Saved::Yes;
}

Result<void> ConfigDocument::reload()
{
    Result<std::string> text = readText(path_);
    if (!text) {
        return std::unexpected(text.error());
    }
    onDisk_ = *text;
    other_.reset();
    setText(std::move(*text), {.label = tr("reload"), .source = {}});
    setOnDisk(onDisk_);
    return {};
}

void ConfigDocument::recover()
{
    if (!recoverable_.empty()) {
        setText(recoverable_.front().text, {.label = tr("recovered edits"), .source = {}});
        // now they are this document's own unsaved edits
        copy_.write(text_);
    }
    dropRecoverable();
}

void ConfigDocument::dropRecoverable()
{
    for (const UnsavedEdits& edits : recoverable_) {
        forget(edits);
    }
    recoverable_.clear();
}

} // namespace rumpus::gui
