"""How a process is compiled: as far as it can be linked, and no further.

numba optimises a function together with all that it calls and makes machine code of it; then the same once more in
every function above it, up to the whole week. Only the kernels are ever called from Python. So a process stays
intermediate code, in memory and in the cache, and a kernel optimises and translates all that it calls at once.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable

from llvmlite.binding import parse_bitcode
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, compile_result

from sim.kernels.compiler.shipped import packed_files, shipped_files
from sim.terminal import tell

MANY = 10  # processes
NOTICE = "compiling the simulation for this machine, once: about a minute ..."


class Linkable(JITCodeLibrary):
    """Intermediate code of a process and of what it calls."""

    @property
    def codegen(self) -> Linkable:
        """Who tells machine code where the constants of a Python function lie: there is neither here."""
        return self

    def set_env(self, name: str, environment: object) -> None:
        """Leave it to the kernel."""

    def _optimize_final_module(self) -> None:
        """Leave it to the kernel."""

    def _finalize_final_module(self) -> None:
        """Make no machine code."""
        self._finalized = True

    def serialize_using_object_code(self) -> tuple[str, bytes]:
        """Name and intermediate code, for the cache."""
        return self.name, self._get_module_for_linking().as_bitcode()

    @classmethod
    def read(cls, codegen: object, name: str, bitcode: bytes) -> Linkable:
        """Read what the cache holds."""
        library = cls(codegen, name)
        library._shared_module, library._finalized = parse_bitcode(bitcode), True
        return library


class ProcessCompiler(Compiler):
    """The ordinary compiler, with a library that is only linked; it says so once, where there is much to compile."""

    compiled = 0

    def define_pipelines(self) -> list:
        """Name the steps."""
        ProcessCompiler.compiled += 1
        if ProcessCompiler.compiled == MANY and multiprocessing.parent_process() is None:
            tell(NOTICE)
        self.state.library = Linkable(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        return super().define_pipelines()


class _ProcessCacheContents(CompileResultCacheImpl):
    """What the cache of a process holds."""

    def get_filename_base(self, name: str, abi: str) -> str:
        """Name the files of a process apart from those of a kernel made of the same function."""
        return super().get_filename_base(name, abi) + "-linkable"

    def rebuild(self, target_context: object, payload: tuple) -> object:
        """Make a compiled process of what was read."""
        library, description, environment, signature = payload[:4]
        linkable = Linkable.read(target_context.codegen(), *library)
        return compile_result(
            target_context=target_context,
            typing_context=target_context.typing_context,
            library=linkable,
            environment=environment,
            entry_point=target_context.get_executable(linkable, description, environment),
            fndesc=description,
            signature=signature,
            objectmode=False,
        )


class ProcessCache(FunctionCache):
    """Cache of a process: what came with the package is read first.

    Intermediate code knows no processor, only the platform.
    """

    _impl_class = _ProcessCacheContents

    def __init__(self, function: Callable) -> None:
        super().__init__(function)
        self._shipped = shipped_files(function, self._impl.filename_base)
        self._packed = packed_files(function, self._impl.filename_base)

    def _index_key(self, signature: object, codegen: object) -> tuple:
        signature, (platform, *_), code = super()._index_key(signature, codegen)
        return signature, platform, code

    def _load_overload(self, signature: object, target_context: object) -> object:
        if self._shipped is not None:
            found = self._shipped.load(self._index_key(signature, target_context.codegen()))
            if found is not None:
                return self._impl.rebuild(target_context, found)
        return super()._load_overload(signature, target_context)

    def _save_overload(self, signature: object, compiled: object) -> None:
        super()._save_overload(signature, compiled)
        if self._packed is not None:
            self._packed.save(self._index_key(signature, compiled.codegen), self._impl.reduce(compiled))
