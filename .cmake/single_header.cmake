# SPDX-License-Identifier: MIT
#
# One self-contained header out of several, by following their #include "..." lines.
#
# A text is only ever handled whole and quoted: as a CMake list, C source would fall apart at its
# semicolons and brackets.

set(PAGE_TABLE64_SPDX_LINE "/* SPDX-License-Identifier: MIT */\n")
set(PAGE_TABLE64_INCLUDE_LINE "\n#[ \t]*include[ \t]+\"[^\"\n]+\"[^\n]*")

# Appends the headers that `header` includes and then `header` itself, each of them once, to the
# caller's variable `text`. The caller's list `seen` holds those that are in it.
function(page_table64_append_header header)
    if(header IN_LIST seen)
        return()
    endif()
    list(APPEND seen "${header}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")

    cmake_path(GET header PARENT_PATH folder)
    file(READ "${header}" source)
    string(REGEX MATCHALL "${PAGE_TABLE64_INCLUDE_LINE}" include_lines "${source}")
    foreach(line IN LISTS include_lines)
        string(REGEX REPLACE "^[^\"]*\"([^\"]+)\".*$" "\\1" included "${line}")
        cmake_path(ABSOLUTE_PATH included BASE_DIRECTORY "${folder}" NORMALIZE)
        page_table64_append_header("${included}")
    endforeach()

    cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/include"
        OUTPUT_VARIABLE name)
    string(REPLACE "${PAGE_TABLE64_SPDX_LINE}" "" source "${source}")
    string(REGEX REPLACE "${PAGE_TABLE64_INCLUDE_LINE}" "" source "${source}")
    set(text "${text}\n/* ==== ${name} ==== */\n\n${source}" PARENT_SCOPE)
    set(seen "${seen}" PARENT_SCOPE)
endfunction()

# page_table64_single_header(ARCH <name> OUTPUT <file> HEADERS <header>...)
function(page_table64_single_header)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "ARCH;OUTPUT" "HEADERS")

    set(licence_file "${PROJECT_SOURCE_DIR}/LICENSE")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${licence_file}")
    file(READ "${licence_file}" licence)
    string(STRIP "${licence}" licence)
    string(REPLACE "\n" "\n * " licence "${licence}")
    string(REPLACE " * \n" " *\n" licence "${licence}")

    string(CONCAT text
        "${PAGE_TABLE64_SPDX_LINE}"
        "/*\n"
        " * page_table64 ${PROJECT_VERSION} for ${arg_ARCH}, whole: copy this file and include it.\n"
        " * Generated from the headers that are named below. Change those, not this.\n"
        " *\n"
        " * ${licence}\n"
        " */\n")
    set(seen "")
    foreach(header IN LISTS arg_HEADERS)
        page_table64_append_header("${header}")
    endforeach()
    string(REGEX REPLACE "\n\n\n+" "\n\n" text "${text}")
    # Writes only what differs, so that to configure again rebuilds nothing.
    file(CONFIGURE OUTPUT "${arg_OUTPUT}" CONTENT "@text@" @ONLY)
endfunction()
