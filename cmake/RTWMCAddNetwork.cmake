# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#[=[
A library of one network, for firmware to link:

    rtwmc_add_network(<name> MODEL <file> MCPU <core>
      [RAM <bytes>] [FLASH <bytes>] [OPTIONS <option>...])

compiles <file> into the object of the static library <name>, whose users find
<name>.h; its C names begin with <name> as well. It is compiled again when the model,
a file that an option names, or the compiler changes. A budget that is too small fails the
build with the compiler's message. The report, <name>.json, lies beside the object
in the folder <name>.rtwmc of the current binary directory; the property RTWMC_REPORT
of the target is its path.

Paths are relative to the current source directory. RAM and FLASH take what --ram
and --flash take, such as 4KiB. OPTIONS are further options of rtwmc-compile.
#]=]
function(rtwmc_add_network name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MODEL;MCPU;RAM;FLASH" "OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "rtwmc_add_network(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "rtwmc_add_network(${name}): no value for ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  foreach(needed MODEL MCPU)
    if(NOT arg_${needed})
      message(FATAL_ERROR "rtwmc_add_network(${name}): expects ${needed}")
    endif()
  endforeach()
  if(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "rtwmc_add_network(${name}): expects a C identifier as the name")
  endif()

  get_filename_component(model "${arg_MODEL}" ABSOLUTE)
  set(options "--mcpu=${arg_MCPU}" "--name=${name}" ${arg_OPTIONS})
  if(arg_RAM)
    list(APPEND options "--ram=${arg_RAM}")
  endif()
  if(arg_FLASH)
    list(APPEND options "--flash=${arg_FLASH}")
  endif()
  set(files "${model}")
  foreach(option ${arg_OPTIONS})
    if(option MATCHES "^--?(plan|calibration)=(.+)$")
      get_filename_component(file "${CMAKE_MATCH_2}" ABSOLUTE)
      list(APPEND files "${file}")
    endif()
  endforeach()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${name}.rtwmc")
  set(object "${folder}/${name}.o")
  set(header "${folder}/${name}.h")
  set(report "${folder}/${name}.json")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(OUTPUT "${object}" "${header}" "${report}"
    COMMAND RTWMC::rtwmc-compile "${model}" ${options} -o "${object}"
      "--header=${header}" "--report=${report}"
    DEPENDS ${files} $<TARGET_FILE:RTWMC::rtwmc-compile>
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    COMMENT "Compiling network ${name} for ${arg_MCPU}"
    VERBATIM)

  add_library(${name} STATIC "${object}" "${header}" "${report}")
  set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  # Nothing is left to compile; what archives and links is the same for all languages.
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  foreach(language C CXX)
    if(language IN_LIST languages)
      set_target_properties(${name} PROPERTIES LINKER_LANGUAGE ${language})
      break()
    endif()
  endforeach()
  set_target_properties(${name} PROPERTIES RTWMC_REPORT "${report}")
  target_include_directories(${name} SYSTEM INTERFACE "${folder}")
endfunction()
