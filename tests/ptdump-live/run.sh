#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: ptdump on the memory of real machines: the example kernels, and Debian's Linux
# default: no
# packages: gcc libc6-dev clang-19 lld-19 llvm-19 python3 dpkg
# packages: qemu-system-x86 qemu-system-arm qemu-system-misc opensbi
#
# shellcheck disable=SC2154 # load_machine sets the machine_ variables
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../../examples/kernel/image.sh
source "$root/examples/kernel/image.sh"

here=$tests/ptdump-live
work=$build/tests/ptdump-live
kernel=$root/examples/kernel
ptdump=$work/ptdump
fresh_folder "$work/machines"

build_ptdump() {
    gcc -std=c11 -O2 -DPT64_HOSTED -D_POSIX_C_SOURCE=200809L -I "$root/include" \
        "$root"/examples/ptdump/*.c -o "$ptdump"
}

# ---- the example kernels ----

# symbol image name: prints its address.
symbol() {
    llvm-nm-19 "$1" | awk -v name="$2" '$3 == name { print $1 }'
}

# What holds the roots of an architecture: names of registers that QEMU's debugger stub knows. If it knows
# none, variables of the kernel.
roots() {
    case $1 in
    x86_64 | i386) echo cr3 ;;
    aarch64) echo TTBR0_EL1,TTBR1_EL1 ;;
    riscv32 | riscv64) echo satp ;;
    loongarch64) echo "@$(symbol "$2" kernel_lower),@$(symbol "$2" kernel_upper)" ;;
    esac
}

# Where the memory of an architecture's machine begins, and how much of it the kernel uses.
memory() {
    case $1 in
    x86_64 | i386) echo 0 0x4000000 ;;
    aarch64) echo 0x40000000 0x8000000 ;;
    riscv32 | riscv64) echo 0x80000000 0x8000000 ;;
    loongarch64) echo 0 0x10000000 ;;
    esac
}

# The options for the layout of a machine, if it is not the one that its register tells, or the default.
layout() {
    case $1 in
    i386-pae) echo --layout pae ;;
    x86_64-pc) echo --layout la57 ;; # which -cpu max has
    esac
}

# What a kernel has none of. Without a way to refuse execution all of its pages are executable.
checks() {
    case $1 in
    i386-two-level) echo user,reserved,lost ;;
    *) echo wx,user,device,reserved,lost ;;
    esac
}

build_kernel() {
    local arch=$1 way=$2 sources
    mapfile -t sources < <(kernel_sources "$kernel")
    build_image "$kernel" "$way" "$work/kernels/$arch-$way" "${sources[@]}"
}

# Runs a kernel up to the function that ends the machine, and saves its memory. `tables` then has the
# options by which ptdump finds its tables.
boot_kernel() {
    local arch=$1 way=$2 image folder board base size found
    image=$work/kernels/$arch-$way/kernel.elf
    folder=$work/machines/$arch-$way
    read -ra board <<<"$(machine_board "$way")"
    read -r base size <<<"$(memory "$arch")"
    found=$(python3 "$here/kernel.py" "$folder" "$(symbol "$image" machine_exit)" "$base" "$size" \
        "$(roots "$arch" "$image")" "$machine_emulator" "${board[@]}" -kernel "$image")
    read -ra found <<<"$found"
    read -ra tables <<<"--arch $arch $(layout "$arch-$way") --base $base --root ${found[0]}"
    [ "${#found[@]}" = 1 ] || tables+=(--upper-root "${found[1]}")
    echo "${tables[@]}" >"$folder/tables"
}

load_tables() {
    read -ra tables <"$work/machines/$1/tables"
}

# The map is what the kernel printed. $2 is the form of the file: flat or core.
map_is_as_printed() {
    local folder=$work/machines/$1
    load_tables "$1"
    "$ptdump" map "${tables[@]}" --format json "$folder/$2" >"$folder/$2.json"
    python3 "$here/compare_kernel.py" "$folder/serial" "$folder/$2.json"
}

# The kernel keeps W^X. It reaches its own nodes, which are in the memory that it maps as free.
audit_finds_the_tables_only() {
    local folder=$work/machines/$1
    load_tables "$1"
    "$ptdump" audit "${tables[@]}" "$folder/flat" --checks "$(checks "$1")"
    fails "$ptdump" audit "${tables[@]}" "$folder/flat" --checks tables
}

picture_is_drawn() {
    local folder=$work/machines/$1
    load_tables "$1"
    "$ptdump" svg "${tables[@]}" "$folder/flat" --output "$folder/map.svg"
    grep -q '</svg>' "$folder/map.svg"
}

check_kernels() {
    local arch way machine
    for arch in x86_64 i386 aarch64 riscv32 riscv64 loongarch64; do
        load_machine "$kernel" "$arch"
        for way in "${machine_boots[@]}"; do
            machine=$arch-$way
            check "$machine: the kernel builds" build_kernel "$arch" "$way"
            check "$machine: the kernel runs to its end" boot_kernel "$arch" "$way"
            check "$machine: map is what the kernel printed" map_is_as_printed "$machine" flat
            # QEMU 7.2 has no dump-guest-memory for LoongArch.
            [ "$arch" = loongarch64 ] ||
                check "$machine: and so it is from a core" map_is_as_printed "$machine" core
            check "$machine: audit" audit_finds_the_tables_only "$machine"
            check "$machine: svg" picture_is_drawn "$machine"
        done
    done
}

# ---- a kernel from elsewhere ----

fetch_linux() {
    local package
    compgen -G "$work/linux/boot/vmlinuz-*" >/dev/null && return
    mkdir -p "$work/linux"
    package=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image-/ && !seen++ { print $2 }')
    (cd "$work/linux" && apt-get -o APT::Sandbox::User=root download "$package")
    dpkg-deb --fsys-tarfile "$work"/linux/*.deb | tar -x -C "$work/linux" ./boot
    rm -f "$work"/linux/*.deb
}

build_init() {
    gcc -std=c11 -O1 -static -nostdlib -ffreestanding -fno-stack-protector -fno-pie -no-pie \
        "$here/init.c" -o "$work/init"
}

# boot_linux name cpu
boot_linux() {
    python3 "$here/linux.py" "$work/machines/$1" "$work"/linux/boot/vmlinuz-* "$work/init" 256 \
        qemu-system-x86_64 -M q35 -cpu "$2" >"$work/$1"
    cat "$work/$1"
}

# What Linux loads into IA32_PAT (arch/x86/mm/pat/memtype.c). It prints the value when it boots.
linux_pat=0x0407050600070106

pat_is_as_expected() {
    grep -q 'x86/PAT: Configuration \[0-7\]: WB  WC  UC- UC  WB  WP  UC- WT' \
        "$work/machines/$1/serial"
}

# Sets `tables` for the Linux that was booted under this name. It must have the layout $2.
linux_tables() {
    local layout cr3
    read -r layout cr3 <"$work/$1"
    [ "$layout" = "$2" ]
    tables=(--layout "$layout" --root "$cr3" --pat "$linux_pat" "$work/machines/$1/core")
}

agrees_with_monitor() {
    local folder=$work/machines/$1 reports=("$work/machines/$1/tlb")
    linux_tables "$@"
    [ ! -f "$folder/mem" ] || reports+=("$folder/mem")
    "$ptdump" map "${tables[@]}" --pages --format json >"$folder/pages.json"
    python3 "$here/compare_linux.py" "$folder/pages.json" "${reports[@]}"
}

# Debian's kernel keeps W^X and has no malformed entries. The only finding is that its direct map reaches
# the page tables.
audit_of_linux() {
    linux_tables "$@"
    "$ptdump" audit "${tables[@]}" --checks wx,user,device,reserved,lost
    fails "$ptdump" audit "${tables[@]}" --checks tables
}

check_linux() {
    check 'linux: the image is there' fetch_linux
    check 'linux: an init' build_init
    check 'linux: four levels, its first process runs' boot_linux linux48 max,la57=off
    check 'linux: four levels, the PAT is the one that ptdump is told' pat_is_as_expected linux48
    check 'linux: four levels, map is what info tlb and info mem say' agrees_with_monitor \
        linux48 la48
    check 'linux: four levels, audit' audit_of_linux linux48 la48
    check 'linux: five levels, its first process runs' boot_linux linux57 max
    check 'linux: five levels, map is what info tlb says' agrees_with_monitor linux57 la57
    check 'linux: five levels, audit' audit_of_linux linux57 la57
}

check 'ptdump builds' build_ptdump
check_kernels
check_linux
