/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An image as Hermit's are: known by its note, entered by a loader that puts it anywhere. */

__asm__(".pushsection .note.hermit.entry, \"a\", @note\n"
        ".balign 4\n"
        ".long 7, 1, 0x5a00\n"
        ".ascii \"HERMIT\\0\\0\"\n"
        ".byte 4, 0, 0, 0\n"
        ".popsection");

enum { SERIAL = 0x3f8, END = 0xf4 };

volatile int sum;

static void out(unsigned short port, char byte)
{
    __asm__ volatile("outb %0, %1" : : "a"(byte), "Nd"(port));
}

static void say(const char* text)
{
    while (*text)
        out(SERIAL, *text++);
}

__attribute__((noinline)) void add(int number)
{
    sum += number;
}

int main(void)
{
    say("hello behind a loader\n");
    for (int number = 1; number <= 3; number++)
        add(number);
    return 0;
}

void start(void)
{
    main();
    say("exit status 0\n");
    out(END, 1);
    for (;;)
        __asm__("hlt");
}
