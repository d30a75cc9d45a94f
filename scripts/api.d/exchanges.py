# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Holds recorded exchanges with stemlab against docs/stemlab-openapi.yaml, in both directions.

usage: exchanges.py DOCUMENT EXCHANGES

EXCHANGES has a JSON object a line: method, path (without its query), status, headers (lower case), body (absent where
it is not text). Every answer must be in the document: the operation, the status, the headers, the media type, the
schema. And every answer in the document must have been given once.
"""

import json
import re
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = {"get", "put", "post", "patch", "delete", "head", "options"}


class Document:
    def __init__(self, path):
        self.tree = yaml.safe_load(Path(path).read_text())
        resource = Resource.from_contents(self.tree, default_specification=DRAFT202012)
        self.registry = Registry().with_resource("", resource)
        self.operations = []
        for template, item in self.tree["paths"].items():
            pattern = re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part)
                                         for part in re.split(r"(\{[^}]*\})", template)) + r"\Z")
            for method in METHODS & item.keys():
                operation = item[method]
                answers = {status: self.resolved(answer) for status, answer in operation["responses"].items()}
                self.operations.append((template.count("{"), pattern, method, operation["operationId"], answers))
        # A path without placeholders is matched first, as the document of OpenAPI says.
        self.operations.sort(key=lambda operation: operation[0])

    def resolved(self, node):
        """A node with its own $ref followed; what stands beside the $ref, a description, is left."""
        while "$ref" in node:
            target = self.tree
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def operation(self, method, path):
        for _, pattern, known, name, answers in self.operations:
            if known == method.lower() and pattern.match(path):
                return name, answers
        return None, None

    def others(self, path):
        """The operations of a path, with their answers."""
        found = [operation for operation in self.operations if operation[1].match(path)]
        return [operation[3:] for operation in found if operation[0] == found[0][0]]

    def faults(self, schema, value):
        validator = Draft202012Validator(
            {"$ref": schema["$ref"]} if "$ref" in schema else schema, registry=self.registry,
            _resolver=self.registry.resolver(), format_checker=Draft202012Validator.FORMAT_CHECKER)
        for error in validator.iter_errors(value):
            yield f"{error.json_path}: {error.message}"


def faults(document, exchange, seen):
    """What is not in the document of an exchange, a sentence each."""
    method, path, status = exchange["method"], exchange["path"], str(exchange["status"])
    if path.startswith("/test/"):
        # Made up by a test.
        return
    if status == "400" and not exchange.get("body") and "content-type" not in exchange["headers"]:
        # Not HTTP, or a head too long: refused before it is anything of the document.
        return
    name, answers = document.operation(method, path)
    if name is None:
        others = document.others(path)
        # Of unknown paths and methods the document has only that they are refused.
        wanted = "405" if others else "404"
        if status != wanted:
            yield f"{method} {path} is not in the document, and was answered with {status}"
        # How another method is refused stands at each operation of the path.
        for name, answers in others:
            seen.add((name, status))
            yield from answered(document, exchange, name, status, answers[status])
        return
    if status not in answers:
        yield f"{name} has no {status}"
        return
    seen.add((name, status))
    yield from answered(document, exchange, name, status, answers[status])


def answered(document, exchange, name, status, answer):
    """What an answer has that the document's has not, and the other way round."""
    for header, node in answer.get("headers", {}).items():
        value = exchange["headers"].get(header.lower())
        node = document.resolved(node)
        if value is None:
            if node.get("required"):
                yield f"{name} {status} lacks the header {header}"
            continue
        schema = document.resolved(node.get("schema", {}))
        if schema.get("type") == "integer":
            value = int(value) if re.fullmatch(r"-?\d+", value) else value
        yield from (f"{name} {status} header {header}{fault}" for fault in document.faults(schema, value))
    content = answer.get("content", {})
    kind = exchange["headers"].get("content-type", "").split(";")[0].strip()
    if not content:
        if exchange.get("body"):
            yield f"{name} {status} has a body, which is not in the document"
        return
    if exchange["method"] == "HEAD":
        return
    if kind not in content and "*/*" not in content:
        yield f"{name} {status} is {kind or 'of no type'}, where the document has {', '.join(content)}"
        return
    if not kind.endswith("json"):
        return
    try:
        body = json.loads(exchange["body"])
    except ValueError as error:
        yield f"{name} {status} is no JSON: {error}"
        return
    schema = content[kind].get("schema", {})
    yield from (f"{name} {status} {fault}" for fault in document.faults(schema, body))


def main(document, exchanges):
    document = Document(document)
    seen, count, found = set(), 0, {}
    for line in Path(exchanges).read_text().splitlines():
        count += 1
        for fault in faults(document, json.loads(line), seen):
            found[fault] = found.get(fault, 0) + 1
    for fault, times in sorted(found.items()):
        print(f"{fault} ({times} times)")
    documented = {(name, status) for _, _, _, name, answers in document.operations for status in answers}
    unseen = sorted(documented - seen)
    for name, status in unseen:
        print(f"{name} {status}: in the document, and never given")
    given = f"{len(seen)} of {len(documented)} documented answers were given"
    print(f"api: {count} answers, {len(found)} kinds of fault; {given}")
    return 1 if found or unseen else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
