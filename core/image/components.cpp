// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/image.h"
#include "core/image/kind.h"
#include "core/image/source_map.h"

#include <algorithm>
#include <span>

namespace rumpus {

namespace {

using enum Component;

// whatever the kind
constexpr ComponentRule commonPaths[] = {
    {"/libgcc/", Compiler},      {"/libgcc2.c", Compiler},    {"/lib/gcc/", Compiler},
    {"/compiler-rt/", Compiler}, {"/compiler_rt/", Compiler}, {"/crtstuff.c", Compiler},
};

// libgcc's names (gcc internals manual, "The GCC low-level runtime library")
constexpr ComponentRule compilerSymbols[] = {
    {"__divti3", Compiler},
    {"__udivti3", Compiler},
    {"__modti3", Compiler},
    {"__umodti3", Compiler},
    {"__divmodti4", Compiler},
    {"__udivmodti4", Compiler},
    {"__multi3", Compiler},
    {"__mulxc3", Compiler},
    {"__muldc3", Compiler},
    {"__mulsc3", Compiler},
    {"__divxc3", Compiler},
    {"__popcount", Compiler},
    {"__clz", Compiler},
    {"__ctz", Compiler},
    {"__udivdi3", Compiler},
    {"__umoddi3", Compiler},
    {"_Unwind_", Compiler},
    {"__register_frame", Compiler},
    {"__deregister_frame", Compiler},
    {"__gcc_", Compiler},
    {"__emutls", Compiler},
};

std::optional<Component> byPath(std::span<const ComponentRule> rules, std::string_view path)
{
    const auto found =
        std::ranges::find_if(rules, [&](const ComponentRule& rule) { return path.contains(rule.text); });
    return found == rules.end() ? std::nullopt : std::optional(found->component);
}

std::optional<Component> bySymbol(std::span<const ComponentRule> rules, std::string_view symbol)
{
    const auto found =
        std::ranges::find_if(rules, [&](const ComponentRule& rule) { return symbol.starts_with(rule.text); });
    return found == rules.end() ? std::nullopt : std::optional(found->component);
}

} // namespace

Component componentOf(ImageKind kind, std::string_view sourceFile, std::string_view symbol)
{
    const ComponentRules kernel = kind->kernel == nullptr ? ComponentRules{} : kind->kernel->components;
    if (!sourceFile.empty()) {
        // a relative path is matched as if a slash stood before it
        const std::string path = "/" + std::string(sourceFile);
        const std::string normal = "/" + normalisedPath(sourceFile);
        for (const auto& [rules, where] :
             {std::pair{std::span<const ComponentRule>(commonPaths), &normal}, std::pair{kernel.ways, &path},
              std::pair{kernel.ways, &normal}, std::pair{kernel.paths, &normal}}) {
            if (const auto component = byPath(rules, *where)) {
                const bool inKernel = *component == Libc && !kernel.kernelPrefix.empty() &&
                                      symbol.starts_with(kernel.kernelPrefix);
                return inKernel ? KernelCore : *component;
            }
        }
        return Application;
    }
    if (const auto component = bySymbol(compilerSymbols, symbol)) {
        return *component;
    }
    return bySymbol(kernel.symbols, symbol).value_or(Other);
}

} // namespace rumpus
