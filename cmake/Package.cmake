# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What `cmake --install` puts beside the programs: what find_package(RTWMC) finds,
# and headers and libraries for a compiler of one's own. test/Package uses both,
# examples/ the first. The install component `programs` is what a wheel has.
include(CMakePackageConfigHelpers)
set(package_dir lib/cmake/RTWMC)

set(programs rtwmc-compile rtwmc-opt)
if(NOT RTWMC_STATIC_LLVM)
  list(APPEND programs rtwmc-lsp-server)
endif()
install(TARGETS ${programs} EXPORT RTWMCPrograms
  RUNTIME DESTINATION bin COMPONENT programs)
install(EXPORT RTWMCPrograms NAMESPACE RTWMC:: DESTINATION ${package_dir}
  COMPONENT programs)

set_target_properties(rtwmc-planner PROPERTIES EXPORT_NAME Planner)
target_include_directories(rtwmc-planner INTERFACE $<INSTALL_INTERFACE:include>)
install(TARGETS rtwmc-planner EXPORT RTWMCLibraries
  LIBRARY DESTINATION lib COMPONENT programs)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/rtwmc-c DESTINATION include
  COMPONENT programs FILES_MATCHING PATTERN *.h)

# Linked to a static LLVM, libraries would need what cmake/LLVM.cmake makes of it.
if(NOT RTWMC_STATIC_LLVM)
  set(libraries Cores Planning Dialect Interpreter Transforms Kernels TosaToRTWMC
    RTWMCToLoops Streaming Target Pipelines)
  foreach(library ${libraries})
    set_target_properties(RTWMC${library} PROPERTIES EXPORT_NAME ${library})
    target_include_directories(RTWMC${library} INTERFACE $<INSTALL_INTERFACE:include>)
    target_compile_features(RTWMC${library} INTERFACE cxx_std_20)
    install(TARGETS RTWMC${library} EXPORT RTWMCLibraries ARCHIVE DESTINATION lib)
  endforeach()
  set_target_properties(RTWMC PROPERTIES EXPORT_NAME Plugin)
  install(TARGETS RTWMC EXPORT RTWMCLibraries LIBRARY DESTINATION lib)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/rtwmc ${PROJECT_BINARY_DIR}/include/rtwmc
    DESTINATION include
    FILES_MATCHING PATTERN *.h PATTERN *.td PATTERN *.inc
    PATTERN CMakeFiles EXCLUDE)
  install(EXPORT RTWMCLibraries NAMESPACE RTWMC:: DESTINATION ${package_dir})
endif()

# A build tree has what firmware needs at the same place.
set(built_package ${PROJECT_BINARY_DIR}/${package_dir})
export(EXPORT RTWMCPrograms NAMESPACE RTWMC:: FILE ${built_package}/RTWMCPrograms.cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/RTWMCConfig.cmake.in
  ${built_package}/RTWMCConfig.cmake INSTALL_DESTINATION ${package_dir})
# Independent of the architecture: the programs run where a firmware is built.
write_basic_package_version_file(${built_package}/RTWMCConfigVersion.cmake
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
configure_file(${PROJECT_SOURCE_DIR}/cmake/RTWMCAddNetwork.cmake
  ${built_package}/RTWMCAddNetwork.cmake COPYONLY)
install(FILES ${built_package}/RTWMCConfig.cmake ${built_package}/RTWMCConfigVersion.cmake
  ${built_package}/RTWMCAddNetwork.cmake
  DESTINATION ${package_dir} COMPONENT programs)
