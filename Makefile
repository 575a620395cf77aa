# plimsoll: one non-recursive Makefile. `make` leaves the program at build/plimsoll,
# `make check` runs all tests, `make help` lists the rest.
#
#   BUILD=release   the default: optimised and hardened
#   BUILD=asan      AddressSanitizer and UndefinedBehaviorSanitizer, under build/asan/
#   BUILD=tsan      ThreadSanitizer, under build/tsan/
#   BUILD=valgrind  -O1 without FORTIFY, for valgrind

BUILD ?= release
B     := $(if $(filter release,$(BUILD)),build,build/$(BUILD))
CC    ?= gcc
VERSION := 0.1.0

PKGS  := yyjson yaml-0.1 libcurl libmicrohttpd libpcre2-8 libutf8proc sqlite3 libzstd zlib \
         libsodium libxxhash lua5.4 libseccomp md4c
LIBS  := $(shell pkg-config --libs $(PKGS)) -lm -lpthread
SYSINC := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I $(PKGS)))

WARN  := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
         -Wold-style-definition -Wwrite-strings -Wpointer-arith -Wundef -Wvla -Wformat=2 \
         -Wcast-qual -Wnull-dereference -Werror
ifeq (,$(findstring clang,$(CC)))
WARN  += -Wduplicated-cond -Wlogical-op -Wdouble-promotion
endif
CFLAGS_common := -std=c17 -D_GNU_SOURCE -Isrc -I$(B)/gen $(SYSINC) $(WARN) -fno-common \
                 -ffp-contract=off -g -DPLIMSOLL_VERSION='"$(VERSION)"'
HARDEN := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--fatal-warnings
CFLAGS_release  := -O2 $(HARDEN)
LDFLAGS_release := $(LDHARDEN)
ifeq (,$(findstring clang,$(CC)))
CFLAGS_release += -ftrivial-auto-var-init=zero
endif
CFLAGS_asan  := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Wno-null-dereference
LDFLAGS_asan := -fsanitize=address,undefined
CFLAGS_tsan  := -O1 -fsanitize=thread -Wno-null-dereference -Wno-maybe-uninitialized
LDFLAGS_tsan := -fsanitize=thread
CFLAGS_valgrind := -O1 -Wno-null-dereference
LDFLAGS_valgrind :=
CFLAGS_fuzz  := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link
LDFLAGS_fuzz := -fsanitize=address,undefined
CF := $(CFLAGS_common) $(CFLAGS_$(BUILD))
LF := $(LDFLAGS_$(BUILD))

