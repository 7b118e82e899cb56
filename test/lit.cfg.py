# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""lit configuration. Set RTWMC_VERIFY_ROUNDTRIP=1 to send the input of every
rtwmc-opt test through text and bytecode as well."""

import os

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "RTWMC"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Package", "models", "unit"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.rtwmc_obj_root, "test")

llvm_config.use_default_substitutions()
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)

rtwmc_opt_args = []
if os.environ.get("RTWMC_VERIFY_ROUNDTRIP"):
    rtwmc_opt_args = ["--verify-roundtrip"]

tools = [
    ToolSubst("rtwmc-opt", extra_args=rtwmc_opt_args),
    ToolSubst("rtwmc-compile", unresolved="ignore"),
    "rtwmc-lsp-server",
    "rtwmc-target-emit",
    "mlir-opt",
    "mlir-runner",
    "mlir-translate",
    ToolSubst("%python", command=config.python_executable),
]
llvm_config.add_tool_substitutions(
    tools, [config.rtwmc_tools_dir, config.llvm_tools_dir]
)

# A stock mlir-opt has no sanitizer's run-time library for the plugin to use.
if not config.rtwmc_sanitizer:
    config.available_features.add("plugin")
# A stock mlir-opt with the dialect and its portable passes.
config.substitutions.append(
    (
        "%load_rtwmc",
        f"--load-dialect-plugin={config.rtwmc_plugin} "
        f"--load-pass-plugin={config.rtwmc_plugin}",
    )
)
# The pages of the reference, completed with examples and as mlir-tblgen wrote them.
config.substitutions.append(
    ("%docs", os.path.join(config.rtwmc_obj_root, "docs"))
)
config.substitutions.append(("%written_pages", config.rtwmc_written_pages))
config.substitutions.append(
    (
        "%insert_examples",
        f"{config.python_executable} "
        f"{os.path.join(config.test_source_root, '..', 'tools', 'insert-examples.py')} "
        f"--opt {os.path.join(config.rtwmc_tools_dir, 'rtwmc-opt')}",
    )
)
# What compiled test code may call.
config.substitutions.append(
    (
        "%runner_libs",
        f"{config.mlir_lib_dir}/libmlir_runner_utils.so,"
        f"{config.mlir_lib_dir}/libmlir_c_runner_utils.so",
    )
)
# Everything below scf, for the host.
config.substitutions.append(
    (
        "%to_llvm",
        "convert-scf-to-cf,expand-strided-metadata,lower-affine,"
        "convert-arith-to-llvm,convert-index-to-llvm,finalize-memref-to-llvm,"
        "convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts",
    )
)
