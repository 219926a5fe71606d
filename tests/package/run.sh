#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: projects elsewhere find, include, fetch or copy the library and use it, from Rust too; the reference builds
# seconds: 50
# packages: gcc libc6-dev clang-19 cmake make pkg-config doxygen bindgen libclang1-14 libclang-common-14-dev
#
# With PT64_ALL set, the single headers run with every format, by gcc and clang, and are compiled as a kernel for each
# machine. Otherwise they run with one format of each machine by gcc, and are compiled as kernels for two, all at -O0,
# and bindings are of these two.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/skips.sh
source "$tests/lib/skips.sh"

work=$build/tests/package
prefix=$work/stage/usr
single=$prefix/share/page_table64/single_include
smoke=$tests/package/smoke.c
# The files from which the library is built and installed.
library_files=(CMakeLists.txt LICENSE .cmake include examples/amalgamate.sh)
# Most programs are compiled once and run for a moment.
optimization=-O0
[ -z "${PT64_ALL:-}" ] || optimization=-O1
fresh_folder "$work"
# shellcheck source=bindings.sh
source "$tests/package/bindings.sh"

# The package as a user receives it, moved from where it was built for.
install_package() {
    cmake -S "$root" -B "$work/build" -DCMAKE_INSTALL_PREFIX=/usr -DPAGE_TABLE64_BUILD_TESTS=OFF \
        -DPAGE_TABLE64_BUILD_EXAMPLES=OFF
    cmake --build "$work/build"
    DESTDIR=$work/stage cmake --install "$work/build"
}

# outside_project way cmake-argument...: builds and runs a copy of the project in the folder `way`.
outside_project() {
    local way=$1 folder=$work/$1
    shift
    fresh_folder "$folder"
    cp "$tests/package/$way/CMakeLists.txt" "$smoke" "$folder"
    cmake -S "$folder" -B "$folder/build" "$@"
    cmake --build "$folder/build"
    "$folder/build/smoke"
}

# As a part of another project the library brings neither its tests nor its installation.
is_a_quiet_part() {
    local folder=$work/add_subdirectory/build
    DESTDIR=$folder/stage cmake --install "$folder"
    [ ! -e "$folder/stage" ] && [ ! -e "$folder/page_table64/tests" ]
}

fetched_project() {
    local archive=$work/page_table64.tar.gz
    (cd "$root" && cmake -E tar czf "$archive" "${library_files[@]}")
    outside_project fetch_content -DPAGE_TABLE64="$archive"
}

pkg_config_project() {
    local flags
    export PKG_CONFIG_PATH=$prefix/share/pkgconfig
    pkg-config --exists 'page_table64 >= 0.3'
    read -ra flags < <(pkg-config --cflags page_table64)
    gcc -std=c11 "${flags[@]}" -DPT64_HOSTED '-DHEADER=<page_table64.h>' \
        '-DMETA_HEADER=<page_table64/meta/x86_64.h>' -DMETA=pt64_x86_64_la48 -DPTE=pt64_x86_64_pte \
        "$smoke" -o "$work/pkg_config"
    "$work/pkg_config"
}

# The headers, CMake and pkg-config have the same version.
versions_agree() {
    local version
    version=$(gcc -E -P -I "$root/include" -include page_table64/version.h -x c - \
        <<<'PT64_VERSION_MAJOR.PT64_VERSION_MINOR.PT64_VERSION_PATCH' | tr -d ' \n')
    grep -qxF "CMAKE_PROJECT_VERSION:STATIC=$version" "$work/build/CMakeCache.txt"
    grep -qxF "Version: $version" "$prefix/share/pkgconfig/page_table64.pc"
    grep -qF "set(PACKAGE_VERSION \"$version\")" \
        "$prefix/share/cmake/page_table64/page_table64-config-version.cmake"
    grep -qF "page_table64 $version for" "$single/page_table64_x86_64.h"
}

# ---- the single headers ----

# What the script writes is what CMake has written.
is_amalgamated_without_cmake() {
    local arch=$1
    "$root/examples/amalgamate.sh" "$arch" >"$work/page_table64_$arch.h"
    cmp "$work/page_table64_$arch.h" "$single/page_table64_$arch.h"
}

# refuses argument...: the script says in one line what it takes.
amalgamate_refuses() {
    local status=0
    "$root/examples/amalgamate.sh" "$@" >"$work/refused" 2>"$work/complaint" || status=$?
    [ "$status" = 2 ] && [ ! -s "$work/refused" ] && [ "$(wc -l <"$work/complaint")" = 1 ] &&
        grep -qF "takes one architecture: $(architectures | paste -sd ' ')" "$work/complaint"
}

