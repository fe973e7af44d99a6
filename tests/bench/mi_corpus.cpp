// SPDX-License-Identifier: GPL-3.0-or-later
#include "mi_corpus.h"

#include <array>
#include <format>
#include <iterator>
#include <random>

namespace rumpus::bench {

namespace {

/// One of each shape after another, with numbers that differ.
class Writer {
public:
    explicit Writer(std::string& text) : text_(text) {}

    /// No shape has more than half of the bytes.
    void round()
    {
        children(4096);
        for (int i = 0; i < 5; ++i) {
            frames(200);
            symbols(300);
        }
        for (int i = 0; i < 10; ++i) {
            memory(4096);
            breakpoints(12);
            registers(150);
        }
        for (int i = 0; i < 50; ++i) {
            stop();
        }
        console(100);
    }

private:
    template <typename... Args>
    void put(std::format_string<Args...> form, Args&&... args)
    {
        std::format_to(std::back_inserter(text_), form, std::forward<Args>(args)...);
    }

    void comma(int i)
    {
        if (i > 0) {
            text_ += ',';
        }
    }

    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

    void frame(int level)
    {
        static constexpr std::array<const char*, 5> functions{"bmk_sched_blockprepare", "rumpuser_cv_wait",
                                                              "soreceive", "sys___select50", "main"};
        const char* const function = functions[below(functions.size())];
        put(R"({{level="{}",addr="0x{:016x}",func="{}",file="src-netbsd/sys/kern/uipc_socket.c",)", level,
            0x100000 + below(0x400000), function);
        put(R"(fullname="/src/rumprun/src-netbsd/sys/kern/uipc_socket.c",line="{}",arch="i386:x86-64"}})",
            below(3000));
    }

    void frames(int count)
    {
        put("{}^done,stack=[", ++token_);
        for (int i = 0; i < count; ++i) {
            comma(i);
            text_ += "frame=";
            frame(i);
        }
        text_ += "]\n";
    }

    void children(int count)
    {
        put(R"({}^done,numchild="{}",children=[)", ++token_, count);
        for (int i = 0; i < count; ++i) {
            comma(i);
            put(R"(child={{name="var1.{}",exp="{}",numchild="0",value="{}",type="int",thread-id="1"}})", i, i,
                below(1U << 31U));
        }
        text_ += "],has_more=\"0\"\n";
    }

    void memory(int count)
    {
        put(R"({}^done,memory=[{{begin="0x00000000001{:05x}",offset="0x0000000000000000",end=)", ++token_,
            below(0x10000));
        put(R"("0x0000000000200000",contents=")");
        for (int i = 0; i < count; ++i) {
            put("{:02x}", below(256));
        }
        text_ += "\"}]\n";
    }

    void breakpoints(int count)
    {
        put(R"({}^done,BreakpointTable={{nr_rows="{}",nr_cols="6",hdr=[)", ++token_, count);
        text_ += R"({width="7",alignment="-1",col_name="number",colhdr="Num"},)"
                 R"({width="40",alignment="2",col_name="what",colhdr="What"}],body=[)";
        for (int i = 0; i < count; ++i) {
            comma(i);
            put(R"(bkpt={{number="{}",type="breakpoint",disp="keep",enabled="y",addr="0x{:016x}",)", i + 1,
                below(1U << 30U));
            put(R"x(func="worker(int, char const*)",file="app.cpp",fullname="/src/app/app.cpp",line="{}",)x",
                below(500));
            text_ += R"x(thread-groups=["i1"],cond="name && !strcmp(name, \"eth0\")",times="0",)x"
                     R"x(script={"silent","printf \"%s\\n\", name"},original-location="worker"})x";
        }
        text_ += "]}\n";
    }

    void symbols(int count)
    {
        put(R"({}^done,symbols={{debug=[{{filename="kern/subr_pool.c",)", ++token_);
        text_ += R"(fullname="/src/rumprun/kern/subr_pool.c",symbols=[)";
        for (int i = 0; i < count; ++i) {
            comma(i);
            put(R"x({{line="{}",name="pool_cache_{}",type="void *(struct pool_cache *, int, paddr_t *)",)x",
                below(2000), below(1000));
            put(R"x(description="void *pool_cache_{}(struct pool_cache *, int, paddr_t *);"}})x",
                below(1000));
        }
        text_ += "]}]}\n";
    }

    void registers(int count)
    {
        put("{}^done,register-values=[", ++token_);
        for (int i = 0; i < count; ++i) {
            comma(i);
            put(R"({{number="{}",value="0x{:x}"}})", i, below(1U << 31U));
        }
        text_ += "]\n";
    }

    void stop()
    {
        put("{}^running\n*running,thread-id=\"all\"\n(gdb) \n", ++token_);
        put(R"(*stopped,reason="breakpoint-hit",disp="keep",bkptno="{}",frame=)", below(12) + 1);
        frame(0);
        text_ += ",thread-id=\"1\",stopped-threads=\"all\"\n(gdb) \n";
    }

    void console(int count)
    {
        for (int i = 0; i < count; ++i) {
            put("~\"#{}  0x{:016x} in \\033[33mworker\\033[m (name=0x{:x} \\\"eth{}\\\") at "
                "app.cpp:{}\\n\"\n",
                i, below(1U << 30U), below(1U << 30U), below(10), below(500));
            put("&\"\\342\\200\\230warning\\342\\200\\231: {}\\n\"\n", below(100));
        }
    }

    std::string& text_;
    std::minstd_rand random_;
    int token_ = 0;
};

} // namespace

std::string miCorpus(std::size_t bytes)
{
    std::string text;
    Writer writer(text);
    while (text.size() < bytes) {
        writer.round();
    }
    return text;
}

} // namespace rumpus::bench
