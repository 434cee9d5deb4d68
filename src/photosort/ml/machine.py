"""What this machine has for networks: cores, memory, graphics cards. Looks, and starts nothing."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_CGROUP = Path("/sys/fs/cgroup")
_CARDS = Path("/sys/class/drm")
_NVIDIA_VERSION = Path("/proc/driver/nvidia/version")
_WSL_CUDA = Path("/usr/lib/wsl/lib/libcuda.so.1")

_DECODE_BYTES = 96 * 2**20
"""What a worker thread needs beside its network: one photo decoded at full size, with its reduced copies."""


@dataclass(frozen=True, slots=True)
class Device:
    """What embeds.

    Attributes:
        kind: the CPU, or a GPU.
        name: as a status bar shows it.
        reason: why it is not a GPU, as a sentence part for a person; empty for a GPU.
        failed: a GPU that had worked has failed, so that the CPU took over.
    """

    kind: Literal["cpu", "gpu"]
    name: str
    reason: str
    failed: bool = False

    @classmethod
    def cpu(cls, reason: str, *, failed: bool = False) -> Device:
        """The CPU, and why."""
        return cls("cpu", "CPU", reason, failed)


def usable_cores() -> int:
    """How many cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def available_memory() -> int | None:
    """Bytes that this process could still take without swapping; None where the system does not tell.

    On Linux the limit of a container counts too; on macOS, which tells of no such figure cheaply, it is half of what
    is built in.
    """
    if sys.platform == "win32":
        return _windows_available()
    if sys.platform == "linux":
        figures = [figure for figure in (_meminfo_available(), _cgroup_available()) if figure is not None]
        if figures:
            return min(figures)
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (ValueError, OSError):
        return None


def worker_count(interpreter_bytes: int, *, cores: int | None = None, available: int | None = None) -> int:
    """How many threads may decode and embed at once: the smaller of the cores and what memory allows, at least 1.

    Args:
        interpreter_bytes: what one interpreter takes.
        cores: instead of this machine's.
        available: bytes of memory, instead of this machine's.

    Returns:
        as many as half of the available memory holds; the other half belongs to the window, the catalog's caches and
        everybody else.
    """
    count = usable_cores() if cores is None else cores
    memory = available_memory() if available is None else available
    if memory is not None:
        count = min(count, memory // 2 // (interpreter_bytes + _DECODE_BYTES))
    return max(1, count)


def nvidia_visible() -> bool:
    """Whether the driver of an NVIDIA GPU is visibly installed; costs a few file look-ups, loads nothing."""
    if sys.platform == "darwin":
        return False
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll").exists()
    return _NVIDIA_VERSION.exists() or _WSL_CUDA.exists() or shutil.which("nvidia-smi") is not None


def graphics_drivers() -> tuple[str, ...]:
    """What drives the graphics cards here, as far as can be seen without starting anything; sorted.

    Not for people: what was measured holds as long as this stays the same.
    """
    if sys.platform == "win32":
        found = _windows_drivers()
    elif sys.platform == "darwin":
        # Metal comes with the system.
        found = [f"macOS {platform.mac_ver()[0]} {platform.machine()}"]
    else:
        found = [*_nvidia_drivers(), *_kernel_drivers()]
    return tuple(sorted(found))


def _nvidia_drivers() -> list[str]:
    found = []
    with contextlib.suppress(OSError):
        found.append(_NVIDIA_VERSION.read_text("utf-8", "replace").partition("\n")[0].strip())
    with contextlib.suppress(OSError):
        found.append(f"WSL {_WSL_CUDA.stat().st_mtime_ns}")
    return found


def _kernel_drivers() -> list[str]:
    """Vendor, model and driver of each graphics card that the kernel of Linux knows."""
    found = []
    for device in sorted(_CARDS.glob("card[0-9]*/device")):
        with contextlib.suppress(OSError):
            vendor, model = ((device / name).read_text("ascii").strip() for name in ("vendor", "device"))
            found.append(f"{vendor} {model} {(device / 'driver').resolve().name}")
    # A card has an entry for each of its sockets, too.
    return sorted(set(found))


def _meminfo_available() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _cgroup_available() -> int | None:
    """What a container's memory limit leaves (cgroup 2); None without a limit."""
    try:
        limit = (_CGROUP / "memory.max").read_text("ascii").strip()
        used = int((_CGROUP / "memory.current").read_text("ascii"))
    except (OSError, ValueError):
        return None
    return None if limit == "max" else max(0, int(limit) - used)


if sys.platform == "win32":
    import ctypes
    import winreg

    _DISPLAY_ADAPTERS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"

    def _windows_drivers() -> list[str]:
        """Name and driver version of each display adapter, from the registry."""
        found = []
        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _DISPLAY_ADAPTERS) as adapters:
            for index in range(winreg.QueryInfoKey(adapters)[0]):
                # Among them is "Properties", which only the system may open.
                with contextlib.suppress(OSError), winreg.OpenKey(adapters, winreg.EnumKey(adapters, index)) as adapter:
                    facts = [winreg.QueryValueEx(adapter, name)[0] for name in ("DriverDesc", "DriverVersion")]
                    found.append(" ".join(map(str, facts)))
        return found

    class _MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX of the Windows API."""

        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            ("total_physical", ctypes.c_ulonglong),
            ("available_physical", ctypes.c_ulonglong),
            ("total_page_file", ctypes.c_ulonglong),
            ("available_page_file", ctypes.c_ulonglong),
            ("total_virtual", ctypes.c_ulonglong),
            ("available_virtual", ctypes.c_ulonglong),
            ("available_extended_virtual", ctypes.c_ulonglong),
        )

    def _windows_available() -> int | None:
        status = _MemoryStatus()
        status.length = ctypes.sizeof(status)
        if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
            return None
        return int(status.available_physical)
