# The book: pages kept true by the weaver (book/tool), and the site made of
# them. Included by the Makefile; STYLE.md says how to write a page.

BOOK_PAGES := README.md $(sort $(wildcard book/*.md))
STRICT ?= 0
RESULTS ?=
VERSION := $(shell sed -n 's/^Version \([0-9.]*[0-9]\):.*/\1/p' README.md \
  | head -1)
COMMIT := $(shell git -c safe.directory='*' rev-parse --short HEAD \
  2>/dev/null || echo unknown)

# ---- The weaver --------------------------------------------------------------

ifneq ($(COMPILING),)
WEAVE := $(OUT)/book/weave
WEAVE_OBJECTS := $(call to_objects,$(sort $(wildcard book/tool/*.cpp)))
OBJECTS += $(WEAVE_OBJECTS)
$(WEAVE): $(WEAVE_OBJECTS)
	@mkdir -p $(@D) && echo "  link    $@"
	@$(LINK) $^ -o $@

# The tests of the weaver are among the unit tests.
$(UNIT_TESTS): $(filter-out %/main.o,$(WEAVE_OBJECTS))
endif

.PHONY: book book-sync book-check book-results book-test

book-sync: $(WEAVE) examples  ## bring the book's pages up to date
	@./$(WEAVE) --programs $(OUT) $(BOOK_PAGES)

book-check: $(WEAVE) examples  ## fail where the book is not true (STRICT=1)
	@./$(WEAVE) --check $(if $(filter 1,$(STRICT)),--strict) \
	  --programs $(OUT) $(BOOK_PAGES)

book-results: $(WEAVE) examples  ## run the long programs again (RESULTS="X4")
	@./$(WEAVE) --results --programs $(OUT) --version $(VERSION) $(RESULTS)

# ---- The site ----------------------------------------------------------------

SITE := build/book
SITE_PAGES := $(patsubst book/%.md,$(SITE)/%.html,\
  $(filter-out README.md book/README.md,$(BOOK_PAGES))) $(SITE)/index.html
THEME := $(sort $(wildcard book/theme/*)) book/tool/math.js book/README.md
KATEX ?= $(firstword $(wildcard /usr/share/javascript/katex))
NEED_PANDOC = command -v pandoc >/dev/null || { echo "pandoc is missing: the" \
  "site cannot be built. Debian, Ubuntu: sudo apt-get install -y pandoc" \
  "katex nodejs; or read the Markdown in book/, which needs nothing" >&2; \
  exit 1; }
# Formulas are laid out here, not in the reader's browser; without KaTeX and
# Node they stay MathML.
TYPESET := $(and $(KATEX),$(shell command -v node 2>/dev/null))
PANDOC = BOOK_VERSION='$(VERSION)' BOOK_COMMIT='$(COMMIT)' \
  BOOK_OUT=$(SITE) pandoc -f gfm -t html5 \
  $(if $(TYPESET),--katex -V katex=1,--mathml) \
  --template book/theme/template.html --lua-filter book/theme/filter.lua

book: $(SITE)/search.js  ## the offline site, as build/book/index.html
book: $(SITE)/book.css $(SITE)/book.js \
  $(if $(TYPESET),$(SITE)/katex/katex.min.css)
	@echo "open $(SITE)/index.html"

# The commit stands at the foot of every page: another one, and all are made
# again.
$(SITE)/commit: $(if $(filter $(COMMIT),$(shell \
  cat $(SITE)/commit 2>/dev/null)),,again)
	@mkdir -p $(@D) && echo '$(COMMIT)' > $@

.PHONY: again
$(filter-out %/index.html,$(SITE_PAGES)): $(SITE)/%.html: book/%.md
$(SITE_PAGES): $(THEME) $(SITE)/commit \
  $(wildcard book/figures/*.svg book/figures/*/*.svg)
	@$(NEED_PANDOC)
	@echo "  page    $@" && $(PANDOC) -o $@.tmp \
	  book/$(subst index,README,$(basename $(@F))).md
	@$(if $(TYPESET),node book/tool/math.js $@.tmp)
	@mv $@.tmp $@

$(SITE)/search.js: $(SITE_PAGES)
	@{ echo 'window.SEARCH = ['; cat $(SITE_PAGES:.html=.search); \
	  echo '];'; } > $@.tmp && mv $@.tmp $@

$(SITE)/book.css $(SITE)/book.js: $(SITE)/%: book/theme/% $(SITE)/commit
	@cp $< $@

$(SITE)/katex/katex.min.css: $(KATEX)/katex.min.css $(SITE)/commit
	@mkdir -p $(@D)/fonts && cp $(KATEX)/fonts/*.woff2 $(@D)/fonts && cp $< $@

# ---- Pages in a browser ------------------------------------------------------

# No network: the tests run without one where `unshare` can take it away.
BROWSER := build/browser
MODULES := $(BROWSER)/node_modules/playwright-core/package.json \
  $(BROWSER)/node_modules/axe-core/package.json
OFFLINE = $(shell unshare -rn true 2>/dev/null && echo unshare -rn)

$(MODULES):
	@echo "the browser tests need node modules; to fetch them: npm install" \
	  "--prefix $(BROWSER) $$(sed -n 's/.*"\(.*\)": "\([0-9.]*\)".*/\1@\2/p' \
	  tests/browser/package.json | tr '\n' ' ')" >&2; exit 1

book-test: $(MODULES) book examples  ## try the book's pages in a browser
	@for t in tests/browser/*.mjs; do \
	  echo "== $$t ==" && $(OFFLINE) node $$t || exit 1; done
