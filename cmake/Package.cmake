# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What `cmake --install` puts beside the programs: headers, libraries, and the
# package that find_package(RTWMC) finds. test/Package uses it.
include(CMakePackageConfigHelpers)
set(package_dir lib/cmake/RTWMC)

set(libraries Cores Planning Dialect Interpreter Transforms Kernels TosaToRTWMC
  RTWMCToLoops Streaming Target Pipelines)
foreach(library ${libraries})
  set_target_properties(RTWMC${library} PROPERTIES EXPORT_NAME ${library})
  target_include_directories(RTWMC${library} INTERFACE $<INSTALL_INTERFACE:include>)
  target_compile_features(RTWMC${library} INTERFACE cxx_std_20)
  install(TARGETS RTWMC${library} EXPORT RTWMCTargets ARCHIVE DESTINATION lib)
endforeach()
set_target_properties(RTWMC PROPERTIES EXPORT_NAME Plugin)
set_target_properties(rtwmc-planner PROPERTIES EXPORT_NAME Planner)
target_include_directories(rtwmc-planner INTERFACE $<INSTALL_INTERFACE:include>)
install(TARGETS rtwmc-compile rtwmc-lsp-server rtwmc-opt RTWMC rtwmc-planner
  EXPORT RTWMCTargets
  RUNTIME DESTINATION bin LIBRARY DESTINATION lib)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/rtwmc ${PROJECT_SOURCE_DIR}/include/rtwmc-c
  ${PROJECT_BINARY_DIR}/include/rtwmc
  DESTINATION include
  FILES_MATCHING PATTERN *.h PATTERN *.td PATTERN *.inc
  PATTERN CMakeFiles EXCLUDE)

install(EXPORT RTWMCTargets NAMESPACE RTWMC:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/RTWMCConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/RTWMCConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/RTWMCConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/RTWMCConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/RTWMCConfigVersion.cmake DESTINATION ${package_dir})
