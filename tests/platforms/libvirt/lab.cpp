// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/platforms/libvirt/lab.h"

#include "core/base/format.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rumpus {

namespace {

constexpr uid_t nobody = 65534;

bool attach(const std::filesystem::path& from, const std::filesystem::path& to)
{
    return ::mount(from.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0;
}

bool freshFolder(const std::filesystem::path& place)
{
    std::error_code failed;
    std::filesystem::create_directories(place, failed);
    return ::mount("tmpfs", place.c_str(), "tmpfs", 0, "mode=755") == 0;
}

/// A /dev without kvm: where it is there and does not work, libvirt spends seconds on every start finding
/// out.
bool hideKvm()
{
    const std::filesystem::path made =
        std::filesystem::temp_directory_path() / formatted("dev-{}", ::getpid());
    if (!freshFolder(made)) {
        return false;
    }
    for (const char* node : {"null", "zero", "full", "random", "urandom", "tty"}) {
        std::ofstream(made / node).flush();
        if (!attach(std::filesystem::path("/dev") / node, made / node)) {
            return false;
        }
    }
    std::filesystem::create_directory(made / "pts");
    std::filesystem::create_directory(made / "shm");
    std::filesystem::create_symlink("/proc/self/fd", made / "fd");
    std::filesystem::create_symlink("pts/ptmx", made / "ptmx");
    const bool moved =
        ::mount("devpts", (made / "pts").c_str(), "devpts", 0, "newinstance,ptmxmode=0666") == 0 &&
        freshFolder(made / "shm") && ::mount(made.c_str(), "/dev", nullptr, MS_MOVE, nullptr) == 0;
    ::chmod("/dev/shm", 01777);
    std::error_code ignored;
    std::filesystem::remove(made, ignored);
    return moved;
}

/// Becomes two: one that takes in what daemons leave behind and ends as the other does, and the other, which
/// returns. Who runs the tests cannot be both: Qt waits for its own processes alone.
void leaveReaperBehind()
{
    const pid_t child = ::fork();
    if (child <= 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        return;
    }
    int status = 0;
    pid_t ended = 0;
    while (ended != child && (ended >= 0 || errno == EINTR)) {
        ended = ::waitpid(-1, &status, 0);
    }
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

/// Gives the one whom a test becomes a shell, in this namespace alone: sshd lets nobody else in.
bool letNobodyLogIn()
{
    std::filesystem::create_directories("/run/lab");
    std::ifstream all("/etc/passwd");
    std::ofstream users("/run/lab/passwd");
    for (std::string line; std::getline(all, line);) {
        if (!line.starts_with("nobody:")) {
            users << line << '\n';
        }
    }
    users << formatted("nobody:x:{}:{}::/:/bin/sh\n", nobody, nobody);
    users.close();
    return attach("/run/lab/passwd", "/etc/passwd");
}

/// What an account of the lab is.
struct Account {
    std::string_view name;
    unsigned id;
    std::string_view secret; ///< as crypt(5) has it
};
constexpr std::array accounts{
    Account{"allowed", 4001, "!"},
    Account{"denied", 4002, "!"},
    Account{"guarded", 4004, "!"},
    Account{"ada", 4003,
            "$6$rumpuslab$BtU3k35s6rAVGM4AjBAwoiQqcPzdN82yMc0qUxvDlyk9EPjikalQaajF1AlYe0Q/"
            "YLvmm4aZWs1x2Iz3OGAOE1"},
};

/// Puts the accounts beside those of the machine, in this namespace alone.
bool addAccounts()
{
    std::filesystem::create_directories("/run/lab");
    std::filesystem::copy_file("/etc/passwd", "/run/lab/passwd");
    std::filesystem::copy_file("/etc/shadow", "/run/lab/shadow");
    ::chmod("/run/lab/shadow", 0600);
    std::ofstream users("/run/lab/passwd", std::ios::app);
    std::ofstream secrets("/run/lab/shadow", std::ios::app);
    for (const Account& account : accounts) {
        users << formatted("{}:x:{}:{}::/:/bin/sh\n", account.name, account.id, nobody);
        secrets << formatted("{}:{}:20000:0:99999:7:::\n", account.name, account.secret);
    }
    users.close();
    secrets.close();
    return attach("/run/lab/passwd", "/etc/passwd") && attach("/run/lab/shadow", "/etc/shadow");
}

constexpr std::string_view polkitRules = R"(
polkit.addAdminRule(function() { return ["unix-user:ada"]; });
polkit.addRule(function(action, subject) {
    if (action.id != "org.libvirt.unix.manage") { return undefined; }
    if (subject.user == "allowed") { return polkit.Result.YES; }
    if (subject.user == "guarded") {
        try {
            polkit.spawn(["/usr/bin/test", "-e", "/run/lab/gate/open"]);
            return polkit.Result.YES;
        } catch (closed) {
            return polkit.Result.NO;
        }
    }
    return subject.user == "denied" ? polkit.Result.NO : undefined;
});
)";

// not of type "system": such a bus starts polkitd by a helper of its installation's
constexpr std::string_view busConfig = R"(<busconfig>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <servicedir>/run/lab/services</servicedir>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
)";

void setFolder(const char* variable, const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    ::setenv(variable, folder.c_str(), 1);
}

} // namespace

