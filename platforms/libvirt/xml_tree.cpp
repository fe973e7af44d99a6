// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xml_tree.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QXmlStreamReader>

#include <algorithm>

namespace rumpus {

namespace {

constexpr std::size_t most = std::size_t{4} << 20U;
constexpr int deepest = 64;

/// The element that has just been opened, with all in it.
XmlElement readElement(QXmlStreamReader& reader, int depth)
{
    XmlElement element;
    element.name = reader.qualifiedName().toUtf8().toStdString();
    for (const QXmlStreamAttribute& attribute : reader.attributes()) {
        element.attributes.emplace_back(attribute.qualifiedName().toUtf8().toStdString(),
                                        attribute.value().toUtf8().toStdString());
    }
    if (depth > deepest) {
        reader.raiseError(QStringLiteral("elements are too deep in one another"));
    }
    while (!reader.atEnd() && !reader.hasError()) {
        reader.readNext();
        if (reader.isEndElement()) {
            break;
        }
        if (reader.isStartElement()) {
            element.children.push_back(readElement(reader, depth + 1));
        } else if (reader.isCharacters()) {
            element.text += reader.text().toUtf8().toStdString();
        }
    }
    return element;
}

} // namespace

const XmlElement& XmlElement::none()
{
    static const XmlElement element;
    return element;
}

const XmlElement& XmlElement::child(std::string_view childName) const
{
    const auto found = std::ranges::find(children, childName, &XmlElement::name);
    return found == children.end() ? none() : *found;
}

std::vector<const XmlElement*> XmlElement::all(std::string_view childName) const
{
    std::vector<const XmlElement*> found;
    for (const XmlElement& element : children) {
        if (element.name == childName) {
            found.push_back(&element);
        }
    }
    return found;
}

std::string_view XmlElement::attribute(std::string_view attributeName) const
{
    const auto found =
        std::ranges::find(attributes, attributeName, &std::pair<std::string, std::string>::first);
    return found == attributes.end() ? std::string_view() : std::string_view(found->second);
}

Result<XmlElement> readXml(std::string_view text)
{
    if (text.size() > most) {
        return inputError("this XML is too large", "libvirt's own is less than 4 MiB");
    }
    QXmlStreamReader reader(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
    XmlElement root;
    if (reader.readNextStartElement()) {
        root = readElement(reader, 1);
    }
    if (reader.hasError()) {
        return inputError(formatted("this is no XML: {} in line {}",
                                    printable(reader.errorString().toStdString()), reader.lineNumber()));
    }
    return root;
}

} // namespace rumpus