# An assembler sees only the constants of the registers in a single header.
is_read_by_assemblers() {
    local arch=$1 name options
    read -ra options < <(clang_options "$arch")
    name=$(sed -n 's/^#define \(PT64_[A-Z0-9_]*\) .*/\1/p' "$root/include/page_table64/regs/$arch.h" | sed -n 1p)
    printf '#include "page_table64_%s.h"\n.quad %s\n' "$arch" "$name" |
        clang-19 "${options[@]}" -I "$single" -x assembler-with-cpp -c - -o "$work/assembled-$arch.o"
}

is_self_contained() {
    local header=$1
    [ "$(grep -c 'SPDX-License-Identifier: MIT' "$header")" = 1 ]
    grep -q 'Permission is hereby granted, free of charge' "$header"
    if grep -nE '^#[ \t]*include[ \t]*"' "$header"; then
        return 1
    fi
}

# A folder that holds only the smoke test and the header or headers.
copy_apart() {
    local folder=$1
    shift
    fresh_folder "$folder"
    cp "$smoke" "$@" "$folder"
    cd "$folder"
}

runs_here() {
    local id=$1 arch=$2 meta=$3 pte=$4 compiler=$5
    copy_apart "$work/single/$id-$compiler" "$single/page_table64_$arch.h"
    "$compiler" -std=c11 "${strict[@]}" "$optimization" -DPT64_HOSTED "-DHEADER=\"page_table64_$arch.h\"" \
        "-DMETA=$meta" "-DPTE=$pte" "-DTERMS=${pte%_pte}_terms" \
        "-DTABLE_DEFINE=PAGE_TABLE$(entry_bits "$meta")_DEFINE" smoke.c -o smoke
    ./smoke
}

compiles_for_its_machine() {
    local machine=$1 arch=$2 meta=$3 pte=$4 options
    read -ra options < <(clang_options "$machine")
    copy_apart "$work/single/kernel-$machine" "$single/page_table64_$arch.h"
    options+=("${freestanding[@]}" -std=c11 "${strict[@]}" "${optimization/1/2}" "-DMETA=$meta" "-DPTE=$pte"
        "-DTABLE_DEFINE=PAGE_TABLE$(entry_bits "$meta")_DEFINE" -c smoke.c)
    clang-19 "${options[@]}" "-DHEADER=\"page_table64_$arch.h\"" "-DTERMS=${pte%_pte}_terms"
    # The reports are in the single header, and cost nothing if they are not used.
    clang-19 "${options[@]}" "-DHEADER=\"page_table64_$arch.h\"" -o single.o
    clang-19 "${options[@]}" -I "$prefix/include" '-DHEADER=<page_table64.h>' \
        "-DMETA_HEADER=<page_table64/meta/$arch.h>" -o separate.o
    cmp single.o separate.o
}

compile_together() {
    copy_apart "$work/single/together" "$single"/*.h
    printf '#include "%s"\n' *.h >all.h
    gcc -std=c11 "${strict[@]}" -DPT64_HOSTED '-DHEADER="all.h"' -DMETA=pt64_riscv_sv39 \
        -DPTE=pt64_riscv_pte smoke.c -o smoke
    ./smoke
}

# What a build does when a header has changed, and when nothing has.
are_kept_up_to_date() {
    local copy=$work/reference built=$work/reference/build/single_include/page_table64_x86_64.h line
    # shellcheck disable=SC2016 # what a careless script would expand, or split
    line='extern int a_new_line; /* a[b]; "c;d" \n ${e} @f@ */'
    touch -d '1 hour ago' "$built"
    cmake "$copy/build"
    [ "$built" -ot "$copy/build/Makefile" ]
    printf '%s\n' "$line" >>"$copy/include/page_table64/types.h"
    cmake --build "$copy/build"
    grep -qxF -- "$line" "$built"
}

# ---- the reference ----

# A copy of the sources, with its reference in `build/html`.
copy_source() {
    fresh_folder "$1"
    (cd "$root" && cp -r --parents "${library_files[@]}" "$1")
    cmake -S "$1" -B "$1/build" -DPAGE_TABLE64_BUILD_TESTS=OFF -DPAGE_TABLE64_BUILD_EXAMPLES=OFF
}

reference_builds() {
    copy_source "$work/reference"
    cmake --build "$work/reference/build" --target docs
    grep -q name_map_region "$work/reference/build/html/define_8h.html"
}

