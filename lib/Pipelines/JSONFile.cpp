//===- JSONFile.cpp - Files of settings -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JSONFile.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

/// Whether brackets nest deeper than in any file of ours: the parser recurses.
static bool isTooDeep(StringRef text) {
  constexpr int limit = 64;
  int depth = 0;
  bool isString = false;
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '"')
      isString = !isString;
    else if (isString)
      at += c == '\\';
    else if (c == '[' || c == '{')
      ++depth;
    else if (c == ']' || c == '}')
      --depth;
    if (depth > limit)
      return true;
  }
  return false;
}

bool rtwmc::hasOnly(const json::Value &value, ArrayRef<StringRef> known,
                    json::Path path) {
  for (const auto &[key, member] : *value.getAsObject())
    if (!is_contained(known, StringRef(key))) {
      path.field(key).report("unknown member");
      return false;
    }
  return true;
}

bool rtwmc::hasKnownSchema(const json::Value &value, json::Path path) {
  json::ObjectMapper members(value, path);
  int64_t schema;
  if (!members || !members.map("schema", schema))
    return false;
  if (schema == 1)
    return true;
  path.field("schema").report("expected 1, the only version there is");
  return false;
}

Expected<json::Value> rtwmc::readJSON(StringRef path, StringRef what) {
  auto fail = [&](const Twine &message) {
    return createStringError("'" + path + "': " + message);
  };
  auto file = MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/true);
  if (!file)
    return fail(file.getError().message());
  StringRef text = (*file)->getBuffer();
  if (isTooDeep(text))
    return fail("brackets nest too deep for a " + what);
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return fail(toString(value.takeError()));
  return value;
}
