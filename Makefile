# The few commands of Daybook. Each says what it does; none needs anything but Rust, a C compiler and make: what the
# tests need beyond that, `make tools` fetches when it is missing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run

# Where to listen, as IP:PORT. `make run` leaves it to Daybook's own config when it is not given.
LISTEN ?=
# What `make bench` measures, and more words for it: ARGS="--rounds 1 --seconds 2" for a short look, `--help` for all.
PARTS ?= pages uncached writes memory growth editor
ARGS ?=
# Where `make screenshots` puts what is not for the README.
OUT ?= target/screenshots
# A directory with real exports, for `make corpora`.
CORPORA ?=

DEMO_LISTEN = $(or $(LISTEN),127.0.0.1:8080)

.PHONY: run demo editor editor-with-node fmt test check shape deny tools scripts lint-scripts stories outside proxies corpora fuzz measure bench faults soak faults-tools screenshots

# Builds and serves your blog; its data stands in ./data. The first start prints a one-time set-up address.
run: editor-with-node
	cargo run --release -- $(if $(LISTEN),--listen $(LISTEN))

# The same with a throw-away blog full of made-up posts. It prints a one-time sign-in address and is gone at the end.
demo: editor-with-node
	@cargo build --release
	@$(demo-blog); \
	target/release/daybook demo --sign-in --data "$$data" --listen $(DEMO_LISTEN); \
	target/release/daybook serve --data "$$data" --listen $(DEMO_LISTEN) & \
	server=$$!; wait "$$server"

# A temporary directory; whatever happens, the server of the recipe is stopped and the directory removed at the end.
define demo-blog
data=$$(mktemp -d); server=; \
	trap 'test -z "$$server" || { kill "$$server" && wait "$$server"; } 2>/dev/null || true; rm -rf "$$data"' EXIT; \
	trap 'exit 130' INT TERM
endef

# Bundles the visual editor of assets/editor with the packages that it is made of; a build after it has it in the program.
editor: assets/editor/dist/visual.js

# The same where Node can be had; without it the program offers a text area.
editor-with-node:
	@if command -v npm >/dev/null; then $(MAKE) editor || echo "The visual editor was not built: posts are written in a text area." >&2; \
	else echo "There is no npm here, so the visual editor is not built: posts are written in a text area." >&2; fi