# The main page leads to every geometry and entry format, to the calls and to every page.
reference_leads_everywhere() {
    local html=$work/reference/build/html page
    sed -n 's/^PT64_TRAIT struct pt64_\(meta\|pte\) \(pt64_[a-z0-9_]*\) .*/\2/p' \
        "$root"/include/page_table64/{meta,pte}/*.h >"$work/traits"
    [ "$(wc -l <"$work/traits")" -gt 20 ]
    # Whatever a link of the page is called, a line each.
    sed 's/<\/a>/&\n/g' "$html/index.html" | sed -n 's/.*href="[^"]*">\([a-z0-9_]*\)<\/a>$/\1/p' >"$work/links"
    if grep -vxFf "$work/links" "$work/traits"; then
        echo 'the main page does not lead to these'
        return 1
    fi
    for page in define_8h tutorial cookbook flushing adding_a_format md_include_page_table64_doc_needs; do
        [ -f "$html/$page.html" ] && grep -q "href=\"$page.html\"" "$html/index.html"
    done
}

# In a table a bar must not be escaped so that the backslash shows.
reference_shows_no_markup() {
    # shellcheck disable=SC2251 # the status of the function
    ! find "$work/reference/build/html" -name '*.html' ! -name '*_source.html' -print0 |
        xargs -0 grep -nE '\\\||@ref|@code' | grep .
}

# The two checks above fail on the reference with the flaws that reference_objects makes.
reference_flaws_are_noticed() {
    fails reference_leads_everywhere
    fails reference_shows_no_markup
}

# Missing descriptions are an error, and so are descriptions of parameters that do not exist. Other flaws are none to
# Doxygen: they are in the same reference, because it takes long to build.
# shellcheck disable=SC2016 # the backquotes are those of Markdown
reference_objects() {
    local include=$work/reference/include added=$work/reference/include/page_table64/text.h output name
    sed -i 's/::pt64_riscv_sv57,/pt64_riscv_sv57,/' "$include/page_table64.h"
    sed -i 's/^ \* | text  .*/ * | text | `a \\| b` |/' "$include/page_table64/doc/tutorial.h"
    cat >"$work/careless" <<'END'
#define PT64_WITHOUT_WORDS 1
PT64_INLINE int pt64_without_terms(void) { return 0; }
/** Words. */ struct pt64_words_without { int member_without; };
/** See @ref pt64_nowhere. */ typedef int pt64_misled_t;
END
    sed "/^#define PAGE_TABLE64_TEXT_H/r $work/careless" "$root/include/page_table64/text.h" >"$added"
    if output=$(cmake --build "$work/reference/build" --target docs 2>&1); then
        echo 'no objection'
        return 1
    fi
    for name in PT64_WITHOUT_WORDS pt64_without_terms member_without pt64_nowhere; do
        [[ $output == *text.h:*$name* ]]
    done
}

check 'is configured and installed' install_package
check 'find_package' outside_project find_package -DCMAKE_PREFIX_PATH="$prefix"
check 'add_subdirectory' outside_project add_subdirectory -DPAGE_TABLE64="$root"
check 'add_subdirectory brings no tests and installs nothing' is_a_quiet_part
check 'FetchContent' fetched_project
check 'pkg-config' pkg_config_project
check 'the headers and the package files are of one version' versions_agree
check 'the amalgamating script refuses what is no architecture' amalgamate_refuses mips
check 'the amalgamating script refuses to do without an architecture' amalgamate_refuses
check 'single headers together' compile_together
check 'the reference builds without a warning' reference_builds
check 'the main page of the reference leads everywhere' reference_leads_everywhere
check 'the reference shows no markup' reference_shows_no_markup
check 'the reference objects to names without words' reference_objects
check 'a reference that leads nowhere or shows markup is noticed' reference_flaws_are_noticed
check 'single headers follow the headers, and change only with them' are_kept_up_to_date
check_bindings
while read -r arch; do
    check "single header for $arch: self-contained" is_self_contained "$single/page_table64_$arch.h"
    check "single header for $arch: a script writes the same" is_amalgamated_without_cmake "$arch"
    check "single header for $arch: an assembler reads it" is_read_by_assemblers "$arch"
done < <(architectures)
while read -r id arch meta pte; do
    machine=$(machine_of "$id" "$arch")
    check_async "single header for $arch: compiles in a kernel for $machine" \
        compiles_for_its_machine "$machine" "$arch" "$meta" "$pte"
done < <(few_formats)
while read -r id arch meta pte; do
    for compiler in gcc ${PT64_ALL:+clang-19}; do
        check_async "single header for $arch: $id runs here, $compiler" \
            runs_here "$id" "$arch" "$meta" "$pte" "$compiler"
    done
done < <(chosen_formats first_formats)
check_wait
