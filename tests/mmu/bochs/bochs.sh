# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of tap.sh and image.sh
#
# Runs an image on Bochs instead of QEMU. Bochs starts from a disk.

# make_disk folder image: makes folder/disk.img, which boots the image.
make_disk() {
    local chunk=32768 chunks

    objcopy -O binary "$2" "$1/kernel.bin" &&
        chunks=$((($(stat -c %s "$1/kernel.bin") + chunk - 1) / chunk)) &&
        clang-19 --target=i386-unknown-none-elf -c "$tests/mmu/bochs/boot.S" -o "$1/boot.o" &&
        ld.lld-19 -Ttext=0x7c00 --oformat=binary --defsym=chunks="$chunks" "$1/boot.o" -o "$1/boot.bin" &&
        rm -f "$1/disk.img" && truncate -s $((20 * 16 * 63 * 512)) "$1/disk.img" &&
        dd if="$1/boot.bin" of="$1/disk.img" conv=notrunc status=none &&
        dd if="$1/kernel.bin" of="$1/disk.img" bs=512 seek=1 conv=notrunc status=none
}

# bochs_settings folder model. The display is a server that nothing connects to: Debian's Bochs has none that
# shows nothing.
bochs_settings() {
    cat <<END
display_library: rfb, options="timeout=0"
config_interface: textconfig
plugin_ctrl: unmapped=true, biosdev=true, speaker=false, extfpuirq=true, parallel=false, serial=false, gameport=false
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
megs: 64
cpu: model=$2, count=1, ips=50000000, reset_on_triple_fault=0
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path="$1/disk.img", mode=flat, cylinders=20, heads=16, spt=63
boot: disk
port_e9_hack: enabled=1
log: $1/bochs.log
panic: action=fatal
error: action=report
info: action=ignore
debug: action=ignore
END
}

# run_bochs folder image model: boots the image on this model of CPU and shows what it prints. Succeeds if
# the kernel ends the machine. Bochs does not tell whether after a PASS.
run_bochs() {
    local status=0

    make_disk "$1" "$2" || return
    bochs_settings "$1" "$3" >"$1/bochsrc"
    echo c >"$1/commands" # to its debugger: go on
    timeout -k 2 "$image_seconds" bochs-bin -q -f "$1/bochsrc" -rc "$1/commands" </dev/null || status=$?
    if [ $status -eq 124 ] || [ $status -eq 137 ]; then
        echo "stopped after $image_seconds seconds"
        return 1
    fi
}
