using System.Runtime.InteropServices;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Kvm;

/// <summary>A virtual machine of the host's KVM with one processor, and nothing else: interrupt controllers and devices are the user's.</summary>
internal sealed unsafe class KvmVirtualMachine : IDisposable
{
    private const string Device = "/dev/kvm";

    // Three pages of guest-physical addresses that no guest here has memory at. KVM_SET_TSS_ADDR, KVM_SET_IDENTITY_MAP_ADDR.
    private const long TssAddress = 0xFFFB_D000;
    private const ulong IdentityMapAddress = 0xFFFB_C000;
    private const int CpuidEntries = 256;
    private const int CpuidEntryBytes = 40;
    private const int CpuidHeaderBytes = 8;

    private readonly int _system = -1;
    private readonly int _machine = -1;
    private readonly int _processor = -1;
    private readonly nuint _runBytes;
    private byte* _run;

    /// <summary>Makes a machine whose memory, from address 0, is that of a simulated one.</summary>
    /// <exception cref="TechniqueUnavailableException">The host has no KVM, or does not let us use it.</exception>
    public KvmVirtualMachine(PhysicalMemory memory)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new TechniqueUnavailableException("KVM exists on x86-64 Linux only.");
        }

        try
        {
            _system = KvmApi.Open(Device);
            Require(_system, $"{Device} cannot be opened");
            var version = KvmApi.Control(_system, KvmApi.GetApiVersion, 0);
            if (version != KvmApi.Version)
            {
                throw new TechniqueUnavailableException($"{Device} has API version {version}, not {KvmApi.Version}.");
            }

            _machine = Require(KvmApi.Control(_system, KvmApi.CreateVm, 0), "KVM_CREATE_VM failed");
            SetMemory(memory);
            _processor = Require(KvmApi.Control(_machine, KvmApi.CreateVcpu, 0), "KVM_CREATE_VCPU failed");
            _runBytes = (nuint)Require(KvmApi.Control(_system, KvmApi.GetVcpuMmapSize, 0), "KVM_GET_VCPU_MMAP_SIZE failed");
            _run = KvmApi.Map(_processor, _runBytes);
            if (_run == null)
            {
                throw new TechniqueUnavailableException("The memory that KVM shares with its user cannot be mapped.");
            }

            CopyCpuid();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What KVM says about its last exit, and is told about the next entry.</summary>
    public ref KvmRun Shared => ref *(KvmRun*)_run;

    /// <summary>Bytes of a port access.</summary>
    /// <exception cref="InvalidOperationException">KVM names bytes outside what it shares.</exception>
    public Span<byte> PortData
    {
        get
        {
            var (offset, length) = (Shared.DataOffset, (ulong)Shared.Width * Shared.Count);
            return offset <= _runBytes && length <= _runBytes - offset
                ? new Span<byte>(_run + offset, (int)length)
                : throw new InvalidOperationException("KVM describes a port access with data outside the memory that it shares.");
        }
    }

    /// <summary>Registers of the processor.</summary>
    public KvmRegisters Registers
    {
        get => Get<KvmRegisters>(KvmApi.GetRegisters, "KVM_GET_REGS");
        set => Set(KvmApi.SetRegisters, value, "KVM_SET_REGS");
    }

    /// <summary>Segments and control registers of the processor.</summary>
    public KvmSpecialRegisters SpecialRegisters
    {
        get => Get<KvmSpecialRegisters>(KvmApi.GetSpecialRegisters, "KVM_GET_SREGS");
        set => Set(KvmApi.SetSpecialRegisters, value, "KVM_SET_SREGS");
    }

    /// <summary>Runs the guest until it leaves.</summary>
    public KvmExit Run()
    {
        if (KvmApi.Control(_processor, KvmApi.Run, 0) >= 0)
        {
            return (KvmExit)Shared.ExitReason;
        }

        return Marshal.GetLastPInvokeError() is KvmApi.ErrorInterrupted or KvmApi.ErrorTryAgain
            ? KvmExit.Interrupted
            : throw Failure("KVM_RUN failed");
    }

    /// <summary>Gives the guest an interrupt at its next entry.</summary>
    public void Inject(byte vector) => Set(KvmApi.Interrupt, (uint)vector, "KVM_INTERRUPT");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_run != null)
        {
            _ = KvmApi.Unmap(_run, _runBytes);
            _run = null;
        }

        Close(_processor);
        Close(_machine);
        Close(_system);
    }

    private static void Close(int file)
    {
        if (file >= 0)
        {
            _ = KvmApi.Close(file);
        }
    }

    private void SetMemory(PhysicalMemory memory)
    {
        Require(KvmApi.Control(_machine, KvmApi.SetTssAddress, unchecked((nint)TssAddress)), "KVM_SET_TSS_ADDR failed");
        var address = IdentityMapAddress;
        Require(KvmApi.Control(_machine, KvmApi.SetIdentityMapAddress, (nint)(&address)), "KVM_SET_IDENTITY_MAP_ADDR failed");
        var region = new KvmMemoryRegion { Bytes = memory.Size, HostAddress = (ulong)memory.Base };
        Require(KvmApi.Control(_machine, KvmApi.SetUserMemoryRegion, (nint)(&region)), "KVM_SET_USER_MEMORY_REGION failed");
    }

    /// <summary>The guest's CPUID says what the host's KVM can do.</summary>
    private void CopyCpuid()
    {
        var buffer = stackalloc byte[CpuidHeaderBytes + (CpuidEntries * CpuidEntryBytes)];
        *(uint*)buffer = CpuidEntries;
        Require(KvmApi.Control(_system, KvmApi.GetSupportedCpuid, (nint)buffer), "KVM_GET_SUPPORTED_CPUID failed");
        Require(KvmApi.Control(_processor, KvmApi.SetCpuid, (nint)buffer), "KVM_SET_CPUID2 failed");
    }

    private T Get<T>(nuint request, string name)
        where T : unmanaged
    {
        T value = default;
        Require(KvmApi.Control(_processor, request, (nint)(&value)), name + " failed");
        return value;
    }

    private void Set<T>(nuint request, T value, string name)
        where T : unmanaged => Require(KvmApi.Control(_processor, request, (nint)(&value)), name + " failed");

    private static int Require(int result, string problem) => result >= 0 ? result : throw Failure(problem);

    private static TechniqueUnavailableException Failure(string problem) => new($"{problem}: {Marshal.GetLastPInvokeErrorMessage()}.");
}
