// XmlElement: a small XML document as a tree, for those that look things up in it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rumpus {

struct XmlElement {
    std::string name; ///< with its prefix, as it is written
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string text; ///< its own, without that of its children
    std::vector<XmlElement> children;

    /// The first child of that name; an empty element where there is none.
    const XmlElement& child(std::string_view childName) const;
    bool has(std::string_view childName) const { return &child(childName) != &none(); }
    /// All children of that name.
    std::vector<const XmlElement*> all(std::string_view childName) const;
    /// Empty where it is not there.
    std::string_view attribute(std::string_view attributeName) const;

private:
    static const XmlElement& none();
};

/// The root of a document of at most 4 MiB (libvirt's own limit of a string), 64 elements deep. Errors: it is
/// no XML, or more than that.
Result<XmlElement> readXml(std::string_view text);

} // namespace rumpus
