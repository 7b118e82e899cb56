//===- JSONFile.h - Files of settings ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_JSONFILE_H
#define RTWMC_LIB_PIPELINES_JSONFILE_H

#include "llvm/Support/JSON.h"

namespace rtwmc {

/// Reports the first member of the object `value` that is not one of `known`.
bool hasOnly(const llvm::json::Value &value,
             llvm::ArrayRef<llvm::StringRef> known, llvm::json::Path path);

/// Whether `value` has `"schema": 1`, the only version there is; reports if it
/// has not. To be asked before other members, which differ between versions.
bool hasKnownSchema(const llvm::json::Value &value, llvm::json::Path path);

/// The JSON in the file at `path` ("-": standard input), which is to hold a
/// `what`. The error names the file.
llvm::Expected<llvm::json::Value> readJSON(llvm::StringRef path,
                                           llvm::StringRef what);

/// The `Content` in that file. The error names the file and, where it is a
/// member that is wrong, the member.
template <typename Content>
llvm::Expected<Content> readJSONFile(llvm::StringRef path,
                                     llvm::StringRef what) {
  llvm::Expected<llvm::json::Value> value = readJSON(path, what);
  if (!value)
    return value.takeError();
  Content content;
  llvm::json::Path::Root root(what);
  if (!fromJSON(*value, content, root))
    return llvm::createStringError("'" + path +
                                   "': " + llvm::toString(root.getError()));
  return content;
}

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_JSONFILE_H
