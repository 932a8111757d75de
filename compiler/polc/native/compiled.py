"""From the text of a module to a function that can be called."""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import llvmlite.binding as llvm
from attrs import frozen

LEVEL = 2
"""How much LLVM's code generator does, of 3."""
_PASSES = (
    "sroa", "instruction_combine", "simplify_cfg", "new_gvn", "instruction_combine", "simplify_cfg", "aggressive_dce",
)  # fmt: skip
"""What is done before that. A program is straight arithmetic: the rest of what LLVM has takes thrice the time and finds
nothing."""


@cache
def _target() -> Any:
    if platform.machine().lower() in (
        "x86_64",
        "amd64",
    ):  # elsewhere LLVM does not know the option, and ends the process
        # what is rounded, capped and cut follows no pattern: a jump over it is guessed wrongly as often as not
        llvm.set_option("", "-x86-cmov-converter=false")
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple()


def triple() -> str:
    """What LLVM calls this machine."""
    return str(llvm.get_default_triple())


@frozen(eq=False, repr=False, slots=False)
class Compiled:
    """Functions made of a module; they are there as long as this is. Calling one releases the interpreter's lock."""

    functions: Mapping[str, Callable[..., None]]
    _engine: Any
    _module: Any

    @property
    def call(self) -> Callable[..., None]:
        """The only function."""
        (one,) = self.functions.values()
        return one


def compiled(text: str, *names: str) -> Compiled:
    """The functions of a module's text."""
    machine = _target().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=LEVEL, jit=True
    )
    module = llvm.parse_assembly(text)
    passes = llvm.create_new_module_pass_manager()
    for add in _PASSES:
        getattr(passes, f"add_{add}_pass")()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
    return Compiled({name: kind(engine.get_function_address(name)) for name in names}, engine, module)
