// ImageKind: which of the kinds of unikernel that core/kinds describes an image is of.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace rumpus {

struct KindTraits;
/// An ELF file that no other kind describes.
extern const KindTraits genericKind;

/// A value that stands for one kind; what is known of it is behind the arrow.
class ImageKind {
public:
    constexpr ImageKind() = default;
    constexpr explicit ImageKind(const KindTraits& kind) : kind_(&kind) {}

    constexpr const KindTraits* operator->() const { return kind_; }
    constexpr const KindTraits& operator*() const { return *kind_; }
    bool operator==(const ImageKind&) const = default;

private:
    const KindTraits* kind_ = &genericKind;
};

/// The key in configs and JSON ("rumprun-hw"), and back; the name for people ("rumprun (hw)").
std::string_view key(ImageKind kind);
std::optional<ImageKind> imageKind(std::string_view key);
std::string_view title(ImageKind kind);
/// All kinds' keys, the generic one last; for completion and for the nearest known word.
std::vector<std::string_view> imageKindKeys();

/// The function that an application of that kind begins with.
std::string_view applicationMain(ImageKind kind);

} // namespace rumpus
