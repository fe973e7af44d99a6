# Rooms: one static library a folder, that can include only what it links.
#
# No room has the source tree on its include path. Each has, under the build folder, a directory that
# holds one link, to the room itself; linking a room is what makes "core/config/config.h" findable.
# So an include that the design forbids does not compile.

add_library(rumpus_compile_options INTERFACE)
target_compile_options(rumpus_compile_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers
  -fno-omit-frame-pointer)
target_compile_definitions(rumpus_compile_options INTERFACE
  QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_KEYWORDS QT_NO_FOREACH
  RUMPUS_VERSION="${PROJECT_VERSION}")
if(RUMPUS_UNITY)
  # gcc takes what is in an included file for declared in several
  target_compile_options(rumpus_compile_options INTERFACE -Wno-subobject-linkage)
endif()
if(RUMPUS_SANITIZE)
  target_compile_options(rumpus_compile_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  target_link_options(rumpus_compile_options INTERFACE -fsanitize=address,undefined)
  # gcc 14 takes the sanitizers' own checks for uses of uninitialised values
  target_compile_options(rumpus_compile_options INTERFACE -Wno-maybe-uninitialized)
endif()

set(standard_headers <algorithm> <filesystem> <format> <string> <vector>)

# rumpus_room(FOLDER [MOC] SOURCES file… [LINKS target…] [USES target…] [PRECOMPILE header…] [REUSE target])
# LINKS are part of the room's interface, USES only of its inside. PRECOMPILE names heavy headers of
# libraries that most of its files include; or, as REUSE target, whose precompiled headers serve here too.
function(rumpus_room folder)
  cmake_parse_arguments(room "MOC" "REUSE" "SOURCES;LINKS;USES;PRECOMPILE" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  set(target rumpus_${name})

  set(view ${CMAKE_BINARY_DIR}/rooms/${name})
  cmake_path(GET folder PARENT_PATH parent)
  file(MAKE_DIRECTORY ${view}/${parent})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${folder} ${view}/${folder} SYMBOLIC)

  add_library(${target} STATIC ${room_SOURCES})
  target_include_directories(${target} PUBLIC ${view})
  target_link_libraries(${target}
    PUBLIC ${room_LINKS}
    PRIVATE ${room_USES} rumpus_compile_options)
  if(room_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${standard_headers} ${room_PRECOMPILE})
  endif()
  if(room_REUSE)
    target_precompile_headers(${target} REUSE_FROM ${room_REUSE})
  endif()
  if(room_MOC)
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
  endif()
endfunction()
