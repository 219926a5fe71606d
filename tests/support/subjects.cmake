# SPDX-License-Identifier: MIT
#
# The libraries under every host test: the oracle, the arena, and one subject a format of formats.h.

if(TARGET page_table64_subjects)
    return()
endif()

set(support_dir "${CMAKE_CURRENT_LIST_DIR}")
set(PAGE_TABLE64_FORMATS ".*" CACHE STRING "Regular expression: formats that the tests run over")

add_library(page_table64_oracle STATIC
    "${support_dir}/oracle.c"
    "${support_dir}/oracle_x86_64.c"
    "${support_dir}/oracle_aarch64.c"
    "${support_dir}/oracle_riscv.c"
    "${support_dir}/oracle_loongarch64.c")
target_link_libraries(page_table64_oracle PUBLIC page_table64_test)

# Files like formats.h, whose rows are made subjects too; each is included after the meta header.
set(format_files "${support_dir}/formats.h" ${PAGE_TABLE64_MORE_FORMATS})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${format_files})
set(page_table64_formats)
set(subject_sources)
set(SUBJECT_EXTERNS)
set(SUBJECT_POINTERS)
foreach(SUBJECT_FILE IN LISTS format_files)
    file(READ "${SUBJECT_FILE}" formats)
    string(REGEX MATCHALL "\n +X\\([^)]+\\)" rows "${formats}")
    foreach(row IN LISTS rows)
        if(NOT row MATCHES "X\\(([a-z0-9_]+), ([a-z0-9_]+), ([a-z0-9_]+), ([a-z0-9_]+)\\)")
            message(FATAL_ERROR "${SUBJECT_FILE}: cannot read «${row}»")
        endif()
        set(SUBJECT_ID ${CMAKE_MATCH_1})
        set(SUBJECT_HEADER ${CMAKE_MATCH_2})
        set(SUBJECT_META ${CMAKE_MATCH_3})
        set(SUBJECT_PTE ${CMAKE_MATCH_4})
        if(NOT SUBJECT_ID MATCHES "${PAGE_TABLE64_FORMATS}")
            continue()
        endif()
        configure_file("${support_dir}/subject.c.in"
            "${CMAKE_CURRENT_BINARY_DIR}/subject_${SUBJECT_ID}.c" @ONLY)
        list(APPEND page_table64_formats ${SUBJECT_ID})
        list(APPEND subject_sources "${CMAKE_CURRENT_BINARY_DIR}/subject_${SUBJECT_ID}.c")
        string(APPEND SUBJECT_EXTERNS "extern const struct subject subject_${SUBJECT_ID};\n")
        string(APPEND SUBJECT_POINTERS "    &subject_${SUBJECT_ID},\n")
    endforeach()
endforeach()
configure_file("${support_dir}/subjects.c.in" "${CMAKE_CURRENT_BINARY_DIR}/subjects.c" @ONLY)

add_library(page_table64_subjects STATIC
    "${support_dir}/arena.c" "${CMAKE_CURRENT_BINARY_DIR}/subjects.c" ${subject_sources})
target_link_libraries(page_table64_subjects PUBLIC page_table64_oracle)