Lab& Lab::instance()
{
    static Lab lab;
    return lab;
}

Lab& Lab::enter(Mode mode)
{
    Lab& lab = instance();
    if (::geteuid() == 0) {
        lab.entered_ = ::unshare(CLONE_NEWNS | CLONE_NEWPID) == 0;
        if (!lab.entered_) {
            lab.obstacle_ = formatted("cannot make namespaces: {}", std::strerror(errno));
            return lab;
        }
        leaveReaperBehind();
        // the first process of the new PID namespace: all others end with it
        leaveReaperBehind();
        // in a chroot the root is no mount of its own, and has been made private by who made the chroot
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        if (::mount("proc", "/proc", "proc", 0, nullptr) != 0 || !hideKvm()) {
            lab.obstacle_ = formatted("cannot mount: {}", std::strerror(errno));
            return lab;
        }
    } else {
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        leaveReaperBehind();
    }
    lab.build(mode);
    return lab;
}

void Lab::build(Mode mode)
{
    mode_ = mode;
    if (mode != Mode::Session && !entered_) {
        obstacle_ = "the system's daemon needs root";
        return;
    }
    for (const char* program : {"/usr/sbin/libvirtd", "/usr/sbin/virtlogd"}) {
        if (::access(program, X_OK) != 0) {
            obstacle_ = formatted("there is no {}", program);
            return;
        }
    }
    std::string folder = (std::filesystem::temp_directory_path() / "rumpus-lab-XXXXXX").native();
    if (::mkdtemp(folder.data()) == nullptr) {
        obstacle_ = formatted("cannot make {}: {}", folder, std::strerror(errno));
        return;
    }
    folder_ = folder;
    ::chmod(folder_.c_str(), 0755);
    copyGuests();
    // a daemon that was killed leaves locks behind that name a process of another namespace
    if (entered_ && freshFolder("/run/lock")) {
        ::chmod("/run/lock", 01777);
    }
    if (mode != Mode::Session) {
        makeSystemPlaces();
    } else if (entered_) {
        becomeNobody(); // root has no session daemon
    }
    if (mode == Mode::Polkit) {
        makePolkit();
    }
    if (mode == Mode::User && !letNobodyLogIn()) {
        obstacle_ = formatted("cannot let another user log in: {}", std::strerror(errno));
        return;
    }
    if (mode != Mode::User) {
        makeFolders();
    }
    if (!spawn({"/usr/sbin/virtlogd", "-d", "-p", folder_ / "virtlogd.pid"})) {
        obstacle_ = "virtlogd does not start";
        return;
    }
    startDaemon();
    if (mode == Mode::User) {
        becomeNobody();
        makeFolders();
    }
}

void Lab::becomeNobody()
{
    bool given = ::chown(folder_.c_str(), nobody, nobody) == 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
        given = given && ::lchown(entry.path().c_str(), nobody, nobody) == 0;
    }
    if (!given || ::setgroups(0, nullptr) != 0 || ::setresgid(nobody, nobody, nobody) != 0 ||
        ::setresuid(nobody, nobody, nobody) != 0) {
        obstacle_ = formatted("cannot become another user: {}", std::strerror(errno));
        return;
    }
    ::prctl(PR_SET_DUMPABLE, 1);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void Lab::makeFolders()
{
    setFolder("HOME", folder_ / "home");
    setFolder("XDG_RUNTIME_DIR", folder_ / "run");
    setFolder("XDG_CONFIG_HOME", folder_ / "config");
    setFolder("XDG_CACHE_HOME", folder_ / "cache");
    ::chmod((folder_ / "run").c_str(), 0700);
}

/// Before this process becomes a user who may not be let into the build's folder.
void Lab::copyGuests() const
{
    for (const auto& entry : std::filesystem::directory_iterator(RUMPUS_BINARY_DIR "/guests")) {
        const std::string name = entry.path().filename().native();
        const std::filesystem::path built = entry.path() / (name + ".elf");
        if (std::filesystem::exists(built)) {
            std::filesystem::create_directories(image(name).parent_path());
            std::filesystem::copy_file(built, image(name));
            ::chmod(image(name).c_str(), 0644);
            for (const auto& file : std::filesystem::directory_iterator(entry)) {
                const std::string suffix = file.path().extension();
                if (suffix == ".json" || suffix == ".ext2") {
                    const std::filesystem::path copy = image(name).parent_path() / file.path().filename();
                    std::filesystem::copy_file(file, copy);
                    ::chmod(copy.c_str(), 0666);
                }
            }
        }
    }
}

