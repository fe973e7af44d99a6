// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/size_history.h"

#include "core/base/files.h"

#include <QCryptographicHash>
#include <QDir>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace rumpus::gui {

namespace {

using Json = nlohmann::json;

// a file of this many parts is about 1 MiB
constexpr qsizetype mostParts = 10'000;

QString keyText(const QStringList& key)
{
    return key.join(u'\n');
}

Json toJson(const BuildSizes& sizes)
{
    Json parts = Json::object();
    const bool tooMany = sizes.parts.size() > mostParts;
    for (const auto& [key, bytes] : sizes.parts.asKeyValueRange()) {
        if (!tooMany || !key.contains(u'\n')) { // then the components alone
            parts[key.toStdString()] = {bytes.memory, bytes.file};
        }
    }
    return {{"built", sizes.built.toUTC().toString(Qt::ISODateWithMs).toStdString()},
            {"sizes", std::move(parts)}};
}

std::optional<BuildSizes> buildFrom(const Json& json)
{
    if (!json.is_object() || !json.contains("sizes") || !json["sizes"].is_object() ||
        !json.contains("built") || !json["built"].is_string()) {
        return std::nullopt;
    }
    BuildSizes build;
    build.built =
        QDateTime::fromString(QString::fromStdString(json["built"].get<std::string>()), Qt::ISODateWithMs);
    for (const auto& [key, bytes] : json["sizes"].items()) {
        if (bytes.is_array() && bytes.size() == 2 && bytes[0].is_number_unsigned() &&
            bytes[1].is_number_unsigned()) {
            build.parts.insert(QString::fromStdString(key), {.memory = bytes[0].get<std::uint64_t>(),
                                                             .file = bytes[1].get<std::uint64_t>()});
        }
    }
    return build;
}

} // namespace

BuildSizes BuildSizes::of(const SizeTree& tree, const QDateTime& built)
{
    BuildSizes sizes;
    sizes.built = built;
    for (int i = SizeTree::root + 1; i < tree.size(); ++i) {
        const SizeNode& node = tree.at(i);
        const bool isSymbol = node.what == SizeNode::What::Symbol;
        (isSymbol ? sizes.symbols : sizes.parts).insert(keyText(tree.keyOf(i)), node.bytes);
    }
    return sizes;
}

void SizeHistory::take(BuildSizes now)
{
    if (current && current->parts != now.parts) {
        previous = std::move(current);
    }
    current = std::move(now);
}

void compareWith(SizeTree& tree, const BuildSizes& before)
{
    // of many parts only the components are kept
    const bool hasParts = std::any_of(before.parts.keyBegin(), before.parts.keyEnd(),
                                      [](const QString& key) { return key.contains(u'\n'); });
    for (int i = SizeTree::root + 1; i < tree.size(); ++i) {
        SizeNode& node = tree.at(i);
        const bool isSymbol = node.what == SizeNode::What::Symbol;
        const bool known =
            isSymbol ? !before.symbols.isEmpty() : hasParts || node.what == SizeNode::What::Component;
        if (known) {
            node.before = (isSymbol ? before.symbols : before.parts).value(keyText(tree.keyOf(i)));
        }
    }
    Bytes sum;
    for (const auto& [key, bytes] : before.parts.asKeyValueRange()) {
        sum += key.contains(u'\n') ? Bytes() : bytes;
    }
    tree.at(SizeTree::root).before = sum;
}

std::filesystem::path historyFile(const std::filesystem::path& image)
{
    const QString state = qEnvironmentVariable("XDG_STATE_HOME");
    const QString base =
        QDir::isAbsolutePath(state) ? state : QDir::homePath() + QStringLiteral("/.local/state");
    const QByteArray hash =
        QCryptographicHash::hash(QByteArray::fromStdString(image.native()), QCryptographicHash::Sha256)
            .toHex();
    return std::filesystem::path(base.toStdString()) / "rumpus" / "sizes" /
           (image.filename().native().substr(0, 100) + "-" + hash.first(12).toStdString() + ".json");
}

SizeHistory loadHistory(const std::filesystem::path& file)
{
    SizeHistory history;
    const auto text = readFile(file);
    if (!text) {
        return history;
    }
    const Json json = Json::parse(*text, nullptr, false);
    if (json.is_object()) {
        history.current = json.contains("current") ? buildFrom(json["current"]) : std::nullopt;
        history.previous = json.contains("previous") ? buildFrom(json["previous"]) : std::nullopt;
    }
    return history;
}

Result<void> saveHistory(const std::filesystem::path& file, const SizeHistory& history)
{
    Json json = Json::object();
    if (history.current) {
        json["current"] = toJson(*history.current);
    }
    if (history.previous) {
        json["previous"] = toJson(*history.previous);
    }
    QDir().mkpath(QString::fromStdString(file.parent_path().native()));
    return publishFile(file, json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

} // namespace rumpus::gui
