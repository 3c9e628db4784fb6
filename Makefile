# Attention from Scratch. `make help` lists the targets and the variables.
#
# Every configuration (compiler, instruction set, number type, BLAS, sanitizer,
# debugging) has its own folder under build/, so configurations never mix.
# Files are found by their place: a new nn/NAME.cpp, examples/NAME.cpp or
# tests/nn/NAME_test.cpp is built without an edit here.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# ---- Variables and their allowed values --------------------------------------

SIMD ?= native
REAL ?= float
BLAS ?= own
SANITIZE ?= none
DEBUG ?= 0
WERROR ?= 0
PREFIX ?= /usr/local
SAVED ?= build/bench.tsv
PYTHON ?= /usr/bin/python3

comma := ,
one_of = $(if $(and $(filter 1,$(words $($1))),$(filter $2,$($1))),,$(error \
  $1=$($1) is not known; allowed: $2))
$(call one_of,SIMD,native avx2 avx512 neon scalar)
$(call one_of,REAL,float double)
$(call one_of,BLAS,own openblas)
$(call one_of,SANITIZE,none address$(comma)undefined thread)
$(call one_of,DEBUG,0 1)
$(call one_of,WERROR,0 1)

GOALS := $(or $(MAKECMDGOALS),all)
COMPILING := $(filter-out help clean format lint size book,$(GOALS))

