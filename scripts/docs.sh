#!/usr/bin/env bash
# Checks the documents and, where mdbook is installed, builds the book.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

step "Check the documents" cargo xtask tidy
if have mdbook; then
    step "Build the book" mdbook build
    say "The book: target/book/index.html"
else
    say "mdbook is not installed (cargo install mdbook); the pages read well as they are: docs/SUMMARY.md"
fi
