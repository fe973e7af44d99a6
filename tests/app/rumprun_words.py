# SPDX-License-Identifier: GPL-3.0-or-later
"""What `rumpus rumprun -D` says, as the guest and the hypervisor would understand it.

The JSON is read as rumprun's guests read it (lib/librumprun_base/config.c): keys repeat, strings stay as they stand
there, escapes and all, and "cmdline" is split by the rules of parseargs.c.
"""

import os
import re
import shlex

# Options of QEMU's that take no value, and those that every guest of ours has and upstream's has not.
BARE = {"-nodefaults", "-no-user-config", "-S", "-snapshot"}
OURS = {"-nodefaults", "-no-user-config", "-display", "-machine", "-cpu", "-smp", "-bios", "-device", "-action", "-serial",
        "-initrd"}


def split_arguments(line):
    """rumprun_parseargs: blanks end an argument but within quotes, a backslash takes the next character as it is."""
    arguments, word, quote = [], None, ""
    characters = iter(line)
    for character in characters:
        escaped = character == "\\"
        meant = next(characters, "") if escaped else character
        if character in " \n\t" and not quote:
            arguments += [word] if word is not None else []
            word = None
            continue
        word = word or ""
        if quote and character == quote:
            quote = ""
        elif character in "'\"":
            quote = character
        else:
            word += meant
    return arguments + ([word] if word is not None else [])


def read_json(text):
    """The guest's JSON as [(key, value)], where an object is such a list too and an array a list of values."""
    tokens = re.findall(r'"(?:\\.|[^"\\])*"|[{}\[\]:,]', text)
    place = 0

    def value():
        nonlocal place
        token = tokens[place]
        place += 1
        if token.startswith('"'):
            return token[1:-1]
        items, end = [], {"{": "}", "[": "]"}[token]
        while tokens[place] != end:
            if tokens[place] == ",":
                place += 1
                continue
            item = value()
            if end == "}":
                assert tokens[place] == ":", tokens[place]
                place += 1
                item = (item, value())
            items.append(item)
        place += 1
        return items

    return value()


def guest_words(text):
    """What the guest makes of its configuration; what is not there is left out."""
    words = {}
    for key, value in read_json(text):
        if key == "cmdline":
            words["argv"] = split_arguments(value)
        elif key == "rc":
            words["rc"] = [dict(program) for program in value]
        elif key == "env":
            name, equals, rest = value.partition("=")
            words.setdefault("env", {})[name] = rest if equals else None
        elif key == "hostname":
            words["hostname"] = value
        elif key == "net":
            net = dict(value)
            line = [net["if"], *(["cloned"] if "cloner" in net else []), net["type"], net["method"]]
            line += [net["addr"] + "/" + net["mask"]] if "addr" in net else []
            words.setdefault("net", []).append(" ".join(line + ([net["gw"]] if "gw" in net else [])))
        elif key == "blk":
            blk = dict(value)
            line = [blk[part] for part in ("source", "path", "fstype", "mountpoint") if part in blk]
            words.setdefault("blk", []).append(" ".join(line))
        else:
            raise ValueError(key)
    if "blk" in words:
        words["blk"].sort()  # they are independent of each other
    return words


def qemu_words(command, module=None):
    """What QEMU is told: a command's words."""
    words = {"machine": {"disks": [], "nics": []}}
    machine = words["machine"]
    options = iter(command[1:])
    for option in options:
        value = "" if option in BARE else next(options)
        properties = dict(part.split("=", 1) for part in value.split(",") if "=" in part)
        if option == "-m":
            machine["memory"] = int(value.rstrip("M"))
        elif option == "-accel":
            machine["accelerator"] = value
        elif option == "-drive":
            machine["disks"].append(os.path.basename(properties["file"]))
        elif option == "-netdev":
            detail = [properties[key] for key in ("ifname", "br", "hostfwd") if key in properties]
            machine["nics"].append(" ".join([value.split(",")[0], *detail]))
        elif option == "-S":
            machine["paused"] = True
        elif option == "-gdb":
            machine["gdb"] = value
        elif option == "-kernel":
            machine["kernel"] = os.path.basename(value)
        elif option == "-append":
            words.update(guest_words(value))
        elif option not in OURS:
            machine.setdefault("more", []).append(" ".join([option, value]).strip())
    if module is not None:
        words.update(guest_words(module))
    return words


def xl_words(config, nodes, commands):
    """What xl and Xenstore are told: a configuration's text, {path: value}, and the commands' first two words."""
    values = {}
    for line in config.splitlines():
        key, _, value = line.partition("=")
        values[key.strip()] = value.strip().strip('"')
    machine = {"memory": int(values["memory"]), "kernel": os.path.basename(values["kernel"]), "name": values["name"],
               "poweroff": values["on_poweroff"], "crash": values["on_crash"], "disks": [], "nics": []}
    for disk in re.findall(r'"([^"]*)"', values.get("disk", "")):
        properties = dict(part.strip().split("=", 1) for part in disk.split(","))
        machine["disks"].append(f"{properties['vdev']} {properties['access']} {os.path.basename(properties['target'])}")
    for vif in re.findall(r'"([^"]*)"', values.get("vif", "")):
        properties = dict(part.strip().split("=", 1) for part in vif.split(","))
        machine["nics"].append(" ".join(properties[key] for key in ("bridge", "script") if key in properties))
    if ["xl", "unpause"] not in commands:
        machine["paused"] = True
    if "cmdline" in values:
        machine["cmdline"] = values["cmdline"]
    words = {"machine": machine}
    words.update(guest_words(nodes.pop("rumprun/cfg")) if "rumprun/cfg" in nodes else {})
    if nodes:
        words["nodes"] = nodes
    return words


def understood(dump):
    """All that the commands of `rumprun -D` say."""
    commands = [shlex.split(line) for line in re.split(r"\n(?=sh |xl |\S*qemu)", dump.strip())]
    written, nodes = {}, {}
    for command in commands:
        if command[0] == "sh" and "xenstore-write" in command[2]:
            nodes[command[5]] = command[6]
        elif command[0] == "sh":
            written[command[5]] = command[4]
    last = commands[-1]
    if last[0] == "xl":
        config = next(text for file, text in written.items() if file.endswith(".cfg"))
        return xl_words(config, nodes, [command[:2] for command in commands])
    module = last[last.index("-initrd") + 1] if "-initrd" in last else None
    return qemu_words(last, written.get(module))
