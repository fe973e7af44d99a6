// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/source_lexer.h"

#include "app/gui/base/scintilla.h"
#include "app/gui/base/theme.h"

#include <QFileInfo>

namespace rumpus::gui {

namespace {

/// Languages with C's comments and strings, and keywords of their own.
class CLikeLexer : public QsciLexerCPP {
public:
    CLikeLexer(const char* keywords, const char* types, QObject* parent)
        : QsciLexerCPP(parent), keywords_(keywords), types_(types)
    {
    }
    const char* keywords(int set) const override
    {
        return set == 1 ? keywords_ : set == 2 ? types_ : nullptr;
    }

private:
    const char* keywords_;
    const char* types_;
};

constexpr auto rustWords =
    "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match "
    "mod "
    "move mut pub ref return self Self static struct super trait true type unsafe use where while";
constexpr auto rustTypes =
    "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize String Vec "
    "Option Result Box";
constexpr auto goWords =
    "break case chan const continue default defer else fallthrough for func go goto if import "
    "interface map package range return select struct switch type var true false nil iota";
constexpr auto goTypes =
    "bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune "
    "string uint uint8 uint16 uint32 uint64 uintptr";
constexpr auto cWords =
    "alignas alignof and asm auto break case catch class concept const constexpr consteval constinit "
    "continue "
    "co_await co_return co_yield decltype default delete do else enum explicit export extern false final for "
    "friend "
    "goto if inline mutable namespace new noexcept nullptr operator override private protected public "
    "register "
    "requires return sizeof static static_assert struct switch template this throw true try typedef typename "
    "union "
    "using virtual volatile while restrict _Atomic _Static_assert _Noreturn __attribute__ __asm__";
constexpr auto cTypes =
    "bool char double float int long short signed unsigned void size_t ssize_t ptrdiff_t int8_t "
    "int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t uintptr_t intptr_t NULL";
constexpr auto assemblerWords =
    "mov movb movw movl movq movabs lea leal leaq push pushq pop popq call callq ret retq iretq jmp je jne "
    "jz jnz ja "
    "jae jb jbe jg jge jl jle js jns add addl addq sub subl subq inc dec and andl andq or orl orq xor xorl "
    "xorq cmp "
    "cmpl cmpq test testl testq shl shr sar rep movsb movsq stosb stosl stosq cld std cli sti hlt nop pause "
    "lgdt lidt "
    "ltr ljmp lret wrmsr rdmsr cpuid in inb inl out outb outl swapgs syscall sysret int ud2 fxsave fxrstor";

QColor inkOf(const QsciLexer& lexer, int style, const QPalette& palette)
{
    const QString what = lexer.description(style);
    const auto says = [&](const char16_t* word) {
        return what.contains(QStringView(word), Qt::CaseInsensitive);
    };
    if (says(u"comment")) {
        return colour(Tone::Quiet, palette);
    }
    if (says(u"string") || says(u"character") || says(u"regular expression") || says(u"triple")) {
        return colour(Tone::Good, palette);
    }
    if (says(u"number") || says(u"value")) {
        return colour(Tone::Notice, palette);
    }
    if (says(u"pre-processor") || says(u"decorator") || says(u"directive")) {
        return colour(Component::KernelVfs, palette);
    }
    if (says(u"secondary")) {
        return colour(Component::Platform, palette);
    }
    if (says(u"keyword") || says(u"target")) {
        return colour(Tone::Accent, palette);
    }
    return palette.color(QPalette::Text);
}

} // namespace

QsciLexer* makeLexer(const QString& path, QObject* parent)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    const auto isOneOf = [&](const QStringList& list) { return list.contains(suffix); };
    if (isOneOf({QStringLiteral("c"), QStringLiteral("h"), QStringLiteral("cc"), QStringLiteral("cpp"),
                 QStringLiteral("cxx"), QStringLiteral("hh"), QStringLiteral("hpp"),
                 QStringLiteral("inc")})) {
        return new CLikeLexer(cWords, cTypes, parent);
    }
    if (suffix == QStringLiteral("s") || suffix == QStringLiteral("asm")) {
        return new CLikeLexer(assemblerWords, "", parent);
    }
    if (suffix == QStringLiteral("rs")) {
        return new CLikeLexer(rustWords, rustTypes, parent);
    }
    if (suffix == QStringLiteral("go")) {
        return new CLikeLexer(goWords, goTypes, parent);
    }
    if (suffix == QStringLiteral("py")) {
        return new QsciLexerPython(parent);
    }
    if (suffix == QStringLiteral("json")) {
        return new QsciLexerJSON(parent);
    }
    if (suffix == QStringLiteral("mk") || QFileInfo(path).fileName() == QStringLiteral("Makefile")) {
        return new QsciLexerMakefile(parent);
    }
    return nullptr;
}

void paintLexer(QsciLexer* lexer, const QPalette& palette)
{
    static constexpr int styles = 128;
    const QFont font = codeFont();
    const QColor paper = palette.color(QPalette::Base);
    lexer->setDefaultFont(font);
    lexer->setDefaultPaper(paper);
    lexer->setDefaultColor(palette.color(QPalette::Text));
    lexer->setFont(font);
    lexer->setPaper(paper);
    for (int style = 0; style < styles; ++style) {
        if (!lexer->description(style).isEmpty()) {
            lexer->setColor(inkOf(*lexer, style, palette), style);
            lexer->setEolFill(false, style);
        }
    }
}

} // namespace rumpus::gui
