// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xml_writer.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>

namespace rumpus {

namespace {

/// Of a name that this program chose.
QString latin(std::string_view name)
{
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

/// XML 1.0, 2.2 "Characters"; those above U+FFFF come in two halves and are all allowed.
bool isXmlText(std::string_view text)
{
    const auto control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
    };
    return isUtf8(text) && std::ranges::none_of(text, control) && !text.contains("\xEF\xBF\xBE") &&
           !text.contains("\xEF\xBF\xBF");
}

} // namespace

XmlWriter::XmlWriter() : writer_(&bytes_)
{
    writer_.setAutoFormatting(true);
    writer_.setAutoFormattingIndent(2);
}

void XmlWriter::open(std::string_view name)
{
    place_ = name;
    writer_.writeStartElement(latin(name));
}

void XmlWriter::declareNamespace(std::string_view prefix, std::string_view uri)
{
    writer_.writeNamespace(latin(uri), latin(prefix));
}

void XmlWriter::attribute(std::string_view name, std::string_view value)
{
    writer_.writeAttribute(latin(name), checked(value));
}

void XmlWriter::text(std::string_view text)
{
    // a reader takes a bare carriage return for a newline (XML 1.0, 2.11), and Qt does not escape it
    const QStringList pieces = checked(text).split(u'\r');
    writer_.writeCharacters(pieces.front());
    for (const QString& piece : pieces.sliced(1)) {
        writer_.writeEntityReference(QStringLiteral("#13"));
        writer_.writeCharacters(piece);
    }
}

void XmlWriter::close()
{
    writer_.writeEndElement();
}

void XmlWriter::element(std::string_view name, std::string_view value)
{
    open(name);
    text(value);
    close();
}

void XmlWriter::empty(std::string_view name, Attributes attributes)
{
    place_ = name;
    writer_.writeEmptyElement(latin(name));
    for (const auto& [key, value] : attributes) {
        attribute(key, value);
    }
}

void XmlWriter::refuse(std::string what, std::string cure)
{
    if (!refusal_) {
        refusal_ = Error{.fault = Fault::Input, .what = std::move(what), .cure = std::move(cure)};
    }
}

QString XmlWriter::checked(std::string_view text)
{
    if (!isXmlText(text)) {
        refuse(
            formatted("libvirt's XML cannot hold \"{}\" (in <{}>)", printable(text.substr(0, 200)), place_),
            "leave out control characters and bytes that are no UTF-8");
        return {};
    }
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

Result<std::string> XmlWriter::finish() &&
{
    if (refusal_) {
        return std::unexpected(*refusal_);
    }
    return bytes_.toStdString() + '\n';
}

} // namespace rumpus