assets/editor/dist/visual.js: $(wildcard assets/editor/*.js) assets/editor/bundle.mjs node_modules/.package-lock.json
	node assets/editor/bundle.mjs

fmt:
	cargo fmt

# Every test: the ones of cargo, the units of the scripts, the fault rigs in short (tests/faults), real proxies in front, then the stories in a real browser. Nothing is skipped: what is missing is fetched
# first, and where that fails, this fails.
test: tools scripts editor
	cargo test --all-targets
	DAYBOOK=target/debug/daybook python3 tests/faults/run.py --short
	python3 -B tests/outside/proxies.py target/debug/daybook
	$(MAKE) stories

# How large files and functions are, and other figures of the code, each with its limit.
shape:
	cargo test --test shape figures -- --nocapture

# The units of the browser's scripts that touch no page (tests/scripts).
scripts: node_modules/.package-lock.json
	node --test --test-reporter=dot tests/scripts/*.test.mjs

# The types that the scripts name in their comments, and a linter. Nothing is made of them: browsers get them as they are.
lint-scripts: node_modules/.package-lock.json
	node_modules/.bin/tsc
	node_modules/.bin/eslint --max-warnings 0 .

# The browser stories alone (tests/browser).
stories: tools editor
	cargo build --all-targets  # with what the tests need, so that nothing of `cargo test` is compiled again
	node --test --test-reporter=spec tests/browser/all.mjs

# Exactly what .ci/run runs.
check:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items
	$(MAKE) lint-scripts
	@if command -v cargo-deny >/dev/null; then $(MAKE) deny; else \
	  echo "cargo-deny is not installed, so licences and known faults of packages are not checked here: cargo install cargo-deny --locked"; fi
	$(MAKE) test

# Licences, bans and sources of all packages (deny.toml), and what is known of their faults where the list can be fetched.
deny:
	@command -v cargo-deny >/dev/null || { echo "cargo-deny is missing: cargo install cargo-deny --locked" >&2; exit 2; }
	cargo deny check licenses bans sources
	@if cargo deny fetch db; then cargo deny check --disable-fetch advisories; else \
	  echo "The list of advisories could not be fetched, so faults of packages are not checked." >&2; fi

# Programs of others judge a demo blog: feedparser its feeds, mf2py its posts, an XML schema its map, Lighthouse its pages.
# They are fetched into a directory that is removed at the end.
outside: tools
	cargo build --release
	@$(demo-blog); \
	python3 -m venv "$$data/python" && "$$data/python/bin/pip" install -q feedparser mf2py xmlschema || { \
	  echo "Python's packages could not be fetched: pip does not reach its index, or there is no python3-venv." >&2; exit 1; }; \
	target/release/daybook demo --posts 200 --comments 300 --data "$$data/blog"; \
	target/release/daybook serve --data "$$data/blog" --listen $(DEMO_LISTEN) & \
	server=$$!; \
	until target/release/daybook health --listen $(DEMO_LISTEN) >/dev/null 2>&1; do kill -0 "$$server"; sleep 0.1; done; \
	"$$data/python/bin/python" tests/outside/feeds.py http://$(DEMO_LISTEN); \
	cp tests/outside/package.json tests/outside/lighthouse.mjs "$$data"; npm install --silent --prefix "$$data"; \
	node "$$data/lighthouse.mjs" http://$(DEMO_LISTEN)

# Real proxies in front, with the blocks of docs/proxies.md: nginx, and Caddy, Apache and HAProxy where they are.
proxies: tools
	cargo build
	python3 -B tests/outside/proxies.py target/debug/daybook

# Brings real exports in and compares what can be read over HTTP with what is expected of each. Their texts, opened in the visual
# editor, must stay as they are to the byte.
corpora: tools editor
	@test -n "$(CORPORA)" || { echo "Name the directory of the exports: make corpora CORPORA=DIR" >&2; exit 2; }
	CORPORA="$(abspath $(CORPORA))" cargo test --test program corpora -- --ignored --nocapture
	CORPORA="$(abspath $(CORPORA))" node --test --test-reporter=spec tests/browser/visual_corpora.mjs

# Feeds the targets of fuzz/ with what a mutating machine thinks of, so many seconds each; fails where one finds something, which then lies
# in fuzz/artifacts. What reaches new code is kept in fuzz/corpus for the next time. The flags are those that `cargo fuzz` gives, without
# the checks of memory that need a nightly Rust: there is no `unsafe` code of ours to check.
FUZZ_SECONDS ?= 10
FUZZ_TARGETS ?= text comment_form blogger wordpress disqus remark42 headers search picture
FUZZ_HOST = $(shell rustc -vV | sed -n 's/^host: //p')
FUZZ_FLAGS = --cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
	-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares

fuzz:
	RUSTFLAGS="$(FUZZ_FLAGS)" cargo build --manifest-path fuzz/Cargo.toml --target $(FUZZ_HOST)
	@for target in $(FUZZ_TARGETS); do \
		mkdir -p fuzz/corpus/$$target fuzz/artifacts/$$target; echo "Fuzzing $$target for $(FUZZ_SECONDS) s"; \
		fuzz/target/$(FUZZ_HOST)/debug/$$target -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
			-print_final_stats=1 -verbosity=0 -artifact_prefix=fuzz/artifacts/$$target/ fuzz/corpus/$$target fuzz/seeds/$$target; \
	done

# Prints the times and sizes that we promise, on a blog of 10,000 posts and one of 100,000, on a post of 5,000 comments and for many who
# comment at once, and what the spam filter makes of comments that it has not seen, and fails where they are not met.
measure:
	cargo build --release
	DAYBOOK=target/release/daybook tests/measure.sh
	cargo test --release --test measure -- --ignored --nocapture --test-threads 1
	cargo test --release --test measure spam -- --nocapture

# What Daybook must survive, as rigs on plain Linux, as root (SECURITY.md says what each promises): deaths, power cuts, full and
# failing disks, floods. Prints a table at the end and fails where a promise does not hold or a rig cannot run. RIGS names
# some of them; ROUNDS, CUTS, HANGUPS and others in tests/faults make them shorter.
RIGS ?=
faults: faults-tools
	cargo build --release
	DAYBOOK=target/release/daybook python3 tests/faults/run.py $(RIGS)

# Everything of that at once, for MINUTES; a day is 1440.
soak: faults-tools
	cargo build --release
	DAYBOOK=target/release/daybook MINUTES=$(or $(MINUTES),5) python3 tests/faults/run.py F26

# What the rigs drive the machine with.
faults-tools:
	@$(call need,python3,python3)
	@$(call need,strace,strace)
	@$(call need,cc,gcc)
	@$(call need,mkfs.ext4,e2fsprogs)
	@$(call need,mkfs.xfs,xfsprogs)
	@$(call need,findmnt,util-linux)

# Daybook as shipped beside nginx with the same pages as files, and how it grows to a million posts: prints each goal with
# ok or MISSED, and writes bench/REPORT.md with plots. All parts take about an hour and 12 GB of disk, most of it for the
# large blogs, which are kept in target/bench for the next time. ARGS=--profile adds where the time goes.
bench:
	@$(call need,nginx,nginx)
	@$(call need,wrk,wrk)
	@$(call need,ps,procps)
	@$(call need,python3,python3)
	@test -z "$(findstring --profile,$(ARGS))" || { $(call need,perf,linux-perf); }
	@test -z "$(findstring editor,$(PARTS))" || $(MAKE) tools editor
	python3 -B bench --parts "$(PARTS)" $(ARGS)

# Makes the pictures of the README again, from a demo blog at LISTEN; and all themes on all kinds of pages, light and dark, on
# a desktop and on a phone, into the directory OUT, to be looked through.
screenshots: tools
	cargo build --release
	@$(demo-blog); \
	address=$$(target/release/daybook demo --sign-in --data "$$data" --listen $(DEMO_LISTEN) | grep -o 'http://.*'); \
	target/release/daybook serve --data "$$data" --listen $(DEMO_LISTEN) & \
	server=$$!; \
	until target/release/daybook health --listen $(DEMO_LISTEN) >/dev/null 2>&1; do kill -0 "$$server"; sleep 0.1; done; \
	node tests/browser/screenshots.mjs http://$(DEMO_LISTEN) "$$address" docs "$(OUT)"

# What the stories need: a browser, Node to drive it, Java for the HTML checker, and the packages of package.json.
tools: node_modules/.package-lock.json
	@$(call need,chromium,chromium)
	@$(call need,java,default-jre-headless)
	@$(call need,python3,python3)
	@$(call need,nginx,nginx)
	@$(call need,openssl,openssl)

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	@$(call need,node,nodejs)
	@$(call need,npm,npm)
	npm ci
	@touch $@

# $(call need,PROGRAM,PACKAGE): installs Debian's package when there is no such program.
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
need = command -v $(1) >/dev/null || { \
	echo "$(1) is missing: installing Debian's $(2)"; \
	$(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $(2); }
