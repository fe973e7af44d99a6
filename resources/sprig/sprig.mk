# Builds APP.elf: APP.c (or what SOURCES says) and the sprig kernel found in SPRIG.
# Everything that is made lies in build/, except the image itself. As make has it, the
# path in SPRIG cannot have spaces; the application's folder can.

ifeq ($(APP),)
$(error set APP to the name of the application before including sprig.mk)
endif

ifeq ($(origin CC),default)
CC := gcc
endif
SOURCES ?= $(APP).c
PLATFORM ?= hw
ifeq ($(wildcard $(SPRIG)/platform/$(PLATFORM)),)
$(error there is no platform $(PLATFORM): $(notdir $(wildcard $(SPRIG)/platform/*)))
endif

sprig_folders := kernel platform/$(PLATFORM) net block libc
sprig_sources := $(foreach folder,$(sprig_folders),$(wildcard $(SPRIG)/$(folder)/*.[cS]))
sprig_objects := $(patsubst $(SPRIG)/%,build/sprig/%.o,$(sprig_sources))
app_objects := $(SOURCES:%=build/app/%.o)

# The system's headers are not ours: only the compiler's own (stdint.h and the like).
sprig_flags := -std=gnu17 -g -Og -Wall -Wextra -Wpedantic -Wconversion \
    -ffreestanding -fno-builtin -fno-pic -fno-omit-frame-pointer -fno-stack-protector \
    -fno-asynchronous-unwind-tables -fcf-protection=none -fno-strict-aliasing \
    -m64 -mno-red-zone -mgeneral-regs-only -nostdinc \
    -isystem $(shell $(CC) -print-file-name=include) \
    -I$(SPRIG)/libc/include -I$(SPRIG)/include
sprig_link := -m64 -nostdlib -static -no-pie -Wl,-T,$(SPRIG)/sprig.ld -Wl,--build-id \
    -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack

# what is done in one short line; V=1 shows the whole command instead
quiet = $(if $(V),,@echo "  $(1)" && )

$(APP).elf: $(app_objects) $(sprig_objects) $(SPRIG)/sprig.ld build/platform
	$(call quiet,link $@)$(CC) $(sprig_link) -o $@ $(app_objects) $(sprig_objects)

build/app/%.o: % $(SPRIG)/sprig.mk
	@mkdir -p $(@D)
	$(call quiet,compile $<)$(CC) $(sprig_flags) $(CFLAGS) -MMD -MP -c -o $@ $<

build/sprig/%.o: $(SPRIG)/% $(SPRIG)/sprig.mk
	@mkdir -p $(@D)
	$(call quiet,compile sprig/$*)$(CC) $(sprig_flags) -I$(SPRIG) -MMD -MP -c -o $@ $<

# Another platform links anew, whatever else is up to date.
build/platform: always
	@mkdir -p $(@D); echo $(PLATFORM) | cmp -s - $@ || echo $(PLATFORM) >$@

clean:
	rm -rf build $(APP).elf

.PHONY: always clean
.DELETE_ON_ERROR:
-include $(app_objects:.o=.d) $(sprig_objects:.o=.d)
