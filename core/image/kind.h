// KindTraits: all that Rumpus knows of one kind of unikernel; each file of core/kinds fills in those of one
// kernel.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/image.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

struct GuestDialect; // core/dialect/dialect.h
struct GuestSpeech;  // core/dialect/guest_speech.h
struct KindClues;    // core/image/kind_clues.h

/// Why an image is of a kind, one clause each; empty: it is not.
using Evidence = std::vector<std::string>;

/// A piece of a path, or the start of a symbol, and what it belongs to; of a list the first that fits counts.
struct ComponentRule {
    std::string_view text;
    Component component;
};

struct ComponentRules {
    std::span<const ComponentRule> ways;  ///< matched with a path as the compiler wrote it, then as below
    std::span<const ComponentRule> paths; ///< matched with the normalised path
    std::span<const ComponentRule> symbols;
    std::string_view kernelPrefix; ///< of the symbols of C library files that the kernel has copies of
};

/// What all kinds of one kernel share.
struct Kernel {
    std::string_view applicationMain = "main"; ///< the function that an application begins with
    std::string_view mover; ///< the function that moves the kernel to where it runs; empty: it stays
    ComponentRules components;
    const GuestSpeech* speech = nullptr; ///< what its console says; null: nothing that we know
};

/// A machine on which a kind was seen not to run.
struct UnfitMachine {
    std::string_view name;     ///< as the host calls it (plan.h, MachineCapability)
    std::string_view firmware; ///< empty: with any
};

struct KindTraits {
    std::string_view key;   ///< in configs and JSON: "rumprun-hw"
    std::string_view title; ///< for people: "rumprun (hw)"
    const Kernel* kernel = nullptr;
    /// How it can be told its configuration; without a word in the config, the first.
    std::span<const GuestDialect* const> dialects;

    /// Of an ELF file. Null: no ELF file is of this kind.
    Evidence (*test)(const KindClues& clues) = nullptr;
    /// Of a file that is none (bzImage, EFI application). Its `evidence`, sections and boots are filled in.
    Evidence (*testForeign)(const Image& image) = nullptr;
    bool isGuess = false; ///< its tests count only where no other kind's do
    /// The ways to boot that make sense for it, of those that the file has. Null: all.
    std::vector<BootEntry> (*boots)(const KindClues& clues) = nullptr;

    /// Names of what is booted in its place and gets it as a module, the first found; empty: nothing.
    std::span<const std::string_view> loaders;
    std::string_view tender; ///< the Solo5 tender that it is for; empty: none
    std::span<const UnfitMachine> unfitMachines;
    bool findsVirtioMmio = false;    ///< most kernels look for their devices on PCI only
    std::string_view microvmOptions; ///< of QEMU's microvm (docs/system/i386/microvm), beside the usual ones
    bool usesOneCpu = false;
    /// The model of the card that the guest calls so. Null: virtio-net.
    std::string_view (*networkCard)(std::string_view interfaceName) = nullptr;
    std::span<const std::string_view> qemuArguments; ///< that QEMU needs for it
};

/// The function that moves a kernel away from where it is linked; empty: it runs there.
std::string_view kernelMover(ImageKind kind);

using KindList = std::span<const KindTraits>;

/// Every file's kinds, in the order of the files' names. Filled by the build from what is in core/kinds.
std::span<const KindList> kindFiles();

} // namespace rumpus
