using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Virtualization;
using ParaKit.Hypervisor.Monitors;

namespace ParaKit.Hypervisor.HardwareAssist;

/// <summary>
/// A guest that is a hypervisor itself: its VMRUN enters its guest on tables composed of its own and the monitor's, and what it intercepts goes to it
/// as #VMEXIT. Goldberg's recursive virtual machines; Ben-Yehuda et al. 2010, "The Turtles Project", "Nested Virtualization".
/// </summary>
internal sealed class NestedVirtualization(HardwareMachine machine)
{
    private const int RunLength = 3;
    private const VmcbIntercepts KnownIntercepts = VmcbIntercepts.Cpuid | VmcbIntercepts.Halt | VmcbIntercepts.Ports | VmcbIntercepts.Shutdown;
    private const ulong PortPermissionBytes = 3 * PhysicalMemory.FrameBytes;
    private const ulong PortSize8 = 1 << 4;
    private const ulong PortAddress64 = 1 << 9;
    private const ulong FaultOfFinalAddress = 1UL << 32;
    private const ulong FaultOfTable = 1UL << 33;
    private const int ErrorCodeShift = 32;

    private readonly Processor _processor = machine.Machine.Processor;
    private readonly InstructionReader _reader = new();
    private Vmcb _host;
    private Vmcb _controls;
    private ulong _address;
    private (ulong NestedCr3, uint AddressSpace) _remembered;

    /// <summary>Whether the guest's guest runs.</summary>
    public bool IsInside { get; private set; }

    /// <summary>After #VMEXIT, until the next VMRUN, the guest takes no interrupts: its global interrupt flag is clear.</summary>
    public bool HoldsInterrupts { get; private set; }

    /// <summary>Entries to guests of the guest.</summary>
    public long Entries { get; private set; }

    /// <summary>Exits that were handed to the guest.</summary>
    public long Reflections { get; private set; }

    /// <summary>The nested table under which the processor runs.</summary>
    public NestedPaging Paging => IsInside ? machine.GuestsGuest : machine.Nested;

    /// <summary>Does VMRUN, whose instruction is at RIP.</summary>
    /// <param name="injection">The event to inject with the entry, with its error code in the upper half; 0 for none.</param>
    /// <param name="problem">What is not there, if the result is false.</param>
    public bool TryRun(out ulong injection, out string problem)
    {
        (injection, problem) = (0, "");
        _address = _processor.State.Registers[GeneralRegister.Rax];
        if (_address % PhysicalMemory.FrameBytes != 0 || !machine.Memory.Contains(_address, PhysicalMemory.FrameBytes))
        {
            problem = $"VMRUN with a control structure at 0x{_address:x}, which is no page of memory";
            return false;
        }

        // Read once: the guest may change it meanwhile.
        _controls = machine.Memory.Read<Vmcb>(_address);
        _processor.State.Rip += RunLength;
        VmcbStateTransfer.Save(in _processor.State, ref _host);
        if (!IsConsistent(in _controls))
        {
            Entries++;
            Leave(VmcbExit.Invalid, 0, 0, 0);
            return true;
        }

        if (Unsupported(in _controls) is { } missing)
        {
            problem = missing;
            return false;
        }

        // Translations are remembered between entries, as in hardware: who takes some away asks for a flush.
        if (_controls.TlbControl != 0 || (_controls.NestedCr3, _controls.AddressSpace) != _remembered)
        {
            _remembered = (_controls.NestedCr3, _controls.AddressSpace);
            machine.GuestsGuest.Reset();
        }

        (IsInside, HoldsInterrupts) = (true, false);
        Entries++;
        VmcbStateTransfer.Load(in _controls, _processor);
        injection = _controls.EventInjection;
        return true;
    }

    /// <summary>Fills the composed tables for a violation of the guest's guest, or hands it to the guest, whose tables have nothing there.</summary>
    /// <returns>Whether it was handed over.</returns>
    public bool FillOrReflect(ulong address, ulong qualification, ulong vectoredEvent, ulong vectoredErrorCode)
    {
        var isWrite = (qualification & ExitQualification.NestedWrite) != 0;
        if (GuestsTables.TryWalk(machine.Memory, _controls.NestedCr3, address, isWrite, out var target, out var isWritable, out var isPresent))
        {
            machine.GuestsGuest.Map(address, target, isWritable, isWrite);
            return false;
        }

        var error = (isPresent ? 1UL : 0) | (isWrite ? 2UL : 0) | 4
            | ((qualification & ExitQualification.NestedFetch) != 0 ? 1UL << 4 : 0)
            | ((qualification & ExitQualification.NestedFinal) != 0 ? FaultOfFinalAddress : FaultOfTable);
        var interrupted = new EventInformation(vectoredEvent);
        var isKept = interrupted.IsValid && interrupted.Type != EventType.Software;
        Leave(VmcbExit.NestedPageFault, error, address, isKept ? vectoredEvent | (vectoredErrorCode << ErrorCodeShift) : 0);
        return true;
    }