LIB_SRC  := $(filter-out src/main.c,$(wildcard src/*/*.c))
LIB_OBJ  := $(LIB_SRC:src/%.c=$(B)/obj/%.o) $(B)/gen/assets.o $(B)/gen/assets_table.o
ASSETS   := $(sort $(shell find share sql web -type f 2>/dev/null))
UNIT_SRC := $(wildcard test/unit/test_*.c)
UNIT_BIN := $(UNIT_SRC:test/unit/%.c=$(B)/unit/%)
HARNESS  := $(patsubst test/harness/%.c,$(B)/harness/%,$(wildcard test/harness/*.c))
FUZZ_SRC := $(wildcard fuzz/fuzz_*.c)
FUZZ_BIN := $(FUZZ_SRC:fuzz/%.c=$(B)/fuzz/%)
BENCH_BIN := $(patsubst bench/%.c,$(B)/bench/%,$(wildcard bench/*.c))
E2E      := $(sort $(wildcard test/e2e/*.t))

.PHONY: all check unit harness e2e fuzz-corpus accept bench lint analyze clean help install man
all: $(B)/plimsoll

help:
	@echo 'make            build/plimsoll'
	@echo 'make check      unit tests, transcripts, fuzz corpora (prove)'
	@echo 'make accept     rewrite the transcripts in test/e2e with what the program now prints'
	@echo 'make lint       our own checks: layers, headers, length, banned functions'
	@echo 'make analyze    gcc -fanalyzer, cppcheck'
	@echo 'make bench      builds the benchmarks; bench/run prints the figures'
	@echo 'make install    to $$(DESTDIR)$$(PREFIX), default /usr/local'
	@echo 'BUILD=asan|tsan|valgrind make check'

$(B)/plimsoll: $(B)/obj/main.o $(B)/libplimsoll.a
	@echo LINK $@
	@$(CC) $(LF) -o $@ $< $(B)/libplimsoll.a $(LIBS)

$(B)/libplimsoll.a: $(LIB_OBJ)
	@rm -f $@ && ar rcs $@ $^

$(B)/obj/%.o: src/%.c | $(B)/gen/assets.h
	@mkdir -p $(@D) && echo CC $<
	@$(CC) $(CF) -MMD -MP -c -o $@ $<

# Assets: share/, sql/ and web/ go into the program as they are.
build/host/embed: tools/embed.c
	@mkdir -p $(@D) && gcc -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -o $@ $<
$(B)/gen/assets.list: FORCE
	@mkdir -p $(@D) && printf '%s\n' $(ASSETS) >$@.new && (cmp -s $@.new $@ && rm $@.new || mv $@.new $@)
$(B)/gen/assets.S $(B)/gen/assets_table.c $(B)/gen/assets.h &: build/host/embed $(B)/gen/assets.list $(ASSETS)
	@build/host/embed $(B)/gen $(ASSETS)
$(B)/gen/assets.o: $(B)/gen/assets.S $(ASSETS)
	@$(CC) -c -o $@ $<
$(B)/gen/assets_table.o: $(B)/gen/assets_table.c $(B)/gen/assets.h
	@$(CC) $(CF) -c -o $@ $<
FORCE:

$(B)/unit/%: test/unit/%.c $(B)/libplimsoll.a
	@mkdir -p $(@D) && echo UNIT $<
	@$(CC) $(CF) -Itest/unit -Wno-missing-prototypes -MMD -MP $(LF) -o $@ $< $(B)/libplimsoll.a $(LIBS) -lcmocka
$(B)/harness/%: test/harness/%.c $(B)/libplimsoll.a
	@mkdir -p $(@D) && echo HARNESS $<
	@$(CC) $(CF) -MMD -MP $(LF) -o $@ $< $(B)/libplimsoll.a $(LIBS)
# A fuzz target with a plain main replays its corpus; `make fuzz-explore` uses libFuzzer.
$(B)/fuzz/%: fuzz/%.c fuzz/main.c $(B)/libplimsoll.a
	@mkdir -p $(@D) && echo FUZZ $<
	@$(CC) $(CF) -Wno-missing-prototypes $(LF) -o $@ $< fuzz/main.c $(B)/libplimsoll.a $(LIBS)
.PHONY: fuzz-explore
fuzz-explore:
	@$(MAKE) --no-print-directory BUILD=fuzz CC=clang build/fuzz/libplimsoll.a
	@for f in $(FUZZ_SRC:fuzz/%.c=%); do \
	  clang $(filter-out -Wlogical-op -Wduplicated-cond,$(CFLAGS_common)) $(SYSINC) -Wno-missing-prototypes -O1 \
	    -fsanitize=address,undefined,fuzzer -o build/fuzz/$$f fuzz/$$f.c build/fuzz/libplimsoll.a $(LIBS) || exit 1; \
	  mkdir -p build/fuzz/found/$$f && (cd build/fuzz/found/$$f && \
	    ../../$$f -max_total_time=$${SECONDS_EACH:-20} -timeout=10 -rss_limit_mb=2048 . ../../../../fuzz/corpus/$$f) || exit 1; done
$(B)/bench/%: bench/%.c $(B)/libplimsoll.a
	@mkdir -p $(@D) && echo BENCH $<
	@$(CC) $(CF) -MMD -MP $(LF) -o $@ $< $(B)/libplimsoll.a $(LIBS)
bench: $(B)/plimsoll $(BENCH_BIN) $(HARNESS)

unit: $(UNIT_BIN)
harness: $(HARNESS)
check: $(B)/plimsoll $(UNIT_BIN) $(HARNESS) $(FUZZ_BIN)
	@BUILD_DIR=$(CURDIR)/$(B) prove -j2 --exec test/run $(UNIT_BIN) $(FUZZ_BIN) $(E2E)
accept: $(B)/plimsoll $(HARNESS)
	@BUILD_DIR=$(CURDIR)/$(B) TRANSCRIPT_ACCEPT=1 prove --exec test/run $(E2E)

lint:
	@tools/lint
analyze:
	@cppcheck --quiet --error-exitcode=1 --std=c11 -Isrc --suppress=missingInclude --inline-suppr \
	  --enable=warning,performance,portability --suppress=normalCheckLevelMaxBranches src
	@$(MAKE) --no-print-directory BUILD=analyze CFLAGS_analyze='-O1 -fanalyzer -Wno-null-dereference' build/analyze/libplimsoll.a

PREFIX ?= /usr/local
install: $(B)/plimsoll
	install -D -m 755 $(B)/plimsoll $(DESTDIR)$(PREFIX)/bin/plimsoll
	$(B)/plimsoll help --man | install -D -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/man/man1/plimsoll.1
	$(B)/plimsoll help --completion | install -D -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/bash-completion/completions/plimsoll

clean:
	rm -rf build

.SECONDARY:
-include $(wildcard $(B)/obj/*/*.d $(B)/obj/*.d $(B)/unit/*.d $(B)/harness/*.d $(B)/bench/*.d)
