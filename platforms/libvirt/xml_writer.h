// XmlWriter: XML from UTF-8 texts, none of which can break out of its place.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QXmlStreamWriter>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rumpus {

class XmlWriter {
public:
    using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    XmlWriter();

    void open(std::string_view name);
    /// For the element that was just opened and what is in it.
    void declareNamespace(std::string_view prefix, std::string_view uri);
    void attribute(std::string_view name, std::string_view value);
    void text(std::string_view text);
    void close();
    /// An element with nothing but text in it.
    void element(std::string_view name, std::string_view text);
    void empty(std::string_view name, Attributes attributes = {});

    /// Notes why there will be no document; the first reason counts.
    void refuse(std::string what, std::string cure);

    /// The document. Errors: the first refusal; a text that XML 1.0 (2.2) cannot hold.
    Result<std::string> finish() &&;

private:
    QString checked(std::string_view text);

    QByteArray bytes_;
    QXmlStreamWriter writer_;
    std::string place_; ///< the element that is written, for errors
    std::optional<Error> refusal_;
};

} // namespace rumpus