    /// <summary>Hands an exit of the guest's guest to the guest, if that intercepts it.</summary>
    public bool TryReflect(BasicExitReason reason, ulong qualification)
    {
        switch (reason)
        {
            case BasicExitReason.Cpuid when (_controls.Intercepts & VmcbIntercepts.Cpuid) != 0:
                Leave(VmcbExit.Cpuid, 0, 0, 0);
                return true;
            case BasicExitReason.Halt when (_controls.Intercepts & VmcbIntercepts.Halt) != 0:
                // The processor is behind the instruction already.
                _processor.State.Rip--;
                Leave(VmcbExit.Halt, 0, 0, 0);
                return true;
            case BasicExitReason.PortAccess when (_controls.Intercepts & VmcbIntercepts.Ports) != 0 && InterceptsPort(qualification):
                _reader.TryRead(_processor, out var instruction);
                Leave(VmcbExit.Port, PortInformation(qualification), _processor.State.Rip + (ulong)instruction.Length, 0);
                return true;
            case BasicExitReason.TripleFault when (_controls.Intercepts & VmcbIntercepts.Shutdown) != 0:
                Leave(VmcbExit.Shutdown, 0, 0, 0);
                return true;
            case BasicExitReason.VirtualMachineRun:
                Leave(VmcbExit.VirtualMachineRun, 0, 0, 0);
                return true;
            default:
                return false;
        }
    }

    /// <summary>AMD64 Architecture Programmer's Manual vol. 2, "VMRUN", "Canonicalization and Consistency Checks"; those that can go wrong here.</summary>
    private static bool IsConsistent(in Vmcb vmcb) =>
        (vmcb.OtherIntercepts & VmcbOtherIntercepts.VirtualMachineRun) != 0 && vmcb.AddressSpace != 0
        && (vmcb.Efer & Efer.SecureVirtualMachine) != 0 && (vmcb.Cr0 & Cr0.Paging) != 0 && (vmcb.Efer & Efer.LongModeActive) != 0 && vmcb.Cpl <= 3;

    /// <summary>What a guest asks for and is not there; null if it is all there.</summary>
    private static string? Unsupported(in Vmcb vmcb)
    {
        var isKnown = (vmcb.Intercepts & ~KnownIntercepts) == 0 && (vmcb.OtherIntercepts & ~VmcbOtherIntercepts.VirtualMachineRun) == 0
            && (vmcb.ControlRegisterIntercepts | vmcb.DebugRegisterIntercepts | vmcb.ExceptionIntercepts | vmcb.FurtherIntercepts) == 0;
        return !isKnown ? $"VMRUN with intercepts beyond CPUID, HLT, ports, shutdown and VMRUN (0x{(uint)vmcb.Intercepts:x}, 0x{(uint)vmcb.OtherIntercepts:x})"
            : (vmcb.NestedPagingEnable & 1) == 0 ? "VMRUN without nested paging"
            : vmcb.VirtualInterrupt != 0 ? "VMRUN with virtual interrupts"
            : null;
    }

    private bool InterceptsPort(ulong qualification)
    {
        var port = ExitQualification.Port(qualification);
        var map = _controls.PortPermissionMap & ~(ulong)(PhysicalMemory.FrameBytes - 1);
        return !machine.Memory.Contains(map, PortPermissionBytes) || (machine.Memory.Read<byte>(map + (ulong)(port / 8)) & (1 << (port % 8))) != 0;
    }

    private static ulong PortInformation(ulong qualification)
    {
        var width = (qualification & 7) + 1;
        return ((ulong)ExitQualification.Port(qualification) << 16) | (width * PortSize8) | PortAddress64
            | ((qualification & ExitQualification.PortRead) != 0 ? 1UL : 0);
    }

    /// <summary>#VMEXIT: the guest's guest into its structure, the guest back into the processor.</summary>
    private void Leave(VmcbExit code, ulong information1, ulong information2, ulong interrupted)
    {
        Reflections++;
        var vmcb = machine.Memory.Read<Vmcb>(_address);
        if (IsInside)
        {
            VmcbStateTransfer.Save(in _processor.State, ref vmcb);
        }

        (vmcb.ExitCode, vmcb.ExitInformation1, vmcb.ExitInformation2, vmcb.ExitInterruptInformation) = (code, information1, information2, interrupted);
        vmcb.EventInjection = 0;
        machine.Memory.Write(_address, vmcb);
        _host.Cr2 = _processor.State.Cr2;
        VmcbStateTransfer.Load(in _host, _processor);
        (IsInside, HoldsInterrupts) = (false, true);
    }
}
