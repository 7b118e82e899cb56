# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# How LLVM and MLIR are linked: as the shared libLLVM.so and libMLIR.so, or, with
# RTWMC_STATIC_LLVM, into the programs, which then run where neither is. To be
# included before AddLLVM and AddMLIR.
option(RTWMC_STATIC_LLVM
  "Link LLVM and MLIR into the programs; without plugin, language server and tests" OFF)

if(NOT RTWMC_STATIC_LLVM)
  # Everything links the one libMLIR.so: mixing it with the static archives gives
  # two copies of every type id.
  set(MLIR_LINK_MLIR_DYLIB ON)
  set(LLVM_LINK_LLVM_DYLIB ON)
  return()
endif()

set(MLIR_LINK_MLIR_DYLIB OFF)
set(LLVM_LINK_LLVM_DYLIB OFF)

# The archives of a distribution's MLIR name the shared libLLVM.so as what they
# need. This is what they need of it.
add_library(RTWMCStaticLLVM INTERFACE)
target_link_libraries(RTWMCStaticLLVM INTERFACE
  LLVM${LLVM_NATIVE_ARCH}AsmParser LLVMBitReader LLVMCore LLVMSupport
  LLVMTransformUtils)
function(rtwmc_replace_needed target pattern by)
  get_target_property(needed ${target} INTERFACE_LINK_LIBRARIES)
  if(needed)
    list(TRANSFORM needed REPLACE "${pattern}" "${by}")
    list(REMOVE_ITEM needed "")
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${needed}")
  endif()
endfunction()
foreach(target ${MLIR_EXPORTED_TARGETS})
  rtwmc_replace_needed(${target} "^(LLVM|[$]<LINK_ONLY:LLVM>)$" RTWMCStaticLLVM)
endforeach()

# Of the libraries besides, a wheel for any distribution may use libc's and libz.
rtwmc_replace_needed(LLVMSupport "^zstd::libzstd_shared$" zstd::libzstd_static)
rtwmc_replace_needed(LLVMSupport "^.*/libz3.*$" "")
add_link_options(-static-libstdc++ -static-libgcc)

# The archives need each other in circles, which lld does not mind. One link at a
# time, for each holds all of them.
add_link_options(-fuse-ld=lld)
set_property(GLOBAL APPEND PROPERTY JOB_POOLS rtwmc_link=1)
set(CMAKE_JOB_POOL_LINK rtwmc_link)