# One job a core, unless the caller chose a number or is a make itself.
CORES := $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 1)
ifeq ($(MAKELEVEL)$(filter -j% --jobserver%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(CORES)
endif

# ---- The compiler and what it can do -----------------------------------------

ifneq ($(COMPILING),)

find_program = $(firstword $(foreach p,$1,$(shell command -v $p 2>/dev/null)))

ifeq ($(origin CXX),default)
CXX := $(notdir $(call find_program,g++ clang++ c++))
endif
MACHINE := $(shell $(or $(CXX),false) -dumpmachine 2>/dev/null)
ifeq ($(MACHINE),)
$(error No C++ compiler ($(or $(CXX),g++, clang++)). Install one. \
  Debian, Ubuntu: sudo apt-get install -y make g++; \
  macOS: xcode-select --install)
endif
ARCH := $(patsubst arm64,aarch64,$(firstword $(subst -, ,$(MACHINE))))

SIMD_OF_x86_64 := native avx2 avx512 scalar
SIMD_OF_aarch64 := native neon scalar
ifeq ($(filter $(SIMD),$(or $(SIMD_OF_$(ARCH)),native scalar)),)
$(error SIMD=$(SIMD) is not for $(ARCH), which $(CXX) compiles for; \
  allowed: $(or $(SIMD_OF_$(ARCH)),native scalar))
endif
ISA_native := $(if $(filter aarch64,$(ARCH)),-mcpu=native,-march=native)
ISA_avx2 := -march=x86-64-v3
ISA_avx512 := -march=x86-64-v4
ISA_neon :=
ISA_scalar := $(if $(filter x86_64,$(ARCH)),-march=x86-64)
ISA := $(ISA_$(SIMD))

# Name, version, language level and vector extensions, from its own macros.
PROBE := $(shell $(CXX) -std=c++20 $(ISA) -dM -E -x c++ /dev/null 2>/dev/null \
  | awk '{ m[$$2] = $$3 } END { \
      if ("__clang__" in m) print "clang", m["__clang_major__"] "." \
        m["__clang_minor__"] "." m["__clang_patchlevel__"]; \
      else print "gcc", m["__GNUC__"] "." m["__GNUC_MINOR__"] "." \
        m["__GNUC_PATCHLEVEL__"]; \
      print (m["__cplusplus"] + 0 >= 202002 ? "c++20" : "old"); \
      if ("__AVX512F__" in m && "__AVX512BW__" in m && \
          "__AVX512DQ__" in m && "__AVX512VL__" in m) print "avx512"; \
      else if ("__AVX2__" in m && "__FMA__" in m) print "avx2"; \
      else if ("__ARM_NEON" in m) print "neon"; \
      else print "scalar" }')
COMPILER := $(word 1,$(PROBE))-$(word 2,$(PROBE))
LANES := $(if $(filter scalar,$(SIMD)),scalar,$(word 4,$(PROBE)))
ifneq ($(word 3,$(PROBE)),c++20)
$(error $(CXX) cannot compile C++20 with '$(ISA)'; needed: GCC 11 or Clang 14, \
  or newer. Debian, Ubuntu: sudo apt-get install -y g++)
endif

includes = $(shell printf '\043include <%s>\n' $1 \
  | $(CXX) -E $2 -x c++ - >/dev/null 2>&1 && echo yes)

ifneq ($(filter openblas,$(BLAS))$(filter bench-peers,$(GOALS)),)
OPENBLAS_CFLAGS := $(shell pkg-config --cflags openblas 2>/dev/null)
OPENBLAS_LIBS := $(or $(shell pkg-config --libs openblas 2>/dev/null),\
  -lopenblas)
OPENBLAS := $(call includes,cblas.h,$(OPENBLAS_CFLAGS))
endif

ifeq ($(BLAS),openblas)
BLAS_CFLAGS := $(OPENBLAS_CFLAGS)
BLAS_LIBS := $(OPENBLAS_LIBS)
ifneq ($(OPENBLAS),yes)
$(error BLAS=openblas needs OpenBLAS. \
  Debian, Ubuntu: sudo apt-get install -y libopenblas-dev; \
  macOS: brew install openblas pkg-config; or leave BLAS=own)
endif
endif

GTEST_CFLAGS := $(shell pkg-config --cflags gtest 2>/dev/null)
GTEST_LIBS := $(or $(shell pkg-config --libs gtest_main 2>/dev/null),\
  -lgtest_main -lgtest)
ifneq ($(filter test unit-tests gradient-checks learn reveal course-check \
  grade,$(GOALS)),)
ifneq ($(call includes,gtest/gtest.h,-std=c++20 $(GTEST_CFLAGS)),yes)
$(error The tests need GoogleTest. \
  Debian, Ubuntu: sudo apt-get install -y libgtest-dev; \
  macOS: brew install googletest pkg-config)
endif
endif

# ---- Flags -------------------------------------------------------------------

# No flag here may change a result: contraction is off, and the two
# -fno-...-math flags only drop errno and traps.
ifneq ($(filter -Ofast -ffast-math -funsafe% -fassociative% -freciprocal% \
  -ffinite% -fno-signed-zeros -fno-honor% -ffp-contract% -mrecip%,\
  $(CXX) $(CXXFLAGS) $(CPPFLAGS)),)
$(error CXXFLAGS must not relax arithmetic: \
  $(CXX) $(CXXFLAGS) $(CPPFLAGS))
endif

DEFINES := $(if $(filter double,$(REAL)),-DATTENTION_REAL_DOUBLE) \
  $(if $(filter scalar,$(SIMD)),-DATTENTION_SIMD_SCALAR) \
  $(if $(filter openblas,$(BLAS)),-DATTENTION_OPENBLAS)
# GCC 12 takes some appending to a std::string for an overlap (PR 105651).
QUIET := $(if $(filter gcc-12.%,$(COMPILER)),-Wno-restrict)
WIDE := $(if $(filter avx512,$(LANES)),-mprefer-vector-width=512)
# GCC, where a call is the last thing done, reuses the stack of the caller's own
# arguments, and does not align there a pair of AVX2 registers.
SAFE_CALLS := $(if $(filter gcc-%-avx2,$(COMPILER)-$(LANES)),\
  -fno-optimize-sibling-calls)
FLAGS := -std=c++20 $(ISA) $(WIDE) $(SAFE_CALLS) -ffp-contract=off \
  -fno-math-errno -fno-trapping-math -Wall -Wextra $(QUIET) \
  $(if $(filter 1,$(WERROR)),-Werror) \
  -pthread -I. $(DEFINES) $(BLAS_CFLAGS)
LIBS := $(BLAS_LIBS) -pthread
OPTIMIZE := -O3
TEST_OPTIMIZE := -O1
ifeq ($(REAL) $(filter gradient-checks,$(GOALS)),double gradient-checks)
# Nobody waits for these checks, but for their compiling.
OPTIMIZE := -O1
endif
ifneq ($(SANITIZE),none)
OPTIMIZE := -O1 -g1 -fno-omit-frame-pointer
TEST_OPTIMIZE := -O0 -g1 -fno-omit-frame-pointer
CHECKED := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
endif
ifeq ($(DEBUG),1)
OPTIMIZE := -O0 -g
TEST_OPTIMIZE := $(OPTIMIZE)
endif
COMPILE = $(CXX) $(OPTIMIZE) $(FLAGS) $(CHECKED) $(CPPFLAGS) $(CXXFLAGS)
TEST_COMPILE = $(CXX) $(TEST_OPTIMIZE) $(FLAGS) $(CHECKED) $(GTEST_CFLAGS) \
  -DATTENTION_SOURCE_DIR='"$(CURDIR)"' $(if $(CHECKED),-DATTENTION_SANITIZED) \
  $(CPPFLAGS) $(CXXFLAGS)
LINK = $(CXX) $(CHECKED) -pthread $(LDFLAGS)

empty :=
space := $(empty) $(empty)
CONFIGURATION := $(subst $(space),-,$(strip $(ARCH) $(COMPILER) $(SIMD) \
  $(REAL) $(BLAS) $(if $(CHECKED),$(subst $(comma),-,$(SANITIZE))) \
  $(if $(filter 1,$(DEBUG)),debug)))
OUT := build/$(CONFIGURATION)

ifneq ($(filter-out test learn hint reveal course-check grade,$(GOALS)),)
$(info $(CXX) ($(subst -, ,$(COMPILER))), simd $(LANES)$(if \
  $(filter native,$(SIMD)), (native)), real $(REAL), blas $(BLAS), $(CORES) \
  cores -> $(OUT))
endif

# ---- Files -------------------------------------------------------------------

find_files = $(sort $(foreach d,$1,$(shell find $d -name '$2' 2>/dev/null)))
to_objects = $(patsubst %.cpp,$(OUT)/%.o,$1)

LIBRARY_SOURCES := $(call find_files,autograd nn attention,*.cpp)
EXAMPLE_SOURCES := $(or $(EXAMPLES:%=examples/%.cpp),\
  $(sort $(wildcard examples/*.cpp)))
SUPPORT_SOURCES := $(sort $(wildcard tests/support/*.cpp))
UNIT_SOURCES := $(call find_files,$(or $(TESTS:%=tests/%),tests),*_test.cpp)
GRADIENT_SOURCES := $(call find_files,tests,*_gradcheck.cpp)
BENCH_SOURCES := $(sort $(wildcard tests/bench/*.cpp))

# The parts of the viewer's page become strings of the library: page.html is
# attention::viewer_page_html.
VIEWER_FILES := $(sort $(wildcard attention/viewer/*))
VIEWER := $(OUT)/attention/viewer.cpp

LIBRARY := $(OUT)/libattention.a
PROGRAMS := $(EXAMPLE_SOURCES:examples/%.cpp=$(OUT)/%)
UNIT_TESTS := $(OUT)/tests/unit-tests
GRADIENT_CHECKS := $(OUT)/tests/gradient-checks
BENCH := $(OUT)/tests/benchmark
OPENBLAS_PEER := $(OUT)/tests/openblas-peer

OBJECTS := $(call to_objects,$(LIBRARY_SOURCES) $(EXAMPLE_SOURCES) \
  $(BENCH_SOURCES))
TEST_OBJECTS := $(call to_objects,$(SUPPORT_SOURCES) $(UNIT_SOURCES) \
  $(GRADIENT_SOURCES))

# A stamp holds what a file's time cannot show: the flags, and which files make
# up a library or a program. Changed, it is made again, and so is what needs it.
STAMP_flags := $(COMPILE) $(LINK) $(LIBS) $(LANES)
STAMP_tests := $(TEST_COMPILE) $(GTEST_LIBS)
STAMP_library := $(LIBRARY_SOURCES) $(VIEWER_FILES)
STAMP_unit := $(SUPPORT_SOURCES) $(UNIT_SOURCES)
STAMP_gradient := $(SUPPORT_SOURCES) $(GRADIENT_SOURCES)
STAMP_bench := $(BENCH_SOURCES)
STAMPS := $(patsubst %,$(OUT)/%.stamp,flags tests library unit gradient bench)
stamp_text = printf '%s\n' '$(subst ','\'',$(STAMP_$(basename $(notdir $1))))'
$(foreach s,$(wildcard $(STAMPS)),$(shell $(call stamp_text,$s) \
  | cmp -s - $s || rm -f $s))

# build/latest leads to the programs of the last `make`, whatever its variables.
ifneq ($(filter clean,$(GOALS))$(shell readlink build/latest),$(CONFIGURATION))
LATEST := build/latest
endif

endif  # COMPILING

include book/book.mk

# ---- Building ----------------------------------------------------------------

.PHONY: all library examples tom test unit-tests gradient-checks bench \
  bench-save bench-compare bench-peers \
  format lint size install clean help compile_commands.json

all: library examples $(LATEST)  ## library and examples (the default)

library: $(LIBRARY)  ## libattention.a alone

examples: $(PROGRAMS) $(LATEST)  ## programs: build/latest/NAME (EXAMPLES=fast)

tom: $(OUT)/tom_chase_jerry $(LATEST)  ## run it (ARGS="--seed 2")
	@./$< $(ARGS)

.PHONY: $(LATEST)
$(LATEST):
	@mkdir -p build && ln -sfn $(CONFIGURATION) $@

$(STAMPS):
	@mkdir -p $(@D) && $(call stamp_text,$@) > $@

$(OBJECTS): $(OUT)/%.o: %.cpp $(OUT)/flags.stamp
	@mkdir -p $(@D) && echo "  compile $<"
	@$(COMPILE) -MMD -MP -c $< -o $@

$(TEST_OBJECTS): $(OUT)/%.o: %.cpp $(OUT)/tests.stamp
	@mkdir -p $(@D) && echo "  compile $<"
	@$(TEST_COMPILE) $(PROGRAMS_DIR) -MMD -MP -c $< -o $@

# These run the programs.
$(OUT)/tests/examples%.o: \
  PROGRAMS_DIR := -DATTENTION_PROGRAMS_DIR='"$(CURDIR)/$(OUT)"'

$(VIEWER): $(VIEWER_FILES) $(OUT)/library.stamp
	@mkdir -p $(@D) && { echo 'namespace attention {'; \
	for f in $(VIEWER_FILES); do \
	  name=viewer_$$(basename $$f | tr . _); \
	  echo "extern const char $$name[];"; \
	  printf 'const char %s[] = R"viewer(' $$name; \
	  cat $$f; echo ')viewer";'; \
	done; echo '}'; } > $@

$(VIEWER:.cpp=.o): $(VIEWER) $(OUT)/flags.stamp
	@echo "  compile $(VIEWER)" && $(COMPILE) -c $< -o $@

$(LIBRARY): $(call to_objects,$(LIBRARY_SOURCES)) $(VIEWER:.cpp=.o) \
  $(OUT)/library.stamp
	@echo "  archive $@"
	@rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

$(PROGRAMS): $(OUT)/%: $(OUT)/examples/%.o $(LIBRARY)
	@echo "  link    $@"
	@$(LINK) $^ $(LIBS) -o $@

$(UNIT_TESTS): $(call to_objects,$(SUPPORT_SOURCES) $(UNIT_SOURCES)) \
  $(OUT)/unit.stamp
$(GRADIENT_CHECKS): $(call to_objects,$(SUPPORT_SOURCES) $(GRADIENT_SOURCES)) \
  $(OUT)/gradient.stamp
$(BENCH): $(call to_objects,$(BENCH_SOURCES)) $(OUT)/bench.stamp
$(UNIT_TESTS) $(GRADIENT_CHECKS): TEST_LIBS := $(GTEST_LIBS)
$(UNIT_TESTS) $(GRADIENT_CHECKS) $(BENCH): $(LIBRARY)
	@mkdir -p $(@D) && echo "  link    $@"
	@$(LINK) $(filter %.o,$^) $(LIBRARY) $(TEST_LIBS) $(LIBS) -o $@

-include $(patsubst %.o,%.d,$(OBJECTS) $(TEST_OBJECTS))

# ---- Testing and measuring ---------------------------------------------------

# Gradients are checked in double, where they hold to 1e-6; all else in float.
test: $(filter-out test,$(MAKECMDGOALS))  ## all tests (FILTER=Gru*:Lstm*)
	@status=0; \
	$(MAKE) REAL=float unit-tests || status=1; \
	$(MAKE) REAL=double gradient-checks || status=1; \
	exit $$status

GTEST_ARGS = --gtest_brief=1 $(if $(FILTER),--gtest_filter='$(FILTER)')

# The tests that run programs lie in no folder.
unit-tests: $(UNIT_TESTS) $(if $(TESTS),,$(PROGRAMS))  ## *_test.cpp (TESTS=nn)
	@echo "== unit tests ($(REAL)) ==" && ./$< $(GTEST_ARGS)

gradient-checks: $(GRADIENT_CHECKS)  ## tests/**/*_gradcheck.cpp
	@echo "== gradient checks ($(REAL)) ==" && ./$< $(GTEST_ARGS)

# Every line: case, metric, value, unit.
BENCH_ARGS = $(if $(CASE),--case '$(CASE)') \
  $(if $(THREADS),--threads $(THREADS)) $(ARGS)

bench: $(BENCH)  ## measure (CASE=substring THREADS=number)
	@./$< $(BENCH_ARGS)

bench-save: $(BENCH)  ## measure, and keep the outcome in SAVED
	@./$< $(BENCH_ARGS) > $(SAVED).tmp && mv $(SAVED).tmp $(SAVED) && \
	  echo "  wrote   $(SAVED)"

bench-compare: $(BENCH)  ## measure, and hold it against SAVED
	@./$< $(BENCH_ARGS) --against $(SAVED)

# Which peers there are is known once `make` knows what is wanted.
ifneq ($(filter bench-peers,$(GOALS)),)
ifeq ($(OPENBLAS),yes)
PEERS += openblas='env OPENBLAS_NUM_THREADS={threads} ./$(OPENBLAS_PEER)'
$(OPENBLAS_PEER): tests/bench/peers/openblas.cpp tests/bench/serve.h \
  $(OUT)/flags.stamp
	@mkdir -p $(@D) && echo "  build   $@"
	@$(COMPILE) $(OPENBLAS_CFLAGS) $< $(OPENBLAS_LIBS) -pthread -o $@
bench-peers: $(OPENBLAS_PEER)
else
$(info OpenBLAS is not measured: sudo apt-get install -y libopenblas-dev)
endif
ifeq ($(shell $(PYTHON) -c 'import torch' 2>/dev/null && echo yes),yes)
PEERS += torch='$(PYTHON) tests/bench/peers/torch_peer.py --threads {threads}'
else
$(info PyTorch is not measured: $(PYTHON) cannot import torch; \
  sudo apt-get install -y python3-torch, or PYTHON=another)
endif
endif

bench-peers: $(BENCH)  ## measure in turn with OpenBLAS and PyTorch
	@./$< $(BENCH_ARGS) $(PEERS)

include book/exercises/course.mk

# ---- Sources -----------------------------------------------------------------

FORMATTED = find autograd nn attention examples tests book \
  -path book/exercises/my -prune -o \
  \( -name '*.h' -o -name '*.cpp' \) -print 2>/dev/null | LC_ALL=C sort
NEED_CLANG_FORMAT = command -v clang-format >/dev/null || { echo \
  "clang-format is missing. Debian, Ubuntu: sudo apt-get install -y" \
  "clang-format; macOS: brew install clang-format" >&2; exit 1; }

format:  ## lay out all sources with clang-format
	@$(NEED_CLANG_FORMAT)
	@$(FORMATTED) | xargs clang-format -i

lint:  ## check layout, widths, lengths and forbidden words
	@$(NEED_CLANG_FORMAT)
	@.ci/lint

size:  ## lines of code, a line a folder
	@$(FORMATTED) | xargs awk '{ \
	    folder = FILENAME; sub("/[^/]*$$", "", folder); ++lines[folder]; \
	    if (FNR == 1) ++files[folder]; ++total } \
	  END { for (f in lines) printf "%7d lines %4d files  %s\n", \
	      lines[f], files[f], f | "sort -k5"; \
	    close("sort -k5"); printf "%7d lines in all\n", total }'

compile_commands.json:  ## how each file is compiled, for editors
	@json() { printf '%s' "$$1" | sed 's/[\\"]/\\&/g'; }; \
	entry() { \
	  file=$$1; shift; \
	  printf '%s\n{"directory": "%s", "file": "%s", "arguments": [' \
	    "$$separator" "$$(json '$(CURDIR)')" "$$file"; \
	  for word; do printf '"%s", ' "$$(json "$$word")"; done; \
	  printf '"-c", "%s"]}' "$$file"; separator=,; }; \
	separator=; \
	{ printf '['; \
	for f in $(LIBRARY_SOURCES) $(EXAMPLE_SOURCES) $(BENCH_SOURCES); do \
	  entry $$f $(COMPILE); done; \
	for f in $(SUPPORT_SOURCES) $(UNIT_SOURCES) $(GRADIENT_SOURCES); do \
	  entry $$f $(TEST_COMPILE); done; \
	printf '\n]\n'; } > $@.tmp && mv $@.tmp $@ && echo "  wrote   $@"

# ---- Installing --------------------------------------------------------------

NAME := attention-from-scratch
HEADERS := $(call find_files,autograd nn attention,*.h)
PC_CFLAGS = -std=c++20 $(ISA) $(SAFE_CALLS) -ffp-contract=off -pthread \
  $(strip $(DEFINES))
PC_DIR = $(DESTDIR)$(PREFIX)/lib/pkgconfig

install: $(LIBRARY)  ## headers, library, pkg-config file (PREFIX=, DESTDIR=)
	@for h in $(HEADERS); do \
	  to="$(DESTDIR)$(PREFIX)/include/$(NAME)/$$(dirname $$h)"; \
	  mkdir -p "$$to" && cp $$h "$$to/" && chmod 644 "$$to/$${h##*/}" || \
	    exit 1; \
	done
	@mkdir -p "$(PC_DIR)"
	@cp $(LIBRARY) "$(DESTDIR)$(PREFIX)/lib/libattention.a"
	@chmod 644 "$(DESTDIR)$(PREFIX)/lib/libattention.a"
	@printf '%s\n' 'prefix=$(PREFIX)' 'includedir=$${prefix}/include/$(NAME)' \
	  'libdir=$${prefix}/lib' '' 'Name: $(NAME)' \
	  'Description: Every attention mechanism, from scratch in C++20' \
	  'Version: 0.1' \
	  'Cflags: $(PC_CFLAGS) -I$${includedir}' \
	  'Libs: -L$${libdir} -lattention $(strip $(LIBS) $(CHECKED))' \
	  > "$(PC_DIR)/$(NAME).pc"
	@echo "  installed $(NAME) in $(DESTDIR)$(PREFIX)"

clean:  ## remove all that was built
	rm -rf build compile_commands.json

ifneq ($(filter clean,$(GOALS)),)
$(STAMPS) $(LATEST): clean
endif

help:  ## this list
	@echo "Targets:"
	@awk -F ':.*  ## ' '/^[a-z_.-]+:.*  ## / { \
	  sub(":.*", "", $$1); printf "  make %-22s %s\n", $$1, $$2 }' \
	  $(filter %akefile %.mk,$(MAKEFILE_LIST))
	@echo "Variables (the first value is the default):"
	@echo "  SIMD=native|avx2|avx512|neon|scalar   REAL=float|double"
	@echo "  BLAS=own|openblas   SANITIZE=none|address,undefined|thread"
	@echo "  DEBUG=0|1   WERROR=0|1   CXX=compiler   CXXFLAGS=more flags"
	@echo "  SAVED=build/bench.tsv   PYTHON=/usr/bin/python3   (measuring)"
