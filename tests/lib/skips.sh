# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Lines of the log say which tests are skipped, in the same form in every kind that skips any:
#     # FORMAT skips CASE: why          for a case, or a row of one: `CASE, row 3 at line 14`
#     # FORMAT skipped 3: why (2), why (1)
# FORMAT is what a case runs on. It also comes first in `ok - FORMAT: CASE`.

# Passes the report on. A case or a row that every format skips tests nothing, which is a failure of its
# own. Only for reports of runs over all that there is.
fail_what_all_skip() {
    awk '
        { print }
        /^ *# [^ ]+ skips / {
            where = $0
            sub(/^ *# /, "", where)
            sub(/ skips .*/, "", where)
            name = $0
            sub(/^ *# [^ ]+ skips /, "", name)
            why = name
            sub(/: needs .*/, "", name)
            why = substr(why, length(name) + 3)
            if (!((name, where) in seen)) {
                seen[name, where]
                skips[name]++
                reason[name] = why
            }
            next
        }
        /^(not )?ok - [^ ]+: / {
            name = $0
            sub(/^(not )?ok - [^ ]+: /, "", name)
            runs[name]++
        }
        # How often the case ran. Its name may be a part of a longer one, between colons or commas.
        function runs_of(whole, name, at, sum) {
            for (name in runs) {
                at = index(": " name ":", ": " whole)
                if (at > 0 && substr(": " name ":", at + length(whole) + 2, 1) ~ /[:,]/)
                    sum += runs[name]
            }
            return sum + 0
        }
        END {
            for (name in skips) {
                whole = name
                is_row = sub(/, row [0-9]+ at line [0-9]+$/, "", whole)
                if (runs_of(whole) <= (is_row ? skips[name] : 0))
                    print "not ok - " name ": nothing runs it: " reason[name]
            }
        }'
}

# Passes the report on, and then prints the line `# FORMAT skipped 3: why (2), why (1)` of each format.
sum_up_skips() {
    awk '
        { print }
        /^ *# [^ ]+ skips / {
            where = $2
            why = $0
            sub(/.*: needs /, "needs ", why)
            if (!(where in count))
                order[++formats] = where
            count[where]++
            if (!((where, why) in alike))
                reasons[where] = reasons[where] "\t" why
            alike[where, why]++
        }
        END {
            for (i = 1; i <= formats; i++) {
                where = order[i]
                n = split(substr(reasons[where], 2), list, "\t")
                line = ""
                for (k = 1; k <= n; k++)
                    line = line (k > 1 ? ", " : "") list[k] " (" alike[where, list[k]] ")"
                print "# " where " skipped " count[where] ": " line
            }
        }'
}
