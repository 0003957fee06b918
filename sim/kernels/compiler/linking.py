"""How a process is compiled: as far as it can be linked, and no further.

numba optimises a function together with all that it calls and makes machine code of it; then the same once more in
every function above it, up to the whole week. Only the kernels are ever called from Python. So a process stays
intermediate code, in memory and in the cache, and a kernel optimises and translates all that it calls at once.
"""

from __future__ import annotations

from llvmlite.binding import parse_bitcode
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, compile_result


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
    """The ordinary compiler, with a library that is only linked."""

    def define_pipelines(self) -> list:
        """Name the steps."""
        self.state.library = Linkable(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        return super().define_pipelines()


class _ProcessCacheContents(CompileResultCacheImpl):
    """What the cache of a process holds."""

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
    """Cache of a process."""

    _impl_class = _ProcessCacheContents
