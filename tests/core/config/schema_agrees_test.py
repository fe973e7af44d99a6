#!/usr/bin/env python3
# The JSON Schema, which editors use, and Rumpus itself say the same about configs.
# SPDX-License-Identifier: GPL-3.0-or-later
# Arguments: the source tree, and the program print_config.
import copy
import json
import pathlib
import re
import subprocess
import sys
import unittest

import jsonschema

SOURCE = pathlib.Path(sys.argv[1])
PRINT_CONFIG = sys.argv[2]
SCHEMA = json.loads((SOURCE / "resources/unikernel.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def rumpus(*texts):
    """What Rumpus makes of each text."""
    lines = "".join(text.replace("\n", " ") + "\n" for text in texts)
    output = subprocess.run([PRINT_CONFIG], input=lines, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def plain(text):
    """A config's text without comments and trailing commas; none of ours has them inside of text."""
    text = re.sub(r"^\s*//.*$|/\*.*?\*/", "", text, flags=re.M)
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", text))


def resolved(schema):
    """A schema with what its $ref adds; its own keys win."""
    if "$ref" not in schema:
        return schema
    target = SCHEMA
    for key in schema["$ref"].removeprefix("#/").split("/"):
        target = target[key]
    return {**resolved(target), **schema}


def described(schema, path=()):
    """(path, schema) of every key that the schema describes; items of lists are '0'."""
    schema = resolved(schema)
    for key, member in schema.get("properties", {}).items():
        yield (*path, key), resolved(member)
        yield from described(member, (*path, key))
    if "items" in schema:
        yield from described(schema["items"], (*path, "0"))


def present(value, schema, path=()):
    """The paths of all keys in a value; those of maps, which are the user's own, are left out."""
    schema = resolved(schema)
    if isinstance(value, list):
        for item in value:
            yield from present(item, schema.get("items", {}), (*path, "0"))
    elif isinstance(value, dict) and ("properties" in schema or not schema):
        for key, member in value.items():
            yield (*path, key)
            yield from present(member, schema.get("properties", {}).get(key, {}), (*path, key))


def holding(path, value):
    """The smallest good config that has a value at a path."""
    config = {"image": "a.elf"}
    place = config
    for i, key in enumerate(path):
        key = int(key) if key == "0" else key
        content = value if i + 1 == len(path) else [] if path[i + 1] == "0" else {}
        if isinstance(key, int):
            place.append(content)
        else:
            place[key] = content
        # what the schema requires beside it
        needed = {"build": {"command": ["make"]}, "programs": {"arguments": ["a"]}, "disks": {"file": "a.img"},
                  "forward": {"host": 1, "guest": 1}, "steps": {"command": ["make"]}}
        parent = path[i - 1] if key == 0 else key
        if isinstance(content, dict) and i + 1 < len(path) and (key == 0 or parent == "build"):
            content.update(copy.deepcopy(needed.get(parent, {})))
        place = content
    if path[-1] == "type" and value in ("tap", "bridge"):
        place = config["interfaces"][0]["backend"]
        place["device"] = "tap0"
    if path[-1] == "method" and value == "static":
        config["interfaces"][0][path[-2]]["address"] = "10.0.2.15/24" if path[-2] == "ipv4" else "fd00::15/64"
    return config


def errors_of(answer):
    """Errors other than those of files that are not there, which a schema cannot know."""
    return [p for p in answer["problems"]
            if p["severity"] == "error" and not re.search("is not there|is no folder", p["text"])]


KEYS = dict(described(SCHEMA))


class SchemaAgrees(unittest.TestCase):
    def setUp(self):
        self.example = plain((SOURCE / "tests/core/config/full.unikernel.json").read_text())

    def test_it_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_every_key_has_a_title_and_a_description(self):
        for path, schema in KEYS.items():
            with self.subTest(path):
                self.assertTrue(schema.get("title"))
                self.assertTrue(schema.get("description"))

    def test_the_full_example_has_every_key_and_is_good_to_both(self):
        keys = set(present(self.example, SCHEMA)) | {("arguments",)}
        self.assertEqual(keys, set(KEYS))
        VALIDATOR.validate(self.example)
        self.assertEqual([p for p in rumpus(json.dumps(self.example))[0]["problems"] if "unknown" in p["text"]], [])

    def test_what_rumpus_saves_is_good_and_has_every_key(self):
        saved = rumpus(json.dumps(self.example))[0]["config"]
        VALIDATOR.validate(saved)
        self.assertEqual(set(present(saved, SCHEMA)), set(present(self.example, SCHEMA)))

    def test_rumpus_knows_every_key_and_keeps_its_order(self):
        order = [key for key in SCHEMA["properties"] if key != "arguments"]
        self.assertEqual([key for key in rumpus(json.dumps(self.example))[0]["config"]], order)

    def test_every_default_is_what_rumpus_takes(self):
        paths = [path for path, schema in KEYS.items() if "default" in schema]
        self.assertGreater(len(paths), 20)
        configs = [holding(path, KEYS[path]["default"]) for path in paths]
        for path, config, answer in zip(paths, configs, rumpus(*map(json.dumps, configs))):
            with self.subTest(path):
                VALIDATOR.validate(config)
                saved = set(present(answer["config"], SCHEMA))
                self.assertTrue(path == ("version",) or path not in saved, "it is saved, so it is no default")

    def test_every_word_is_known_and_no_other(self):
        paths = [path for path, schema in KEYS.items() if "enum" in schema]
        self.assertEqual(len(paths), 10)
        for path in paths:
            words = KEYS[path]["enum"]
            configs = [holding(path, word) for word in [*words, "bogus", words[0].upper(), 1]]
            for config, answer in zip(configs, rumpus(*map(json.dumps, configs))):
                with self.subTest(path, config=config):
                    self.assertEqual(errors_of(answer) == [], VALIDATOR.is_valid(config), answer["problems"])

    def test_wrong_types_are_wrong_to_both(self):
        values = ["text", 7, 1.5, True, None, ["a"], [1], {"a": "b"}, {"a": 1}, [{}], "", [], {}]
        configs = [holding(path, value) for path in KEYS for value in values]
        for config, answer in zip(configs, rumpus(*map(json.dumps, configs))):
            with self.subTest(config=config):
                good = VALIDATOR.is_valid(config)
                if errors_of(answer):
                    self.assertFalse(good, answer["problems"])
                elif not good:
                    # an empty text is no pattern's match, and the same to Rumpus as no text
                    self.assertTrue('""' in json.dumps(config) or self.is_unused(answer), config)

    @staticmethod
    def is_unused(answer):
        """A value that the schema finds wrong, and Rumpus has no use for."""
        return any("has no effect" in p["text"] for p in answer["problems"])

    def test_wrong_values_are_wrong_to_both(self):
        interface = ("interfaces", "0")
        wrong = [
            (("version",), 2), (("vcpus",), 0), (("vcpus",), 256), (("memory",), -1), (("memory",), "64 MiBs"),
            (("memory",), "MiB"), (("memory",), ""), (("console", "limit"), "1 furlong"), (("name",), "a/b"),
            (("hostname",), "a b"), (("hostname",), "-a"), (("environment",), {"A=b": ""}), (("environment",), {"": ""}),
            (("xenstore",), {"/a": ""}), (("xenstore",), {"a//b": ""}), (("xenstore",), {"a b": ""}),
            (("xenstore",), {"a" * 3053: ""}), (("debug", "sourceMap"), {"": "a"}), (("build", "command"), []),
            (("disks", "0", "mountpoint"), "data"), (("programs", "0", "arguments"), []),
            ((*interface, "mac"), "53:54:00:12:34:56"), ((*interface, "mac"), "52:54:00:12:34"),
            ((*interface, "ipv4"), {"method": "static"}), ((*interface, "ipv6"), {"method": "static"}),
            ((*interface, "ipv4"), {"method": "static", "address": "10.0.2.15"}),
            ((*interface, "ipv6"), {"method": "static", "address": "fd00::15"}),
            ((*interface, "backend"), {"type": "tap"}), ((*interface, "backend"), {"type": "tap", "device": "a b"}),
            ((*interface, "backend", "forward", "0"), {"host": 0, "guest": 1}),
            ((*interface, "backend", "forward", "0"), {"host": 1}),
            (("interfaces",), [{}] * 33),
        ]
        configs = [holding(path, value) for path, value in wrong]
        configs += [{}, {"image": ""}, {"image": "a", "arguments": ["a"], "programs": []},
                    {"image": "a", "disks": [{}]}, {"image": "a", "build": {}}, []]
        for config, answer in zip(configs, rumpus(*map(json.dumps, configs))):
            with self.subTest(config=config):
                self.assertFalse(VALIDATOR.is_valid(config), "the schema takes it")
                self.assertNotEqual(errors_of(answer), [], "Rumpus takes it")

    def test_numbers_and_lengths_have_the_same_bounds(self):
        configs = []
        for path, schema in KEYS.items():
            if "maximum" in schema:
                configs += [holding(path, schema["minimum"] - 1), holding(path, schema["minimum"]),
                            holding(path, schema["maximum"]), holding(path, schema["maximum"] + 1)]
            elif "maxLength" in schema and path != ("hostname",):
                configs += [holding(path, "a" * schema["maxLength"]), holding(path, "a" * (schema["maxLength"] + 1))]
        self.assertEqual(len(configs), 4 * 4 + 2 * 2)
        for config in configs:
            for interface in config.get("interfaces", []):
                if "device" in interface["backend"]:
                    interface["backend"]["type"] = "tap"
        for config, answer in zip(configs, rumpus(*map(json.dumps, configs))):
            with self.subTest(config=config):
                self.assertEqual(errors_of(answer) == [], VALIDATOR.is_valid(config), answer["problems"])

    def test_sizes_are_good_to_both_or_to_none(self):
        sizes = ["1", " 64 MiB ", "64M", "1.5 gib", "2 tB", ".5k", "5. KB", "1e3", "1e3 k", "1E+2 Ki", "0",
                 "+1", "-1", "0x10", "1,5 MiB", "1 2", "64 MiBi", "iB", "1 iB", "1 PiB", "inf", "nan", "1e", "64\u00a0MiB"]
        configs = [holding(("memory",), size) for size in sizes]
        for config, answer in zip(configs, rumpus(*map(json.dumps, configs))):
            with self.subTest(config=config):
                read = [p for p in errors_of(answer) if "no memory" not in p["text"]]
                self.assertEqual(read == [], VALIDATOR.is_valid(config), answer["problems"])

    def test_unknown_keys_are_kept_and_good_to_both(self):
        config = {"image": "a.elf", "memroy": 1, "disks": [{"file": "a", "cache": {"mode": "none"}}]}
        VALIDATOR.validate(config)
        answer = rumpus(json.dumps(config))[0]
        self.assertEqual(errors_of(answer), [])
        self.assertEqual(answer["config"]["memroy"], 1)
        self.assertEqual(answer["config"]["disks"][0]["cache"], {"mode": "none"})

    def test_every_template_is_good_to_both(self):
        files = sorted((SOURCE / "resources").rglob("*.unikernel.json"))
        self.assertGreater(len(files), 0)
        for file in files:
            with self.subTest(file.relative_to(SOURCE)):
                config = plain(file.read_text())
                VALIDATOR.validate(config)
                answer = rumpus(json.dumps(config))[0]
                self.assertEqual([p for p in answer["problems"] if "unknown" in p["text"]], [])
                self.assertEqual(errors_of(answer), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
