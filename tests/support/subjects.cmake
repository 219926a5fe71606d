# SPDX-License-Identifier: MIT
#
# The libraries of every host test: the oracle, the arena, and one subject for each format of formats.h.

if(TARGET page_table64_subjects)
    return()
endif()

set(support_dir "${CMAKE_CURRENT_LIST_DIR}")
set(PAGE_TABLE64_FORMATS ".*" CACHE STRING "Regular expression: formats that the tests run over")
# A table type whose traits are constants is what a user compiles. The others share one whose traits are
# variables, any_subjects.c, which takes as long to compile as two of them.
set(PAGE_TABLE64_FOLDED "^(x86_64_la48|armv7_short)$" CACHE STRING
    "Regular expression: formats compiled with traits that are constants")

add_library(page_table64_oracle STATIC
    "${support_dir}/oracle.c"
    "${support_dir}/oracle_x86_64.c"
    "${support_dir}/oracle_i386.c"
    "${support_dir}/oracle_aarch64.c"
    "${support_dir}/oracle_aarch64_stage2.c"
    "${support_dir}/oracle_armv7.c"
    "${support_dir}/oracle_riscv.c"
    "${support_dir}/oracle_loongarch64.c"
    "${support_dir}/oracle_iommu.c"
    "${support_dir}/oracle_ept.c"
    "${support_dir}/oracle_npt.c"
    "${support_dir}/format_flags.c")
target_link_libraries(page_table64_oracle PUBLIC page_table64_test)

# Files like formats.h, whose rows become subjects too. Each is included after the meta header.
set(format_files "${support_dir}/formats.h" ${PAGE_TABLE64_MORE_FORMATS})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${format_files})
set(page_table64_formats)
set(subject_sources)
set(ANY_ROWS)
set(SUBJECT_EXTERNS)
set(SUBJECT_POINTERS)
foreach(SUBJECT_FILE IN LISTS format_files)
    file(READ "${SUBJECT_FILE}" formats)
    string(REGEX REPLACE ",[ \\\n]+" ", " formats "${formats}") # a row may go on in the next line
    string(REGEX MATCHALL "\n +X\\([^)]+\\)" rows "${formats}")
    foreach(row IN LISTS rows)
        # A row may go on in the next line.
        string(REGEX REPLACE "[ \\\n]+" " " row "${row}")
        if(NOT row MATCHES "X\\(([a-z0-9_]+), ([a-z0-9_]+), ([a-z0-9_]+), ([a-z0-9_]+)\\)")
            message(FATAL_ERROR "${SUBJECT_FILE}: cannot read «${row}»")
        endif()
        set(row ${CMAKE_MATCH_0})
        set(SUBJECT_ID ${CMAKE_MATCH_1})
        set(SUBJECT_HEADER ${CMAKE_MATCH_2})
        set(SUBJECT_META ${CMAKE_MATCH_3})
        set(SUBJECT_PTE ${CMAKE_MATCH_4})
        if(NOT SUBJECT_ID MATCHES "${PAGE_TABLE64_FORMATS}")
            continue()
        endif()
        list(APPEND page_table64_formats ${SUBJECT_ID})
        string(APPEND SUBJECT_EXTERNS "extern const struct subject subject_${SUBJECT_ID};\n")
        string(APPEND SUBJECT_POINTERS "    &subject_${SUBJECT_ID},\n")
        if(NOT SUBJECT_ID MATCHES "${PAGE_TABLE64_FOLDED}")
            string(APPEND ANY_ROWS " \\\n    ${row}")
            continue()
        endif()
        set(subject_source "${CMAKE_CURRENT_BINARY_DIR}/subject_${SUBJECT_ID}.c")
        configure_file("${support_dir}/subject.c.in" "${subject_source}" @ONLY)
        list(APPEND subject_sources "${subject_source}")
    endforeach()
endforeach()
configure_file("${support_dir}/subjects.c.in" "${CMAKE_CURRENT_BINARY_DIR}/subjects.c" @ONLY)
if(ANY_ROWS)
    set(any_header "${CMAKE_CURRENT_BINARY_DIR}/any_formats.h")
    configure_file("${support_dir}/any_formats.h.in" "${any_header}" @ONLY)
    list(APPEND subject_sources "${support_dir}/any_subjects.c")
    set_source_files_properties("${support_dir}/any_subjects.c" PROPERTIES
        COMPILE_DEFINITIONS "ANY_FORMATS_HEADER=\"${any_header}\"")
endif()

# The engine comes first, because it takes longest.
add_library(page_table64_subjects STATIC
    ${subject_sources} "${support_dir}/arena.c" "${CMAKE_CURRENT_BINARY_DIR}/subjects.c")
target_link_libraries(page_table64_subjects PUBLIC page_table64_oracle)