void Lab::makeSystemPlaces()
{
    for (const char* place :
         {"/run", "/var/lib/libvirt", "/var/cache/libvirt", "/var/log/libvirt", "/etc/libvirt"}) {
        if (!freshFolder(place)) {
            obstacle_ = formatted("cannot mount over {}: {}", place, std::strerror(errno));
        }
    }
    std::filesystem::create_directories("/run/lock");
    std::filesystem::create_directories("/run/libvirt");
    std::ofstream("/etc/libvirt/qemu.conf")
        << "namespaces = []\ncgroup_controllers = []\nsecurity_driver = \"none\"\n";
    std::ofstream("/etc/libvirt/libvirtd.conf") << "auth_unix_rw = \"none\"\nunix_sock_rw_perms = \"0777\"\n";
}

void Lab::makePolkit()
{
    for (const char* program : {"/usr/bin/dbus-daemon", "/usr/lib/polkit-1/polkitd", "/usr/bin/pkttyagent"}) {
        if (::access(program, X_OK) != 0) {
            obstacle_ = formatted("there is no {} (Debian: apt install polkitd)", program);
            return;
        }
    }
    if (!freshFolder("/etc/polkit-1") || !addAccounts()) {
        obstacle_ = formatted("cannot mount: {}", std::strerror(errno));
        return;
    }
    for (const char* folder : {"/etc/polkit-1/rules.d", "/run/dbus", "/run/lab/services", "/run/lab/gate"}) {
        std::filesystem::create_directories(folder);
    }
    ::chmod("/run/lab/gate", 0777);
    std::ofstream("/etc/polkit-1/rules.d/10-lab.rules") << polkitRules;
    std::ofstream("/run/lab/bus.conf") << busConfig;
    std::ofstream("/run/lab/services/polkit.service")
        << "[D-BUS Service]\nName=org.freedesktop.PolicyKit1\nExec=/usr/lib/polkit-1/polkitd --no-debug\n";
    std::ofstream("/etc/libvirt/libvirtd.conf")
        << "auth_unix_rw = \"polkit\"\nunix_sock_rw_perms = \"0777\"\n";
    spawn({"/usr/bin/dbus-daemon", "--config-file=/run/lab/bus.conf", "--fork", "--nopidfile"});
    if (!std::filesystem::exists("/run/dbus/system_bus_socket")) {
        obstacle_ = "dbus-daemon does not start";
    }
}

std::string Lab::uri() const
{
    return mode_ == Mode::Session ? "qemu:///session" : "qemu:///system";
}

std::filesystem::path Lab::image(const std::string& guest) const
{
    return guests() / guest / (guest + ".elf");
}

bool Lab::spawn(const std::vector<std::string>& command) const
{
    std::vector<char*> words;
    for (const std::string& word : command) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t defaults;
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGCHLD);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    const std::string log = folder_ / "daemons.log";
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0600);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0600);
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, words[0], &actions, &attributes, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (failed != 0) {
        return false;
    }
    // "-d": the one that was started ends when the daemon answers
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return true;
}

void Lab::startDaemon()
{
    std::vector<std::string> command{"/usr/sbin/libvirtd", "-d", "-p", folder_ / "libvirtd.pid"};
    if (mode_ != Mode::Session) {
        command.insert(command.end(), {"-f", "/etc/libvirt/libvirtd.conf"});
    }
    spawn(command);
    const std::filesystem::path socket = mode_ == Mode::Session
                                             ? folder_ / "run/libvirt/libvirt-sock"
                                             : std::filesystem::path("/run/libvirt/libvirt-sock");
    if (!std::filesystem::exists(socket)) {
        obstacle_ = "libvirtd does not start";
    }
}

void Lab::killDaemon(int signal)
{
    pid_t daemon = 0;
    std::ifstream(folder_ / "libvirtd.pid") >> daemon;
    if (daemon <= 0) {
        return;
    }
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, daemon, 0));
    // an ordinary user cannot end the system's, which ends with its namespace
    if (::kill(daemon, signal) == 0) {
        // readable when the process has ended
        pollfd ended{.fd = handle, .events = POLLIN, .revents = 0};
        static constexpr int patience = 20000;
        ::poll(&ended, 1, patience);
    }
    ::close(handle);
}

void Lab::leave()
{
    if (folder_.empty()) {
        return;
    }
    killDaemon(SIGTERM);
    if (!entered_) {
        pid_t logger = 0;
        std::ifstream(folder_ / "virtlogd.pid") >> logger;
        if (logger > 0) {
            ::kill(logger, SIGTERM);
        }
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

} // namespace rumpus
