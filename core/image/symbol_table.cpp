// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/symbol_table.h"

#include <algorithm>

namespace rumpus {

namespace {

constexpr std::uint64_t mostTableBytes = 64U << 20U; // 2.8 million symbols
constexpr std::size_t mostNameBytes = 4096;
constexpr std::size_t mostNamesTogether = 64U
                                          << 20U; // names may overlap, so that is not bounded by the table

bool isPlace(const GElf_Sym& symbol)
{
    const unsigned char type = GELF_ST_TYPE(symbol.st_info);
    return symbol.st_shndx != SHN_UNDEF && symbol.st_shndx != SHN_ABS && symbol.st_shndx != SHN_COMMON &&
           type != STT_SECTION && type != STT_FILE && type != STT_TLS;
}

} // namespace

bool hasSymbolTable(const ElfFile& elf)
{
    const ElfSection* table = elf.sectionOfType(SHT_SYMTAB);
    return table != nullptr && table->header.sh_size > 0;
}

std::vector<RawSymbol> readSymbolTable(const ElfFile& elf)
{
    const ElfSection* table = elf.sectionOfType(SHT_SYMTAB);
    if (table == nullptr || table->header.sh_link >= elf.sections().size()) {
        return {};
    }
    const GElf_Shdr& nameTable = elf.sections()[table->header.sh_link].header;
    Elf_Data* entries = elf.data(table->header.sh_offset, table->header.sh_size, ELF_T_SYM, mostTableBytes);
    Elf_Data* text = elf.data(nameTable.sh_offset, nameTable.sh_size, ELF_T_BYTE, mostTableBytes);
    if (entries == nullptr || text == nullptr) {
        return {};
    }
    const std::string_view names(static_cast<const char*>(text->d_buf), text->d_size);
    const std::size_t count = entries->d_size / (elf.is64() ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym));
    std::vector<RawSymbol> symbols;
    std::size_t file = 0;
    std::string_view fileName;
    for (std::size_t i = 1, nameBytes = 0; i < count && nameBytes < mostNamesTogether; ++i) {
        GElf_Sym symbol{};
        if (gelf_getsym(entries, static_cast<int>(i), &symbol) == nullptr) {
            break;
        }
        const std::string_view name = stringAt(names, symbol.st_name, mostNameBytes);
        if (GELF_ST_TYPE(symbol.st_info) == STT_FILE) {
            file = i;
            fileName = name;
        }
        const bool isLocal = GELF_ST_BIND(symbol.st_info) == STB_LOCAL;
        if (isPlace(symbol) && !name.empty()) {
            nameBytes += name.size();
            symbols.push_back({.name = name,
                               .address = symbol.st_value,
                               .size = symbol.st_size,
                               .section = symbol.st_shndx,
                               .function = GELF_ST_TYPE(symbol.st_info) == STT_FUNC,
                               .file = isLocal ? file : 0,
                               .fileName = isLocal ? fileName : std::string_view{}});
        }
    }
    return symbols;
}

std::string symbolAt(const ElfFile& elf, std::uint64_t address, std::initializer_list<std::string_view> names)
{
    for (const RawSymbol& symbol : readSymbolTable(elf)) {
        if (symbol.address == address && std::ranges::contains(names, symbol.name)) {
            return std::string(symbol.name);
        }
    }
    return {};
}

} // namespace rumpus
