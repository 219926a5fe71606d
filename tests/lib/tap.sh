# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# For the run.sh of a kind: the paths, and checks that print `ok - name` or `not ok - name`.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
tests=$root/tests
build=${PT64_BUILD:-$root/build}
# How many jobs run at a time. Kinds that run side by side share the CPUs.
jobs=${PT64_JOBS:-$(nproc)}

# shellcheck disable=SC2034 # for the scripts that source this
readonly root tests build jobs

# Seconds of CPU time for each process, so that a process which never ends is a failure of its own.
ulimit -S -t "${PT64_LIMIT:-600}"

# A command that fails outside a check ends the script, most often silently.
tell_what_failed() {
    [ "$1" = 0 ] || printf '%s ended with status %d, because of: %s\n' "$0" "$1" "$2" >&2
}
trap 'tell_what_failed "$?" "$BASH_COMMAND"' EXIT

# Runs a command, whose name in the report is $1, and shows its output if it fails. Must be called as a
# plain command: within a condition, bash ignores errexit in everything that is called.
check() {
    local name=$1 output status
    shift
    set +e
    output=$(
        set -e
        "$@" 2>&1
    )
    status=$?
    set -e
    if [ "$status" = 0 ]; then
        printf 'ok - %s\n' "$name"
    else
        # In one write: other jobs print at the same time.
        printf 'not ok - %s\n%s\n' "$name" "    ${output//$'\n'/$'\n'    }"
    fi
}

# Whether as many jobs or more run in the background. Starting a process takes long, so that it starts one only.
has_jobs() {
    local running
    mapfile -t running < <(jobs -rp)
    [ "${#running[@]}" -ge "$1" ]
}

# Waits until another job can run in the background.
wait_for_a_place() {
    while has_jobs "$jobs"; do
        wait -n || true
    done
}

# The same in the background. The caller ends with check_wait.
check_async() {
    wait_for_a_place
    check "$@" &
}

check_wait() {
    wait
}

# Succeeds if the command fails. For checks that test the checks.
fails() {
    if "$@"; then
        printf 'expected to fail: %s\n' "$*"
        return 1
    fi
}

# An empty folder in the build tree.
fresh_folder() {
    rm -rf -- "$1"
    mkdir -p -- "$1"
}
