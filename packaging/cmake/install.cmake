# What is installed: the command and the window, their resources, its man page and its completion.
include(GNUInstallDirs)
install(TARGETS rumpus rumpus-gui)
install(TARGETS rumpus-console-keeper rumpus-tender-helper rumpus-gdb-socket rumpus-xen-gdbstub DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/rumpus)
install(DIRECTORY resources/sprig resources/templates resources/gdb DESTINATION ${CMAKE_INSTALL_DATADIR}/rumpus)
install(FILES resources/unikernel.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/rumpus)

install(FILES packaging/rumpus.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES packaging/rumpus.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
install(FILES resources/icons/rumpus.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)

add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/rumpus.1 ${CMAKE_BINARY_DIR}/rumpus.bash
  COMMAND rumpus manual > ${CMAKE_BINARY_DIR}/rumpus.1
  COMMAND rumpus completion > ${CMAKE_BINARY_DIR}/rumpus.bash
  DEPENDS rumpus
  VERBATIM)
add_custom_target(manual ALL DEPENDS ${CMAKE_BINARY_DIR}/rumpus.1 ${CMAKE_BINARY_DIR}/rumpus.bash)
install(FILES ${CMAKE_BINARY_DIR}/rumpus.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_BINARY_DIR}/rumpus.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME rumpus)
